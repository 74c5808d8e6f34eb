"""A summary and its source: what is in both word for word is marked in both, and no more."""

import re
import time
from html import unescape

from tasks.gallery.results.summary import marked_source
from tasks.views import Summary

SOURCE = "The harbour froze at 5.30 a.m. Nobody slept. Then the “ice” broke! Boats left by noon."


def shown(summary: str, source: str = SOURCE) -> tuple[str, dict[str, str], dict[str, str]]:
    """The line about it, and by number the sentences that are marked in the summary and in the source."""
    html = marked_source(Summary(summary, source))
    (about,) = re.findall(r'<p class="about-source">(.*?)</p>', html)
    own = dict(re.findall(r'<span data-part="(\d+)">(.*?)</span>', html, re.S))
    marked = dict(re.findall(r'<mark data-part="(\d+)" .*?<span class="words">(.*?)</span></mark>', html, re.S))
    return unescape(about), own, marked


def test_sentences_that_were_taken_over_are_marked_in_both() -> None:
    about, own, marked = shown("Boats left by noon. The harbour froze at 5.30 a.m.")
    assert own == marked == {"0": "The harbour froze at 5.30 a.m.", "1": "Boats left by noon."}
    assert about == "In the text: 2 of 2 sentences of the summary are in it word for word"


def test_a_sentence_in_the_models_own_words_is_not_marked() -> None:
    about, own, marked = shown("Boats left by noon. Everybody stayed awake all night.")
    assert own == marked == {"0": "Boats left by noon."}
    assert about.startswith("In the text: 1 of 2 sentences")


def test_a_short_sentence_may_be_there_by_chance() -> None:
    assert shown("Nobody slept.")[1] == {}


def test_a_summary_in_other_words_says_so() -> None:
    assert shown("Ice kept the boats in until noon.") == (
        "No sentence of the summary is in the text word for word",
        {},
        {},
    )
    assert shown("")[1:] == shown("A summary of nothing.", "")[1:] == ({}, {})


def test_everything_is_escaped_and_whole() -> None:
    evil = "<img src='x'> & other words of a hostile model."
    html = marked_source(Summary(f"{evil} More.", f"Before. {evil}"))
    assert "<img" not in html
    (source,) = re.findall(r'<p class="marked source".*?>(.*?)</p>', html)
    assert unescape(re.sub("<.*?>", "", source)) == f"Before. {evil}"


def test_odd_texts_take_no_long_time() -> None:
    begun = time.process_time()
    for text in ("." * 100_000 + "x", ".a" * 50_000, '."' * 50_000, "a" * 100_000, ("word " * 10 + ". ") * 2_000):
        marked_source(Summary(text, text))
    assert time.process_time() - begun < 5
