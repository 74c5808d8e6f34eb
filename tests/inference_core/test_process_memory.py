"""What a process and its children take."""

import os
import subprocess
import sys

import pytest

from inference_core.process_memory import memory_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says so without a library")
HOLD = "import sys; held = bytearray(80 * 2**20); print('ready', flush=True); sys.stdin.read()"


def test_a_process_counts_with_its_children() -> None:
    before = memory_of(os.getpid())
    with subprocess.Popen([sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout and child.stdout.readline()
        alone, together = memory_of(child.pid), memory_of(os.getpid())
    assert before and alone and together
    assert alone > 80 * 2**20 and together - before > 80 * 2**20


def test_of_a_process_that_has_ended_nobody_knows() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()
    assert memory_of(child.pid) is None
