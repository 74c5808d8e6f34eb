from collections import Counter

import numpy as np
import pytest

from inference_core.engine.builtin.trigram.sampling import Sampling, penalise

PROBABILITIES = np.array([0.5, 0.25, 0.15, 0.1])
LOGITS = np.log(PROBABILITIES).astype(np.float32)


def shares(sampling: Sampling, draws: int = 4000) -> np.ndarray:
    rng = np.random.default_rng(11)
    counts = Counter(sampling.draw(LOGITS, rng) for _ in range(draws))
    return np.array([counts[index] / draws for index in range(len(LOGITS))])


def test_at_temperature_one_words_come_as_often_as_their_probability_says() -> None:
    assert shares(Sampling(temperature=1)) == pytest.approx(PROBABILITIES, abs=0.03)


def test_a_low_temperature_favours_the_likeliest() -> None:
    sharpened = PROBABILITIES**2 / (PROBABILITIES**2).sum()
    assert shares(Sampling(temperature=0.5)) == pytest.approx(sharpened, abs=0.03)


def test_without_temperature_the_likeliest_is_taken() -> None:
    assert shares(Sampling(temperature=None), draws=20)[0] == 1


@pytest.mark.parametrize(
    ("sampling", "kept"),
    [
        (Sampling(1, top_k=2), {0, 1}),
        (Sampling(1, top_p=0.7), {0, 1}),
        (Sampling(1, top_p=0.8), {0, 1, 2}),
        (Sampling(1, top_k=3, top_p=0.5), {0}),
        (Sampling(1, typical_p=0.25), {1}),
    ],
)
def test_a_filter_keeps_only_what_it_says(sampling: Sampling, kept: set[int]) -> None:
    assert set(np.flatnonzero(shares(sampling, draws=400))) == kept


def test_a_forbidden_word_is_never_drawn() -> None:
    logits = np.array([-np.inf, 0, -np.inf, 0], np.float32)
    rng = np.random.default_rng(0)
    assert {Sampling(2.0, top_k=3).draw(logits, rng) for _ in range(200)} == {1, 3}


def test_penalties_lower_only_words_that_occurred() -> None:
    logits = np.array([-1, -2, 3, -4], np.float32)
    penalise(logits, np.array([1, 0, 2, 0], np.int32), repetition=2, frequency=0.5)
    assert logits == pytest.approx([-2.5, -2, 0.5, -4])
