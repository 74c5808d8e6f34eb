import threading

import pytest

from inference_core.engine.work.stopping import place_among


def test_who_waits_for_a_place_is_asked_until_one_is_free() -> None:
    places, asked = threading.BoundedSemaphore(1), []
    places.acquire()

    def go_on() -> None:
        asked.append(True)
        if len(asked) == 2:
            places.release()

    with place_among(places, go_on):
        assert len(asked) == 2 and not places.acquire(blocking=False)
    assert places.acquire(blocking=False)


def test_an_error_while_waiting_takes_no_place() -> None:
    places = threading.BoundedSemaphore(1)

    def leave() -> None:
        raise TimeoutError

    with places, pytest.raises(TimeoutError), place_among(places, leave):
        pass
    assert places.acquire(blocking=False)


def test_an_error_in_the_block_gives_the_place_back() -> None:
    places = threading.BoundedSemaphore(1)
    with pytest.raises(ValueError), place_among(places, lambda: None):
        raise ValueError
    assert places.acquire(blocking=False)
