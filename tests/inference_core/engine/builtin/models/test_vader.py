import math
from typing import Any

import msgspec
import pytest

from inference_core.engine.builtin.models.vader import MODEL
from inference_core.engine.contract import CannotAnswer, Engine


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


def scores(engine: Engine, text: str, **parameters: Any) -> dict[str, float]:
    (rows,) = engine.answer(msgspec.convert({"inputs": text, "parameters": parameters}, MODEL.tasks[0].body))
    return {row["label"]: row["score"] for row in rows}


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The hotel was clean and the breakfast delicious.", "POSITIVE"),
        ("What a charming little shop, I will be back!", "POSITIVE"),
        ("The soup was cold and the waiter rude.", "NEGATIVE"),
        ("I regret buying this useless thing.", "NEGATIVE"),
        ("The bridge is forty metres long.", "NEUTRAL"),
        ("The parcel was not good", "NEGATIVE"),
        ("I don’t love this", "NEGATIVE"),
        ("The parcel was n\u00adot\u00a0good", "NEGATIVE"),
    ],
)
def test_the_mood_of_a_text_comes_first(engine: Engine, text: str, label: str) -> None:
    ranked = scores(engine, text)
    assert next(iter(ranked)) == label
    assert sum(ranked.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "same"), [("I saw it ❤️", "I saw it ❤"), ("Ｉ saw ｉｔ", "I saw it"), ("It isn’t bad", "It isn't bad")]
)
def test_looks_make_no_difference(engine: Engine, text: str, same: str) -> None:
    assert scores(engine, text) == scores(engine, same)


def test_stress_makes_the_score_higher(engine: Engine) -> None:
    plain, stressed = (scores(engine, text)["POSITIVE"] for text in ("The view is good.", "The view is VERY good!!!"))
    assert stressed > plain


def test_a_text_without_rated_words_is_shown_as_uncertain(engine: Engine) -> None:
    ranked = scores(engine, "Row 7 holds twelve chairs.")
    assert next(iter(ranked)) == "NEUTRAL" and ranked["NEUTRAL"] < 0.4
    assert ranked["POSITIVE"] == pytest.approx(ranked["NEGATIVE"])


def test_top_k_cuts_the_list(engine: Engine) -> None:
    assert list(scores(engine, "A lovely garden", top_k=1)) == ["POSITIVE"]
    assert len(scores(engine, "A lovely garden", top_k=2)) == 2


def test_every_function_is_applied_to_the_same_raw_scores(engine: Engine) -> None:
    text = "A gloomy but friendly town"
    raw = scores(engine, text, function_to_apply="none")
    assert raw["POSITIVE"] == -raw["NEGATIVE"]
    sigmoid = scores(engine, text, function_to_apply="sigmoid")
    assert sigmoid == pytest.approx({label: 1 / (1 + math.exp(-score)) for label, score in raw.items()})
    whole = sum(math.exp(score) for score in raw.values())
    assert scores(engine, text) == pytest.approx({label: math.exp(score) / whole for label, score in raw.items()})


def test_a_long_text_of_praise_has_finite_scores(engine: Engine) -> None:
    ranked = scores(engine, "splendid " * 5000)
    assert ranked["POSITIVE"] == pytest.approx(1) and all(map(math.isfinite, ranked.values()))


@pytest.mark.parametrize("text", ["Очень хорошо", "Das ist ein sehr schlechtes Buch.", "La sopa es muy buena"])
def test_another_language_is_refused(engine: Engine, text: str) -> None:
    with pytest.raises(CannotAnswer, match="English"):
        scores(engine, text)
