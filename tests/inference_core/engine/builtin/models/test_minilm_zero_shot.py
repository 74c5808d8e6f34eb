from typing import Any

import msgspec
import pytest

from inference_core.engine.builtin.encoder.shared import WordHashing
from inference_core.engine.builtin.models.minilm_zero_shot import MODEL, ZeroShotClassification
from inference_core.engine.contract import CannotAnswer, Engine


@pytest.fixture(scope="module")
def engine() -> Engine:
    engine = MODEL.load()
    if "MiniLM" not in engine.name:
        pytest.skip("the encoder's files are not on this machine")
    return engine


def classify(engine: Engine, text: str, labels: list[str] | str, **parameters: Any) -> list[dict[str, Any]]:
    body = {"inputs": text, "parameters": {"candidate_labels": labels, **parameters}}
    found: list[dict[str, Any]] = engine.answer(msgspec.convert(body, MODEL.tasks[0].body))
    return found


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("The ferry was cancelled because of high waves.", "transport"),
        ("The surgeon replaced her hip last spring.", "medicine"),
        ("Voters go to the polls in nine districts.", "elections"),
        ("He glazed the vases and fired the kiln.", "pottery"),
    ],
)
def test_the_topic_comes_first_and_scores_sum_to_one(engine: Engine, text: str, label: str) -> None:
    found = classify(engine, text, ["elections", "pottery", "transport", "medicine"])
    assert found[0]["label"] == label
    scores = [item["score"] for item in found]
    assert scores == sorted(scores, reverse=True) and sum(scores) == pytest.approx(1)
    assert all(type(score) is float for score in scores)


def test_labels_can_be_separated_by_commas(engine: Engine) -> None:
    found = classify(engine, "The violinist tuned her strings.", "music, fishing , law")
    assert {item["label"] for item in found} == {"music", "fishing", "law"} and found[0]["label"] == "music"


def test_with_multi_label_several_can_be_likely_and_none_need_be(engine: Engine) -> None:
    text = "The hospital's new computer program plans operations on patients."
    both = {
        item["label"]: item["score"]
        for item in classify(engine, text, ["health", "software", "golf"], multi_label=True)
    }
    assert both["health"] > 0.5 and both["software"] > 0.5 and both["golf"] < 0.2
    none = classify(engine, "The bread needs more salt.", ["golf", "tax law"], multi_label=True)
    assert all(item["score"] < 0.2 for item in none)


def test_a_single_label_is_judged_on_its_own(engine: Engine) -> None:
    assert classify(engine, "The bread needs more salt.", ["astronomy"])[0]["score"] < 0.3


def test_the_hypothesis_template_changes_the_scores(engine: Engine) -> None:
    usual = classify(engine, "I ran ten miles today.", ["sport", "work"])
    other = classify(engine, "I ran ten miles today.", ["sport", "work"], hypothesis_template="My hobby is {}.")
    assert usual[0]["label"] == other[0]["label"] == "sport" and usual[0]["score"] != other[0]["score"]


def test_a_template_without_a_place_for_the_label_is_refused(engine: Engine) -> None:
    with pytest.raises(CannotAnswer, match="hypothesis_template"):
        classify(engine, "I ran ten miles.", ["sport", "work"], hypothesis_template="This is sport.")


@pytest.mark.parametrize("text", ["zxcvb qwrtp", "Whisk the egg whites until they are stiff."])
def test_labels_that_have_nothing_to_do_with_the_text_are_refused(engine: Engine, text: str) -> None:
    with pytest.raises(CannotAnswer, match="None of the labels"):
        classify(engine, text, ["tax law", "databases", "ice hockey"])


def test_a_long_text_is_read_to_its_end(engine: Engine) -> None:
    text = "Hello there. " * 5 + "The telescope found a new planet around a distant star. " * 40
    assert classify(engine, text, ["cooking", "astronomy"])[0]["label"] == "astronomy"


@pytest.mark.parametrize("labels", [[], "", " , ,"])
def test_labels_are_required(engine: Engine, labels: list[str] | str) -> None:
    with pytest.raises((msgspec.ValidationError, CannotAnswer), match="candidate_labels"):
        classify(engine, "Some text", labels)


def test_the_fallback_says_so_finds_shared_words_and_refuses_the_rest() -> None:
    engine = ZeroShotClassification(WordHashing())
    assert engine.name == "nearest label on word-hashing fallback (no encoder files)"
    assert classify(engine, "The printer prints no colours", ["printer", "gardening"])[0]["label"] == "printer"
    with pytest.raises(CannotAnswer, match="None of the labels"):
        classify(engine, "Roses need water in summer", ["astronomy", "printer"])
