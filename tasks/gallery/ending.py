"""How the process is asked to end."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_signals: list[int] = []
_noted: set[int] = set()


def exit_on_signals() -> None:
    """Make SIGINT and SIGTERM end the process cleanly, also while it is still starting."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _exit)


def asked_to_end(times: int = 1) -> bool:
    """Whether so many signals have come. Python drops the exit if it is in a finalizer or a callback just then."""
    return len(_signals) >= times


@contextmanager
def first_only_noted(number: signal.Signals) -> Iterator[None]:
    """In this block the first signal, if it is this one, ends nothing, and whoever asks `asked_to_end` is told."""
    _noted.add(number)
    try:
        yield
    finally:
        _noted.remove(number)


def _exit(number: int, frame: FrameType | None) -> None:
    _signals.append(number)
    if number not in _noted or asked_to_end(times=2):
        sys.exit()
