"""What is shown about a run: the status line and the raw JSON, without markup from elsewhere."""

import json
import re

import pytest

from inference_core import Exchange, words
from tasks.gallery.run_report import Run


def exchange(request: bytes = b"{}", response: bytes = b"", content_type: str = "application/json") -> Exchange:
    made = Exchange("POST", "http://127.0.0.1:1/models/m", request=request)
    made.begin_answer(200, content_type, {"x-engine": "an <engine>"})
    made.receive(response)
    made.end()
    return made


def facts(line: str) -> list[str]:
    """The facts of a status line, and at last its details."""
    line, _, details = line.partition(" <details><summary>details</summary>")
    return [*re.sub("<[^>]*>", "", line).split(" · "), details.removesuffix("</details>")]


def test_before_the_first_exchange_there_is_a_state_and_a_time() -> None:
    state, seconds, details = facts(Run().done())
    assert (state, details) == ("✓ done", "")
    assert float(seconds.removesuffix(" s")) < 1
    assert Run().wire() == {}


def test_model_and_engine_are_named_and_their_markup_is_only_text() -> None:
    run = Run(model="<b>m</b>", exchanges=[exchange()])
    assert "&lt;b&gt;m&lt;/b&gt;" in run.done()
    assert facts(run.done())[-1] == "engine: an &lt;engine&gt;"


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "recorded on 27 November 2026 from m"), ("de", "aufgezeichnet am 27. November 2026 von m")],
)
def test_an_answer_of_a_recording_says_when_it_was_recorded(language: str, said: str) -> None:
    made = exchange()
    made.recorded = "2026-11-27T10:00:00.000Z"
    with words.in_language(language):
        assert said in Run(model="m", exchanges=[made]).done()


def test_whatever_a_server_says_of_the_day_is_no_problem() -> None:
    made = exchange()
    made.recorded = "<b>yesterday"
    assert "recorded on – from m" in facts(Run(model="m", exchanges=[made]).done())


def test_a_stream_shows_tokens_per_second_and_on_demand_the_first_token() -> None:
    made = exchange()
    made.first_byte, made.ended = 500.0, 2500.0
    *_, tokens, details = facts(Run(streams=True, parts=21, exchanges=[made]).done())
    assert (tokens, details) == ("21 tokens, 10 tokens/s", "engine: an &lt;engine&gt; · first token 0.50 s")


@pytest.mark.parametrize("run", [Run(parts=5), Run(streams=True, parts=1)], ids=["at once", "one part"])
def test_no_speed_is_made_up(run: Run) -> None:
    run.exchanges.append(exchange(response=b"[]"))
    assert "tokens/s" not in run.done()


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("loading", "● the model is loading, 12 s to go by the server's estimate"),
        ("rate limit", "● the server is busy, next try in 12 s"),
        ("queue", "● waiting in the queue of the provider"),
        ("reconnecting", "● connecting again"),
    ],
)
def test_while_the_client_waits_it_is_said_why_and_how_long(reason: str, said: str) -> None:
    run = Run()
    assert facts(run.running())[0] == "● running"
    run.wait(reason, 12.0)
    assert facts(run.running())[0] == said
    run.wait(reason, 0.0)
    assert facts(run.running())[0] == "● running"


@pytest.mark.parametrize(("reason", "said"), [("length", "✓ done, cut at the limit of tokens"), ("stop", "✓ done")])
def test_a_text_that_was_cut_says_so(reason: str, said: str) -> None:
    run = Run(exchanges=[exchange(response=b'data:{"details":{"finish_reason": "%s"}}' % reason.encode())])
    assert facts(run.done())[0] == said


def test_the_last_exchange_is_shown_as_it_went_over_the_wire() -> None:
    run = Run(exchanges=[exchange(b'{"inputs":"first"}'), exchange(b'{"inputs":"last"}', b'[{"label":"yes"}]')])
    assert run.wire() == {
        "request": {"url": "http://127.0.0.1:1/models/m", "body": {"inputs": "last"}},
        "response": {"status": 200, "body": [{"label": "yes"}]},
    }


def test_an_answer_that_is_not_json_is_shown_as_text() -> None:
    assert Run(exchanges=[exchange(response=b"Bad \xff gateway")]).wire()["response"]["body"] == "Bad � gateway"


def test_the_last_events_of_a_long_stream_are_shown_and_the_others_counted() -> None:
    events = b"".join(b"data: " + json.dumps({"index": index}).encode() + b"\n\n" for index in range(30))
    run = Run(exchanges=[exchange(response=events + b"data: [DONE]\n\n", content_type="text/event-stream")])
    left_out, *shown, done = run.wire()["response"]["body"]
    assert left_out == "… 11 events before these"
    assert shown == [{"index": index} for index in range(11, 30)]
    assert done == "[DONE]"


def test_files_are_shown_by_their_kind_and_size() -> None:
    made = exchange(response=b"\xff\xd8" * 1000, content_type="image/jpeg")
    made.request, made.request_type, made.request_size = None, "image/png", 6
    wire = Run(exchanges=[made]).wire()
    assert wire["request"]["body"] == "image/png, 6 bytes"
    assert wire["response"]["body"] == "image/jpeg, 2,000 bytes"


def test_a_file_that_is_a_text_is_not_shown() -> None:
    made = exchange()
    made.request, made.request_type, made.request_size = None, "text/csv", 3
    assert Run(exchanges=[made]).wire()["request"]["body"] == "text/csv, 3 bytes"


def test_the_size_of_a_large_file_is_that_of_all_of_it() -> None:
    made = exchange(response=b"\0" * 300_000, content_type="audio/wav")
    made.receive(b"\0" * 300_000)
    assert Run(exchanges=[made]).wire()["response"]["body"] == "audio/wav, 600,000 bytes"


def test_a_file_inside_json_is_shortened_and_the_rest_stays() -> None:
    body = json.dumps({"inputs": "iVBOR" + "A" * 995 + "==", "parameters": {"top_k": 1}}).encode()
    shown = Run(exchanges=[exchange(body)]).wire()["request"]["body"]
    assert shown == {"inputs": "iVBORAAAAAAAAAAAAAAAAAAA… (1002 characters)", "parameters": {"top_k": 1}}


def test_a_number_beyond_64_bits_is_shown_as_text() -> None:
    body = b'{"seed": 100000000000000000000, "top_k": 9223372036854775807}'
    shown = Run(exchanges=[exchange(body)]).wire()["request"]["body"]
    assert shown == {"seed": "100000000000000000000", "top_k": 2**63 - 1}


def test_a_failure_is_marked_so_that_the_last_answer_can_step_back() -> None:
    assert re.match("<span class='failed' data-run='[\\d.]+'[^>]*>✗ &lt;no&gt;</span>", Run().failed("<no>"))
    assert "failed" not in Run().done() + Run().refused()


def test_a_run_of_many_exchanges_keeps_the_last_one_only() -> None:
    run = Run()
    for number in range(500):
        run.exchanges.append(exchange(b'{"inputs":%d}' % number))
    assert len(run.exchanges) == 1
    assert run.wire()["request"]["body"] == {"inputs": 499}
