import pytest

from inference_core.engine.builtin.measured.claims import _JUDGES, _KINDS
from inference_core.engine.builtin.measured.vocabulary import COLOURS, _tables, claims


@pytest.mark.parametrize(
    ("label", "claim"),
    [
        ("blue", "blue"),
        ("A mostly Gray picture", "grey"),
        ("violet color", "purple"),
        ("a photo of a face", "face"),
        ("this is a chart", "chart"),
        ("a dark photo", "dark"),
        ("black-and-white", None),
        ("Black and white photo", "black and white"),
        ("a picture without text", "no text"),
        ("an image with QR code", "QR code"),
        ("portrait orientation", "portrait format"),
    ],
)
def test_labels_say_something_about_the_whole_picture(label: str, claim: str | None) -> None:
    assert claims([label]) == [claim]


@pytest.mark.parametrize(
    "label",
    [
        *("cat", "red car", "blue whale", "dark chocolate", "drawing room", "text message", "clock face", "night", ""),
        *("landscape", "portrait", "a photo of a dog", "a drawing of a house", "bar chart", "happy face", "invoice"),
        *("white house", "blue sky", "green energy", "photo booth", "?!"),
    ],
)
def test_labels_about_what_a_picture_shows_say_nothing(label: str) -> None:
    assert claims([label]) == [None]


def test_portrait_and_landscape_are_formats_beside_each_other_only() -> None:
    assert claims(["portrait", "landscape"]) == ["portrait format", "landscape format"]
    assert claims(["landscape", "chart"]) == [None, "chart"]


def test_whatever_words_can_claim_can_be_judged() -> None:
    assert set(_tables()[0].values()) == {*COLOURS, *_KINDS, *_JUDGES}
