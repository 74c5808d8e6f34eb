from typing import Any

import msgspec
import pytest

from inference_core.engine.builtin.models.trigram_fill_mask import MODEL
from inference_core.engine.contract import CannotAnswer, Engine


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


def fill(engine: Engine, text: str, **parameters: Any) -> Any:
    return engine.answer(msgspec.convert({"inputs": text, "parameters": parameters}, MODEL.tasks[0].body))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("He drank a cup of [MASK]", "coffee"),
        ("They waited in front of the White [MASK].", "house"),
        ("Ladies and [MASK], please be seated.", "gentlemen"),
        ("I look forward to [MASK] from you.", "hearing"),
    ],
)
def test_the_usual_word_comes_first(engine: Engine, text: str, word: str) -> None:
    assert fill(engine, text)[0]["token_str"] == word


def test_both_spellings_of_the_mask_mean_the_same(engine: Engine) -> None:
    first, second = (fill(engine, f"Merry {mask} everyone") for mask in ("[MASK]", "<mask>"))
    assert first == second


def test_what_follows_the_mask_counts(engine: Engine) -> None:
    assert fill(engine, "They [MASK] soccer")[0]["token_str"].startswith("play")
    assert fill(engine, "They [MASK] their mind")[0]["token_str"] == "changed"


def test_the_scores_of_all_words_sum_to_at_most_one_and_fall(engine: Engine) -> None:
    scores = [row["score"] for row in fill(engine, "the river [MASK] the valley", top_k=100)]
    assert len(scores) == 100 and scores == sorted(scores, reverse=True)
    assert 0.5 < sum(scores) <= 1


def test_a_row_shows_the_text_with_the_word_in_place(engine: Engine) -> None:
    row = fill(engine, "Open the [MASK], please.", top_k=1)[0]
    assert row["sequence"] == f"Open the {row['token_str']}, please."
    assert set(row) == {"score", "token", "token_str", "sequence"}


def test_a_word_that_opens_the_sentence_gets_a_capital(engine: Engine) -> None:
    assert all(row["token_str"][0].isupper() for row in fill(engine, "[MASK] is my favourite place."))


def test_targets_keep_their_score_of_the_whole_vocabulary(engine: Engine) -> None:
    free = {row["token_str"]: row["score"] for row in fill(engine, "a loaf of [MASK]", top_k=50)}
    rows = fill(engine, "a loaf of [MASK]", targets=["bread", "Bread", "stone"])
    assert [row["token_str"] for row in rows] == ["bread", "stone"]
    assert rows[0]["score"] == pytest.approx(free["bread"])


def test_several_masks_get_a_list_each(engine: Engine) -> None:
    first, second = fill(engine, "[MASK] New Year and a merry [MASK]", top_k=3)
    assert first[0]["sequence"].endswith("a merry [MASK]") and first[0]["token_str"] == "Happy"
    assert second[0]["sequence"].startswith("[MASK] New Year") and len(second) == 3


def test_a_mask_is_not_context_for_another(engine: Engine) -> None:
    with pytest.raises(CannotAnswer, match="next to the mask"):
        fill(engine, "[MASK] [MASK] [MASK]")


def test_an_unknown_target_is_named(engine: Engine) -> None:
    with pytest.raises(CannotAnswer, match="flurbish"):
        fill(engine, "a loaf of [MASK]", targets=["bread", "flurbish"])


@pytest.mark.parametrize(
    ("text", "reason"),
    [("No gap here", "There is no mask"), ("猫が[MASK]好き", "next to the mask"), ("so [MASK] " * 9, "at most 8")],
)
def test_what_cannot_be_filled_is_refused(engine: Engine, text: str, reason: str) -> None:
    with pytest.raises(CannotAnswer, match=reason):
        fill(engine, text)
