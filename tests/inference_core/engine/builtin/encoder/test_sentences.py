from typing import Any

import msgspec
import numpy as np
import pytest

from inference_core.engine.builtin.encoder.sentences import (
    FeatureExtractionBody,
    SentenceEngine,
    SentenceSimilarityBody,
)
from inference_core.engine.builtin.encoder.shared import MiniLM, WordHashing, shared_encoder
from inference_core.engine.contract import CannotAnswer


@pytest.fixture(scope="module")
def engine() -> SentenceEngine:
    return SentenceEngine(shared_encoder())


@pytest.fixture
def minilm(engine: SentenceEngine) -> SentenceEngine:
    if engine.name != MiniLM.name:
        pytest.skip("the encoder's files are not on this machine")
    return engine


def answer(engine: SentenceEngine, **body: Any) -> Any:
    return engine.vectors(msgspec.convert(body, FeatureExtractionBody))


def similarities(engine: SentenceEngine, source: str, *sentences: str) -> list[float]:
    body = {"inputs": {"source_sentence": source, "sentences": list(sentences)}, "parameters": {}}
    return engine.similarities(msgspec.convert(body, SentenceSimilarityBody))


# Vectors


def test_a_text_gives_one_vector_of_length_one(engine: SentenceEngine) -> None:
    vector = answer(engine, inputs="The library closes at eight.")
    assert len(vector) == 384 and all(type(number) is float for number in vector)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_a_list_gives_a_vector_per_text_in_order(engine: SentenceEngine) -> None:
    texts = ["Snow fell on the pass.", "Das Brot ist frisch.", "7 + 5 = 12"]
    vectors = answer(engine, inputs=texts)
    alone = [answer(engine, inputs=text) for text in texts]
    assert np.array(vectors) == pytest.approx(np.array(alone), abs=1e-5)


def test_texts_with_similar_meaning_are_closer(minilm: SentenceEngine) -> None:
    child, kid, tax = np.array(answer(minilm, inputs=["A child sleeps.", "The kid is napping.", "Tax rates went up."]))
    assert child @ kid > 0.6 > child @ tax + 0.4


def test_without_normalizing_only_the_length_differs(engine: SentenceEngine) -> None:
    raw = np.array(answer(engine, inputs="Two owls in a barn", normalize=False))
    unit = np.array(answer(engine, inputs="Two owls in a barn", normalize=True))
    assert np.linalg.norm(raw) > 1.5
    assert raw / np.linalg.norm(raw) == pytest.approx(unit, abs=1e-5)


def test_a_text_beyond_the_window_is_refused_unless_it_may_be_truncated(minilm: SentenceEngine) -> None:
    long = "volcano " * 300 + "kitchen " * 300
    with pytest.raises(CannotAnswer, match=r"602 tokens but the encoder reads 256.*`truncate`"):
        answer(minilm, inputs=["short", long])
    start, end = (
        np.array(answer(minilm, inputs=long, truncate=True, truncation_direction=side)) for side in ("right", "left")
    )
    volcano, kitchen = np.array(answer(minilm, inputs=["volcano " * 200, "kitchen " * 200]))
    assert start @ volcano > 0.9 > start @ kitchen
    assert end @ kitchen > 0.9 > end @ volcano


@pytest.mark.parametrize(
    "unknown", [{"prompt_name": "query"}, {"dimensions": 64}, {"encoding_format": "base64"}, {"inputs": ["", "a"]}]
)
def test_what_the_encoder_does_not_have_is_refused_by_name(engine: SentenceEngine, unknown: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError, match=next(iter(unknown))):
        answer(engine, **({"inputs": "a"} | unknown))


# Similarities


def test_the_hosted_answer_comes_out(minilm: SentenceEngine) -> None:
    found = similarities(
        minilm,
        "Machine learning is so easy.",
        "Deep learning is so straightforward.",
        "This is so difficult, like rocket science.",
        "I can't believe how much I struggled with this.",
    )
    assert found == pytest.approx([0.7785726, 0.4587626, 0.2906221], abs=1e-5)
    assert all(type(score) is float for score in found)


def test_a_sentence_equals_itself(minilm: SentenceEngine) -> None:
    assert similarities(minilm, "Bees make honey.", "Bees make honey.") == pytest.approx([1], abs=1e-5)


@pytest.mark.parametrize(
    ("source", "near", "far"),
    [
        ("He mended the broken fence.", "The damaged fence was repaired by him.", "She plays the cello."),
        ("Where can I buy a train ticket?", "Which shop sells railway tickets?", "The soup is too salty."),
        ("The stock market plunged.", "Share prices fell sharply.", "A rainbow appeared over the valley."),
    ],
)
def test_a_paraphrase_is_closer_than_another_topic(minilm: SentenceEngine, source: str, near: str, far: str) -> None:
    paraphrase, other = similarities(minilm, source, near, far)
    assert paraphrase > 0.6 > 0.3 > other


def test_a_sentence_beyond_the_window_is_refused(minilm: SentenceEngine) -> None:
    with pytest.raises(CannotAnswer, match="402 tokens but the encoder reads 256: compare shorter texts"):
        similarities(minilm, "short", "long " * 400)


def test_no_sentences_are_refused(engine: SentenceEngine) -> None:
    with pytest.raises(msgspec.ValidationError, match="sentences"):
        similarities(engine, "alone")


# The fallback


def test_the_fallback_says_so_in_its_name_and_compares_words() -> None:
    fallback = SentenceEngine(WordHashing())
    assert fallback.name == "word-hashing fallback (no encoder files)"
    assert np.linalg.norm(answer(fallback, inputs="Any text")) == pytest.approx(1, abs=1e-5)
    same_words, others = similarities(fallback, "fresh bread from the oven", "bread in the oven", "a yellow taxi")
    assert same_words > 0.3 > others
