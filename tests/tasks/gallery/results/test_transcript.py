"""What was said, with times where the model gives them."""

import json
from math import inf, nan
from pathlib import Path

import pytest

from tasks.gallery.results.transcript import transcript_value
from tasks.samples import sample
from tasks.views import Moment, Transcript

SOUND = Path(sample("heath_ledger.mp3"))


def test_parts_with_times_come_with_the_recording() -> None:
    value = transcript_value(Transcript(SOUND, "One two", [Moment(" One", 0, 1.5), Moment("two ", 62.46, None)]))
    assert value["moments"] == [
        {"text": "One", "begin": 0, "end": 1.5, "at": "0:00.0"},
        {"text": "two", "begin": 62.46, "end": None, "at": "1:02.5"},
    ]
    assert Path(value["sound"]["path"]).read_bytes() == SOUND.read_bytes()


@pytest.mark.parametrize("odd", [None, nan, inf, -inf, -3.0])
def test_a_time_that_is_none_is_not_shown(odd: float | None) -> None:
    value = transcript_value(Transcript(SOUND, "One", [Moment("One", odd, odd)]))
    assert value["moments"] == [{"text": "One", "begin": None, "end": None, "at": ""}]
    assert value["sound"] is None
    json.dumps(value, allow_nan=False)


def test_without_a_whole_text_the_parts_are_it() -> None:
    value = transcript_value(Transcript(SOUND, "", [Moment(" One", 0, 1), Moment(" two", 1, 2)]))
    assert value["text"] == "One two"


def test_the_first_of_very_many_parts_are_shown() -> None:
    assert len(transcript_value(Transcript(SOUND, "a", [Moment("a", 0, 1)] * 2_000))["moments"]) == 1_000
