"""A signal ends the process, whatever it does at that moment."""

import subprocess
import sys

import pytest

DROPPED = """
import os, signal
from tasks.gallery.ending import asked_to_end, exit_on_signals

class Finalized:
    def __del__(self):
        os.kill(os.getpid(), signal.{name})

exit_on_signals()
assert not asked_to_end()
Finalized()
print(asked_to_end())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals to other processes")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_whose_exit_python_drops_is_remembered(name: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", DROPPED.format(name=name)], capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stdout) == (0, "True\n")
