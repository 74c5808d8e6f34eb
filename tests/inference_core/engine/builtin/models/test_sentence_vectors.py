from typing import Any

import msgspec
import numpy as np
import pytest

from inference_core.engine.builtin.encoder.shared import MiniLM, WordHashing
from inference_core.engine.builtin.models.sentence_vectors import SKILL, FeatureExtraction
from inference_core.engine.contract import CannotAnswer, Engine


@pytest.fixture(scope="module")
def engine() -> Engine:
    return SKILL.load()


def answer(engine: Engine, **body: Any) -> Any:
    return engine.answer(msgspec.convert(body, SKILL.body))


def needs_minilm(engine: Engine) -> None:
    if engine.name != MiniLM.name:
        pytest.skip("the encoder's files are not on this machine")


def test_a_text_gives_one_vector_of_length_one(engine: Engine) -> None:
    vector = answer(engine, inputs="The library closes at eight.")
    assert len(vector) == 384 and all(type(number) is float for number in vector)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_a_list_gives_a_vector_per_text_in_order(engine: Engine) -> None:
    texts = ["Snow fell on the pass.", "Das Brot ist frisch.", "7 + 5 = 12"]
    vectors = answer(engine, inputs=texts)
    alone = [answer(engine, inputs=text) for text in texts]
    assert np.array(vectors) == pytest.approx(np.array(alone), abs=1e-5)


def test_texts_of_like_meaning_lie_closer(engine: Engine) -> None:
    needs_minilm(engine)
    child, kid, tax = np.array(answer(engine, inputs=["A child sleeps.", "The kid is napping.", "Tax rates went up."]))
    assert child @ kid > 0.6 > child @ tax + 0.4


def test_without_normalizing_only_the_length_differs(engine: Engine) -> None:
    raw = np.array(answer(engine, inputs="Two owls in a barn", normalize=False))
    unit = np.array(answer(engine, inputs="Two owls in a barn", normalize=True))
    assert np.linalg.norm(raw) > 1.5
    assert raw / np.linalg.norm(raw) == pytest.approx(unit, abs=1e-5)


def test_a_text_beyond_the_window_is_refused_unless_it_may_be_truncated(engine: Engine) -> None:
    needs_minilm(engine)
    long = "volcano " * 300 + "kitchen " * 300
    with pytest.raises(CannotAnswer, match=r"602 tokens but the encoder reads 256.*`truncate`"):
        answer(engine, inputs=["short", long])
    start, end = (
        np.array(answer(engine, inputs=long, truncate=True, truncation_direction=side)) for side in ("right", "left")
    )
    volcano, kitchen = np.array(answer(engine, inputs=["volcano " * 200, "kitchen " * 200]))
    assert start @ volcano > 0.9 > start @ kitchen
    assert end @ kitchen > 0.9 > end @ volcano


@pytest.mark.parametrize(
    "unknown", [{"prompt_name": "query"}, {"dimensions": 64}, {"encoding_format": "base64"}, {"inputs": ["", "a"]}]
)
def test_what_the_encoder_does_not_have_is_refused_by_name(engine: Engine, unknown: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError, match=next(iter(unknown))):
        answer(engine, **({"inputs": "a"} | unknown))


def test_the_fallback_says_so_in_its_name() -> None:
    engine = FeatureExtraction(WordHashing())
    assert engine.name == "word-hashing fallback (no encoder files)"
    assert np.linalg.norm(answer(engine, inputs="Any text")) == pytest.approx(1, abs=1e-5)
