import numpy as np
import pytest
from numpy.typing import NDArray

from inference_core.engine.builtin.audio.speech_parts import speech_parts

SECOND = 100


def speech(*stretches: tuple[float, float]) -> NDArray[np.float64]:
    """Seconds, and the probability of speech in them."""
    return np.concatenate([np.full(round(seconds * SECOND), likely) for seconds, likely in stretches])


def test_without_speech_there_are_no_parts() -> None:
    assert speech_parts(np.zeros(0), 25) == speech_parts(speech((60, 0.2)), 25) == []


def test_less_than_a_fifth_of_a_second_is_not_speech() -> None:
    assert speech_parts(speech((1, 0), (0.1, 1), (1, 0)), 25) == []
    assert len(speech_parts(speech((1, 0), (0.3, 1), (1, 0)), 25)) == 1


def test_a_part_has_a_margin_but_does_not_leave_the_sound() -> None:
    ((start, end),) = speech_parts(speech((5, 0), (2, 1), (5, 0)), 25)
    assert (start, end) == pytest.approx((4.7 * SECOND, 7.3 * SECOND), abs=4)
    assert speech_parts(speech((2, 1)), 25) == [(0, 2 * SECOND)]


def test_a_part_ends_at_a_long_pause_and_not_at_a_short_one() -> None:
    assert len(speech_parts(speech((2, 1), (4, 0), (2, 1)), 25)) == 2
    assert len(speech_parts(speech((2, 1), (1, 0), (2, 1)), 25)) == 1


def test_what_is_too_long_is_cut_where_it_is_least_like_speech_and_nothing_is_lost() -> None:
    parts = speech_parts(speech((14, 1), (0.4, 0), (20, 1), (0.4, 0.3), (20, 1)), 25)
    assert [start for start, _ in parts[1:]] == [end for _, end in parts[:-1]]
    assert (parts[0][0], parts[-1][1]) == (0, 5480)
    assert [end / SECOND for _, end in parts[:-1]] == pytest.approx([14.2, 34.6], abs=0.2)


@pytest.mark.parametrize("seed", range(50))
def test_no_piece_of_what_is_cut_is_shorter_than_ten_seconds(seed: int) -> None:
    chance = np.random.default_rng(seed)
    curve = np.clip(chance.normal(0.8, 0.3, chance.integers(20 * SECOND, 120 * SECOND)), 0, 1)
    curve[-chance.integers(1, 10 * SECOND) :] *= 0.7  # the last piece is the one that could be too short
    parts = speech_parts(curve, 25)
    assert [start for start, _ in parts[1:]] == [end for _, end in parts[:-1]]
    assert all(10 * SECOND <= end - start <= 25 * SECOND for start, end in parts)


def test_endless_speech_is_cut_too() -> None:
    parts = speech_parts(speech((300, 1)), 25)
    assert all(end - start <= 25 * SECOND for start, end in parts) and parts[-1][1] == 300 * SECOND
