from typing import Any

import msgspec
import pytest

from inference_core.engine.builtin.encoder.shared import WordHashing
from inference_core.engine.builtin.lexical.sentences import split_sentences
from inference_core.engine.builtin.models.minilm_lexrank import MODEL, Summarization, SummarizationBody
from inference_core.engine.contract import CannotAnswer, Engine
from inference_core.engine.server.sizes import require_sizes

BRIDGE = (
    "The old bridge over the Tarn will be closed for eight months while its cracked pillars are rebuilt. "
    "Inspectors found the damage in spring after a flood had carried a tree against the second pillar. "
    "My aunt used to sell cherries there. "
    "During the closure cars must take the motorway and walkers can use a small ferry. "
    "The town pays a third of the cost of rebuilding the bridge and the region pays the rest."
)
OWLS = (
    "Barn owls hunt by hearing. "
    "One ear sits higher than the other, so that a sound from below reaches the two at different times. "
    "From that difference the owl's brain works out where a mouse is rustling, even in complete darkness. "
    "Soft feathers keep the owl's own flight from drowning the sound. "
    "The barn needed a new roof. "
    "Young owls wearing prisms learn to shift their map of sounds, which shows that hearing and sight work together."
)
STRIKE = (
    "Bakers in the city went on strike on Friday over night work.\n\n"
    "They want two free nights a week , and a bonus for holidays . "
    "The owners' association offered one free night and called the strike irresponsible. "
    "Supermarkets said their shelves would stay full. "
    "Both sides meet again on Tuesday under a mediator named by the mayor. "
    "The last strike of the bakers, in 1988, lasted three weeks."
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    engine = MODEL.load()
    if "MiniLM" not in engine.name:
        pytest.skip("the encoder's files are not on this machine")
    return engine


def summarize(engine: Engine, text: str, **parameters: Any) -> str:
    (answer,) = engine.answer(msgspec.convert({"inputs": text, "parameters": parameters}, MODEL.tasks[0].body))
    summary: str = answer["summary_text"]
    return summary


def places(summary: str, text: str) -> list[int]:
    flat = " ".join(text.split())
    return [flat.index(sentence.text) for sentence in split_sentences(summary)]


@pytest.mark.parametrize("text", [BRIDGE, OWLS, STRIKE])
def test_a_summary_is_sentences_of_the_text_in_their_order(engine: Engine, text: str) -> None:
    summary = summarize(engine, text)
    assert places(summary, text) == sorted(places(summary, text))
    assert len(summary) < 0.6 * len(text)


@pytest.mark.parametrize(
    ("text", "aside"),
    [(BRIDGE, "cherries"), (OWLS, "new roof"), (STRIKE, "Supermarkets")],
    ids=["bridge", "owls", "strike"],
)
def test_what_the_text_is_about_is_kept_and_asides_go(engine: Engine, text: str, aside: str) -> None:
    assert aside not in summarize(engine, text)


def test_the_main_event_is_in_the_summary(engine: Engine) -> None:
    assert "closed for eight months" in summarize(engine, BRIDGE)
    assert "went on strike" in summarize(engine, STRIKE)


def test_lengths_are_kept_in_words(engine: Engine) -> None:
    short = summarize(engine, OWLS, generate_parameters={"max_length": 20})
    long = summarize(engine, OWLS, generate_parameters={"min_length": 55, "max_length": 75})
    assert len(short.split()) <= 20
    assert 55 <= len(long.split()) <= 75


def test_a_repeated_sentence_is_taken_once(engine: Engine) -> None:
    first = split_sentences(BRIDGE)[0].text
    assert summarize(engine, f"{BRIDGE} {first}").count(first) == 1


def test_spaces_before_punctuation_are_removed_when_asked(engine: Engine) -> None:
    everything = {"min_length": 60}
    assert "week , and" in summarize(engine, STRIKE, generate_parameters=everything)
    assert "week, and" in summarize(engine, STRIKE, generate_parameters=everything, clean_up_tokenization_spaces=True)


def test_a_text_too_short_to_leave_anything_out_is_refused(engine: Engine) -> None:
    with pytest.raises(CannotAnswer, match="which has 2: give a text of 3"):
        summarize(engine, "The shop is shut. It opens on Monday.")


@pytest.mark.parametrize("lengths", [{"max_length": 3}, {"min_length": 900}, {"min_length": 50, "max_length": 4}])
def test_lengths_that_no_sentences_have_are_refused(engine: Engine, lengths: dict[str, int]) -> None:
    with pytest.raises(CannotAnswer, match="widen the range from `min_length` to `max_length`"):
        summarize(engine, OWLS, generate_parameters=lengths)


def test_a_book_is_refused_or_read_in_part() -> None:
    engine = Summarization(WordHashing())
    book = f"{BRIDGE}\n\n" * 300
    body, task = {"inputs": book}, "summarization"
    with pytest.raises(CannotAnswer, match="shorten it or set `truncation`"):
        require_sizes(MODEL, task, msgspec.convert(body, SummarizationBody))
    truncated = body | {"parameters": {"truncation": "longest_first"}}
    require_sizes(MODEL, task, msgspec.convert(truncated, SummarizationBody))
    assert summarize(engine, book, truncation="longest_first")


@pytest.mark.parametrize("unknown", ["temperature", "num_beams"])
def test_parameters_an_extraction_has_no_use_for_are_refused_by_name(engine: Engine, unknown: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=unknown):
        summarize(engine, BRIDGE, generate_parameters={unknown: 2})


def test_the_fallback_says_so_and_still_extracts() -> None:
    engine = Summarization(WordHashing())
    assert engine.name == "extractive LexRank on word-hashing fallback (no encoder files)"
    assert places(summarize(engine, STRIKE), STRIKE)
