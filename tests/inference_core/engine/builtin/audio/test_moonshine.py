import os
import threading

import numpy as np
import pytest

from inference_core.engine.builtin.audio.moonshine import MOONSHINE_FILES, RATE, Moonshine, vocabulary
from inference_core.engine.builtin.audio.resample import resampled
from inference_core.media.sounds import decode_sound
from tasks.samples import sample

HEATH = resampled(decode_sound(sample("heath_ledger.mp3").read_bytes()), RATE)


@pytest.fixture(scope="module")
def network() -> Moonshine:
    folder = MOONSHINE_FILES.find()
    assert folder is not None
    return Moonshine(folder)


def ignore() -> None:
    pass


def test_a_sentence_is_written_with_capitals_and_points_and_it_is_sure_of_it(network: Moonshine) -> None:
    written = network.write(HEATH, ignore)
    assert written.text == "If you're good at something, never do it for free."
    assert written.is_complete and written.log_probability > -0.2


def test_it_is_unsure_of_what_is_no_language(network: Moonshine) -> None:
    backwards = np.ascontiguousarray(HEATH[::-1])
    assert network.write(backwards, ignore).log_probability < -0.6


def test_an_error_of_the_caller_ends_it_between_two_tokens(network: Moonshine) -> None:
    calls = 0

    def leave() -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        network.write(HEATH, leave)


def test_a_wait_for_a_processor_can_be_ended(network: Moonshine) -> None:
    def leave() -> None:
        raise TimeoutError

    taken = [network._places.acquire(blocking=False) for _ in range(os.cpu_count() or 1)]
    try:
        with pytest.raises(TimeoutError):
            network.write(HEATH, leave)
    finally:
        network._places.release(len(taken))
    assert all(taken) and network.write(HEATH, ignore).is_complete


@pytest.mark.parametrize("length", [0, 1, 894, 895, RATE // 5, RATE // 2, RATE])
def test_a_short_sound_is_written_with_few_tokens(network: Moonshine, length: int) -> None:
    assert len(network.write(HEATH[:length], ignore).text) < 40


def test_threads_write_the_same(network: Moonshine) -> None:
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(network.write(HEATH, ignore).text)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == [network.write(HEATH, ignore).text] * 4


def test_a_vocabulary_is_read_with_lengths_of_one_and_of_two_bytes() -> None:
    assert vocabulary(b"\x02hi\x00\x01!" + bytes([130, 1]) + b"x" * 130) == [b"hi", b"", b"!", b"x" * 130]
