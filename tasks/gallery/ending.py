"""How the process is asked to end."""

import signal
import sys
from types import FrameType

_signals: list[int] = []


def exit_on_signals() -> None:
    """Make SIGINT and SIGTERM end the process cleanly, also while it is still starting."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _exit)


def asked_to_end() -> bool:
    """Whether a signal has come. Python drops the exit if it is in a finalizer or another callback just then."""
    return bool(_signals)


def _exit(number: int, frame: FrameType | None) -> None:
    _signals.append(number)
    sys.exit()
