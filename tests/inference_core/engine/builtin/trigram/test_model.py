import threading
from pathlib import Path

import numpy as np
import pytest

from inference_core.engine.builtin.trigram.file import read_trie
from inference_core.engine.builtin.trigram.model import TrigramModel, shared_trigram_model


@pytest.fixture(scope="module")
def model() -> TrigramModel:
    return shared_trigram_model()


CONTEXTS = [(None, None), (None, "river"), ("by", "the"), ("yellow", "umbrella"), ("zebra", "parliament")]


@pytest.mark.parametrize("context", CONTEXTS)
def test_the_probabilities_of_the_next_word_sum_to_one(
    model: TrigramModel, context: tuple[str | None, str | None]
) -> None:
    second_last, last = (None if word is None else model.ids[word] for word in context)
    total = np.exp(model.next_word(second_last, last).astype(np.float64)).sum()
    # The file rounds to 16 bits.
    assert total == pytest.approx(1, abs=2e-3)


def test_all_three_views_of_a_trigram_give_the_same_probability(model: TrigramModel) -> None:
    rng = np.random.default_rng(7)
    frequent = [model.ids[word] for word in ("the", "of", "to", "we", "new", "york", "time", "and")]
    for _ in range(200):
        first, second, third = (int(word) for word in rng.choice(frequent, 3))
        forward = model.next_word(first, second)[third]
        assert model.word_before(first, third)[second] == pytest.approx(forward, abs=1e-5)
        assert model.two_words_before(second, third)[first] == pytest.approx(forward, abs=1e-5)


def test_an_unseen_trigram_backs_off_to_the_last_word_alone(model: TrigramModel) -> None:
    unseen_before, last = model.ids["zebra"], model.ids["york"]
    assert np.array_equal(model.next_word(unseen_before, last), model.next_word(None, last))


def test_the_word_before_the_last_counts(model: TrigramModel) -> None:
    cup, of, tea = (model.ids[word] for word in ("cup", "of", "tea"))
    assert model.next_word(cup, of)[tea] > model.next_word(None, of)[tea] + 3


def test_every_thread_gets_the_same_model() -> None:
    models: list[TrigramModel] = []
    threads = [threading.Thread(target=lambda: models.append(shared_trigram_model())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(models) == 4 and len(set(map(id, models))) == 1


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "no.lm.bin"
    path.write_bytes(b"Trie of another kind" * 4)
    with pytest.raises(ValueError, match="not a trigram model"):
        read_trie(path)
