"""The transport that is made when the first request needs it."""

import subprocess
import sys

import pytest

from tests.support.processes import ROOT, clean_environment

FORK_DURING_THE_FIRST_CALL = """
import os, signal, sys, threading, time
from inference_core.http import on_demand

class Slowly:
    def find_spec(self, name, path=None, target=None):
        if name == "inference_core.http.transport":
            begun.set()
            time.sleep(0.5)

begun = threading.Event()
sys.meta_path.insert(0, Slowly())
shared = on_demand.TransportOnDemand(1)
first = threading.Thread(target=shared.get)
first.start()
begun.wait()
if child := os.fork():
    first.join()
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
signal.alarm(10)
shared.get()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="There is no fork.")
def test_a_process_that_is_forked_during_the_first_call_can_call_too() -> None:
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORK_DURING_THE_FIRST_CALL]
    subprocess.run(command, cwd=ROOT, env=clean_environment(), timeout=30, check=True)
