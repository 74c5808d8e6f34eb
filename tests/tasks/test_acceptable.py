"""What an example says of its answer: which answers have it, and what is said of those that have not."""

from pathlib import Path

import pytest

from tasks.acceptable import Acceptable, Boxed, Labelled, Refused, Says, shortcoming
from tasks.registry import all_tasks
from tasks.views import Box, Grid, LabelScores, Messages, PlainText, Region, Regions, Span, Spans, View

SCORES = LabelScores({"tiger": 0.1, "lion, king of beasts": 0.9})
FACES = Regions(Path("a.png"), [Region("face", Box(10, 10, 30, 30)), Region("QR code", Box(50, 50, 90, 90))])


@pytest.mark.parametrize(
    ("wanted", "view"),
    [
        (None, PlainText("whatever")),
        (Says(["paris", "Rome"]), PlainText("It is in PARIS.")),
        (Says(["1,036.89"]), Spans("Total", [], note="Answer: $1,036.89")),
        (Says(["Lisbon"]), Grid(["City"], [["Lisbon"]])),
        (Says(["yes"]), Messages([{"role": "user", "content": "no"}, {"role": "assistant", "content": "Yes."}])),
        (Labelled(["lion"]), SCORES),
        (Labelled(["LION"]), SCORES),
        (Labelled(["PER", "PERSON"]), Spans("Ada", [Span(0, 3, "PER")])),
        (Labelled(["face"]), FACES),
        (Boxed("Face", Box(12, 12, 30, 30)), FACES),
    ],
)
def test_an_answer_has_what_it_must(wanted: Acceptable | None, view: View) -> None:
    assert shortcoming(wanted, view) == ""


@pytest.mark.parametrize(
    ("wanted", "view", "sentence"),
    [
        (Says(["Paris", "Rome"]), PlainText("Oslo"), "the answer does not say “Paris” or “Rome”"),
        (Says(["a.c"]), PlainText("abc"), "the answer does not say “a.c”"),
        (Labelled(["tiger"]), SCORES, "the best label is to be “tiger”, and is lion, king of beasts"),
        (Labelled(["lio"]), SCORES, "the best label is to be “lio”, and is lion, king of beasts"),
        (Labelled(["cat"]), LabelScores({}), "the best label is to be “cat”, and is none"),
        (Labelled(["cat"]), PlainText("cat"), "the best label is to be “cat”, and is none"),
        (Boxed("face", Box(12, 12, 60, 60)), FACES, "there is no box with “face” where it is to be"),
        (Boxed("QR code", Box(10, 10, 30, 30)), FACES, "there is no box with “QR code” where it is to be"),
        (Boxed("face", Box(0, 0, 0, 0)), Regions(Path("a.png"), []), "there is no box with “face” where it is to be"),
        (Refused(), PlainText("a guess"), "it was answered, but is to be refused"),
    ],
)
def test_what_an_answer_lacks_is_said(wanted: Acceptable, view: View, sentence: str) -> None:
    assert shortcoming(wanted, view) == sentence


def test_most_tasks_say_of_an_example_what_its_answer_must_have() -> None:
    saying = [task.id for task in all_tasks() if any(task.accepted)]
    assert len(saying) > len(all_tasks()) / 2
    assert all(len(task.accepted) == len(task.examples) for task in all_tasks())
