"""The measures, intervals and levels of tests/benchmarks/quality.py, with figures that are known; no model is run."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from inference_core.engine.contract import Level
from tests.benchmarks import quality
from tests.benchmarks.judging import made_pictures, made_sounds, measures, of_pictures, of_texts
from tests.benchmarks.judging.asking import Answer, Engine
from tests.benchmarks.judging.edits import DONE
from tests.benchmarks.judging.figures import (
    Figure,
    difference,
    explained,
    f1_of_all,
    figure,
    mean,
    rank_correlation,
    ratio,
)
from tests.benchmarks.judging.item_files import FOLDER, installed, items, package_file
from tests.benchmarks.judging.levels import SHARE, SHARE_BY_PROXY, WORDS_WRONG, lowest
from tests.benchmarks.judging.trials import Outcome, Trial, each
from tests.support.models import catalogue


@pytest.mark.parametrize(
    ("right", "given", "wrong"),
    [
        ("Try again.", "try again", (0, 2)),
        ("It's one of them", "it’s one of them", (0, 4)),
        ("one two three", "one three", (1, 3)),
        ("one two three", "one too two three", (1, 3)),
        ("one two three", "one four three", (1, 3)),
        ("one two three", "", (3, 3)),
        ("no", "yes it is", (3, 1)),
    ],
)
def test_words_wrong_are_those_replaced_left_out_or_added(right: str, given: str, wrong: tuple[int, int]) -> None:
    assert measures.words_wrong(right, given) == wrong


def test_a_short_answer_is_compared_without_articles_case_and_punctuation() -> None:
    assert measures.plain("The 12th of May!") == measures.plain("12th of may")
    assert measures.plain("May 12") != measures.plain("May 13")
    assert measures.shared_words("the red house", "red house in Rome") == pytest.approx(2 * 2 / (4 + 2))
    assert measures.shared_words("red", "blue") == 0
    assert measures.has_word("It is New York, I think.", ["new york"])
    assert not measures.has_word("A catalogue", ["cat"])


def test_chrf_is_one_for_the_same_text_and_falls_with_what_differs() -> None:
    assert measures.chrf("Guten Morgen", "Guten Morgen") == 1
    near, far = measures.chrf("Guten Morgen", "Gute Morgen"), measures.chrf("Guten Morgen", "Buenos días")
    assert 1 > near > 0.5 > 0.1 > far
    assert measures.chrf("ab", "ac") == (1 / 2 + 0) / 2  # one character of two, no pair
    assert measures.chrf("Guten Morgen", "") == 0


def test_boxes_overlap_by_what_they_share() -> None:
    assert measures.overlap((0, 0, 1, 1), (0, 0, 1, 1)) == 1
    assert measures.overlap((0, 0, 2, 1), (1, 0, 3, 1)) == pytest.approx(1 / 3)
    assert measures.overlap((0, 0, 1, 1), (2, 2, 3, 3)) == 0


def test_a_text_that_goes_round_in_circles_is_found() -> None:
    assert measures.repeats_itself(
        measures.words_of("and then we went home and then we went home and then we went home")
    )
    assert not measures.repeats_itself(measures.words_of("and then we went home and slept and then we went out"))


def test_the_interval_of_a_share_is_wilsons() -> None:
    found = figure(np.array([[1.0]] * 8 + [[0.0]] * 2), mean)
    assert (found.value, found.n) == (0.8, 10)
    assert (found.low, found.high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))


def test_the_interval_of_a_mean_gets_smaller_with_more_items() -> None:
    few, many = (figure(np.tile([[0.2], [0.5], [0.9]], (times, 1)), mean) for times in (4, 100))
    assert few.value == pytest.approx(many.value)
    assert few.low < many.low < many.value < many.high < few.high


def test_other_figures_have_their_known_values() -> None:
    assert ratio(np.array([[1.0, 10.0], [3.0, 10.0]])) == 0.2
    assert f1_of_all(np.array([[2.0, 4.0, 2.0], [0.0, 0.0, 2.0]])) == 0.5
    assert f1_of_all(np.array([[0.0, 0.0, 0.0]])) == 0
    assert rank_correlation(np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 90.0]])) == pytest.approx(1)
    assert rank_correlation(np.array([[1.0, 5.0], [2.0, 5.0]])) == 0
    assert explained(np.array([[1.0, 1.0], [3.0, 3.0]])) == 1
    assert explained(np.array([[1.0, 2.0], [3.0, 2.0]])) == 0


def test_a_difference_counts_the_same_items_together() -> None:
    one, other = np.array([[1.0]] * 9 + [[0.0]]), np.array([[1.0]] * 3 + [[0.0]] * 7)
    assert difference(one, other, mean).low > 0
    assert difference(one, one, mean) == Figure(0, 0, 0, 10)


@pytest.mark.parametrize(
    ("figure", "level"),
    [
        (Figure(0.9, 0.8, 0.95, 60), "strong"),
        (Figure(0.9, 0.6, 0.98, 10), "basic"),
        (Figure(0.6, 0.4, 0.7, 30), "basic"),
        (Figure(0.6, 0.3, 0.8, 8), "toy"),
        (Figure(0.45, 0.4, 0.5, 900), "toy"),
    ],
)
def test_a_level_needs_the_figure_and_enough_items_to_be_sure_of_it(figure: Figure, level: Level) -> None:
    assert SHARE.level(figure, trivial=1 / 3) == level


def test_errors_count_the_other_way_round() -> None:
    assert WORDS_WRONG.level(Figure(0.05, 0.02, 0.1, 200), trivial=1) == "strong"
    assert WORDS_WRONG.level(Figure(0.25, 0.2, 0.3, 200), trivial=1) == "basic"
    assert WORDS_WRONG.level(Figure(0.6, 0.5, 0.7, 200), trivial=1) == "toy"
    assert WORDS_WRONG.level(Figure(0.3, 0.0, 1.0, 1), trivial=1) == "toy"


def test_a_proxy_or_known_items_give_basic_at_best_and_the_lowest_level_counts() -> None:
    good = Figure(0.99, 0.95, 1, 100)
    assert SHARE_BY_PROXY.level(good, 0) == "basic"
    trial = _trial(known_to=frozenset({"acme/knows"}))
    assert (trial.level("acme/new", good), trial.level("acme/knows", good)) == ("strong", "basic")
    assert lowest(["strong", "toy", "basic"]) == "toy"
    assert lowest([]) == "toy"


def test_the_program_sees_a_wrong_level_and_a_recommendation_without_reason() -> None:
    first, second = catalogue().by_task()["sentence-similarity"]
    trial = _trial(task="sentence-similarity")
    right, slower = (Outcome(np.ones((40, 1)), [], seconds) for seconds in (0.1, 0.2))
    wrong = Outcome(np.zeros((40, 1)), ["no"] * 40, 0.1)

    def results(*outcomes: Outcome) -> list[quality.Result]:
        pairs = zip((first, second), outcomes, strict=True)
        return [quality.Result(trial, model, one, figure(one.rows, mean)) for model, one in pairs]

    assert quality.levels(results(right, wrong)) == {first.id: "strong", second.id: "toy"}
    assert any(f"{first.id} declares" in line for line in quality.judged(results(slower, right), "sentence-s")) is False
    found = list(quality.judged(results(slower, right), ""))
    assert f"{second.id} declares the level toy: by its figures it is strong" in found
    complaint = "sentence-similarity: the recommended model is not clearly better"
    for outcomes, is_said in (
        ((slower, right), True),
        ((right, slower), False),
        ((slower, wrong), False),
        ((wrong, slower), True),
    ):
        assert any(complaint in line for line in quality.judged(results(*outcomes), "")) == is_said
    shown = "\n".join(quality.as_markdown(results(right, wrong) * 2))
    assert shown.count(f"| `{second.id}` | 0.00 | 0.00 to 0.09 | 40 | 40 | 0.10 | toy |") == 1


def _trial(**fields: object) -> Trial:
    usual = {"task": "t", "measure": "m", "outcome": lambda model: None, "rule": SHARE, "source": ""}
    return Trial(**usual | fields)  # type: ignore[arg-type]


def test_a_refusal_is_not_right_but_may_be_the_right_thing_to_do() -> None:
    answers = [Answer("yes", 0.1), Answer(None, 0.1, "no")]
    assert each([lambda said: said == "yes"] * 2)(answers) == [(1.0,), (0.0,)]
    assert each([lambda said: said == "yes"] * 2, if_refused=1.0)(answers) == [(1.0,), (1.0,)]


def test_every_task_that_has_a_model_is_tried() -> None:
    engine = Engine("http://127.0.0.1:1")
    tried = {trial.task for trials in quality._SETS for trial in trials(engine)}
    photographs_are_apart = {"image-to-image", "object-detection"}  # in packages that the gallery does not need
    assert tried | photographs_are_apart == set(catalogue().by_task())


def test_the_items_that_are_made_can_be_made() -> None:
    sounds, speech, pictures = items("sounds"), items("speech"), items("pictures")
    for name in {*sounds["made"], *speech["no_speech"]["made"]}:
        assert made_sounds.made_sound(name) == made_sounds.made_sound(name)
    for name in pictures["outside"]["made"]:
        assert Image.open(io.BytesIO(made_pictures.made_picture(name))).width
    for described in items("pages")["pages"]:
        assert Image.open(io.BytesIO(made_pictures.page(described))).width


def test_files_come_from_packages_and_those_that_are_missing_are_left_out() -> None:
    there, absent = items("pictures")["pictures"][-1], {"package": "no_such_package", "path": "a.jpg"}
    assert package_file(there)
    assert package_file(absent) is None
    assert [item for item, _ in installed([there, absent])] == [there]


def test_a_picture_is_named_right_by_any_accepted_name() -> None:
    answer = [{"label": "tabby, tabby cat", "score": 0.6}, {"label": "Lion", "score": 0.2}]
    assert of_pictures._is_named(["tabby cat"], answer, among=1)
    assert not of_pictures._is_named(["lion"], answer, among=1)
    assert of_pictures._is_named(["lion"], answer, among=5)
    unsure = [{"label": "not sure", "score": 0.2}]
    assert [of_pictures._is_named(["lion"], unsure, among=most) for most in (1, 5)] == [False, True]


def test_marked_names_are_found_at_their_places() -> None:
    text, names = of_texts._unmarked("[PER Ada] flew to [LOC New York].")
    assert text == "Ada flew to New York."
    assert {(text[start:end], kind) for start, end, kind in names} == {("Ada", "PER"), ("New York", "LOC")}


def test_every_label_and_answer_of_the_items_can_be_right() -> None:
    for item in items("pictures")["pictures"]:
        assert item["labels"][0] not in item["labels"][1:]
    for text in items("questions")["texts"]:
        for question in text["questions"]:
            given = [right in " ".join(text["text"].split()) for right in question["right"]]
            assert any(given) or not given
    for text in items("summaries")["texts"]:
        assert all(measures.has_word(text["text"], fact) for fact in text["facts"])


def test_an_edit_is_seen_only_if_it_was_made() -> None:
    before = np.random.default_rng(0).uniform(40, 200, (60, 80, 3)) * np.array([1.0, 0.8, 0.5])
    after = {
        "grey": before.mean(axis=2, keepdims=True).repeat(3, axis=2),
        "brighter": before * 1.25,
        "darker": before * 0.7,
        "mirrored": before[:, ::-1],
        "upside down": before[::-1, ::-1],
        "turned right": np.rot90(before, -1),
        "softer": (before + np.roll(before, 1, axis=1)) / 2,
        "inverted": 255 - before,
        "more contrast": (before - before.mean()) * 1.3 + before.mean(),
        "more saturated": before + 0.3 * (before - before.mean(axis=2, keepdims=True)),
        "warmer": before + np.array([20, 0, -20]),
    }
    assert set(after) == set(DONE) == {one["done"] for one in items("edits")["prompts"] if "done" in one}
    for name, is_done in DONE.items():
        assert is_done(before, after[name])
        assert not is_done(before, before)


def test_the_box_of_a_mask_is_in_shares_of_the_sides() -> None:
    mask = Image.new("L", (100, 50))
    mask.paste(255, (10, 5, 60, 50))
    file = io.BytesIO()
    mask.save(file, "PNG")
    assert of_pictures._box_of(base64.b64encode(file.getvalue()).decode()) == (0.1, 0.1, 0.6, 1.0)


def test_every_file_of_items_says_that_it_was_written_before_the_models_were_run() -> None:
    files = list(FOLDER.glob("*.toml"))
    assert files
    for path in files:
        assert "before any model was run" in " ".join(path.read_text("utf-8").replace("\n#", " ").split())
