"""What a process shares is loaded by whoever asks first, and by nobody else."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from inference_core.engine.builtin.once import loaded_once


def test_threads_that_ask_at_once_get_the_same_and_load_it_once() -> None:
    loads = []

    @loaded_once
    def shared() -> object:
        time.sleep(0.05)
        loads.append(1)
        return object()

    with ThreadPoolExecutor(8) as threads:
        got = set(threads.map(lambda _: shared(), range(8)))
    assert (len(got), len(loads)) == (1, 1)


def test_what_failed_to_load_is_tried_again() -> None:
    outcomes = iter([OSError("gone"), None])

    @loaded_once
    def shared() -> str:
        if error := next(outcomes):
            raise error
        return "there"

    with pytest.raises(OSError, match="gone"):
        shared()
    assert shared() == "there"
