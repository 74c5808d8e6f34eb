from typing import Any

import msgspec
import pytest

from inference_core.engine.builtin.encoder.shared import WordHashing
from inference_core.engine.builtin.models.sentence_similarity import SKILL, SentenceSimilarity
from inference_core.engine.contract import CannotAnswer, Engine


@pytest.fixture(scope="module")
def engine() -> Engine:
    engine = SKILL.load()
    if "MiniLM" not in engine.name:
        pytest.skip("the encoder's files are not on this machine")
    return engine


def similarities(engine: Engine, source: str, *sentences: str) -> list[float]:
    body: dict[str, Any] = {"inputs": {"source_sentence": source, "sentences": list(sentences)}, "parameters": {}}
    found: list[float] = engine.answer(msgspec.convert(body, SKILL.body))
    return found


def test_the_hosted_answer_comes_out(engine: Engine) -> None:
    found = similarities(
        engine,
        "Machine learning is so easy.",
        "Deep learning is so straightforward.",
        "This is so difficult, like rocket science.",
        "I can't believe how much I struggled with this.",
    )
    assert found == pytest.approx([0.7785726, 0.4587626, 0.2906221], abs=1e-5)
    assert all(type(score) is float for score in found)


def test_a_sentence_equals_itself(engine: Engine) -> None:
    assert similarities(engine, "Bees make honey.", "Bees make honey.") == pytest.approx([1], abs=1e-5)


@pytest.mark.parametrize(
    ("source", "near", "far"),
    [
        ("He mended the broken fence.", "The damaged fence was repaired by him.", "She plays the cello."),
        ("Where can I buy a train ticket?", "Which shop sells railway tickets?", "The soup is too salty."),
        ("The stock market plunged.", "Share prices fell sharply.", "A rainbow appeared over the valley."),
    ],
)
def test_a_paraphrase_is_closer_than_another_matter(engine: Engine, source: str, near: str, far: str) -> None:
    paraphrase, other = similarities(engine, source, near, far)
    assert paraphrase > 0.6 > 0.3 > other


def test_a_sentence_beyond_the_window_is_refused(engine: Engine) -> None:
    with pytest.raises(CannotAnswer, match="402 tokens but the encoder reads 256: compare shorter texts"):
        similarities(engine, "short", "long " * 400)


def test_no_sentences_are_refused(engine: Engine) -> None:
    with pytest.raises(msgspec.ValidationError, match="sentences"):
        similarities(engine, "alone")


def test_the_fallback_says_so_and_compares_words() -> None:
    engine = SentenceSimilarity(WordHashing())
    assert engine.name == "cosine on word-hashing fallback (no encoder files)"
    same_words, others = similarities(engine, "fresh bread from the oven", "bread in the oven", "a yellow taxi")
    assert same_words > 0.3 > others
