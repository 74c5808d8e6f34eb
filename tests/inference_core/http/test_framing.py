"""How an answer is framed is seen by its first bytes, whatever was asked for and whatever the content type says."""

import json
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference_core import AsyncInferenceClient, InferenceError, InvalidAnswerError
from inference_core.http.framing import AnswerDecoder, LooseEventDecoder, values_in
from inference_core.http.sse import EventDecoder
from tests.inference_core.faults.calls import chunk, chunks, facing, generation, line, reply, token, tokens
from tests.support.faults import LAST_CHUNK, STREAM, Caller, as_json, head, in_chunks, says, whole

Read = Callable[[AsyncInferenceClient], Any]
A, B = "ä", " 🤗\u2028b"
EVENT: dict[Read, Callable[[str], dict[str, Any]]] = {tokens: token, generation: token, chunks: chunk, reply: chunk}
WHOLE: dict[Read, Callable[[str], dict[str, Any]]] = {
    tokens: lambda text: {"generated_text": text},
    chunks: lambda text: {"choices": [{"index": 0, "message": {"role": "assistant", "content": text}}]},
}
WHOLE |= {generation: WHOLE[tokens], reply: WHOLE[chunks]}
ALL = pytest.mark.parametrize("read", EVENT)
TYPES = pytest.mark.parametrize("content_type", ["application/json", "text/event-stream", "text/html", None])

Frame = Callable[[bytes, bytes], bytes]


def pretty(value: bytes) -> bytes:
    return json.dumps(json.loads(value), indent=2, ensure_ascii=False).encode()


def in_data_lines(value: bytes) -> bytes:
    return b"".join(b"data: %b\n" % part for part in pretty(value).split(b"\n"))


FRAMES: dict[str, Frame] = {
    "as it should be": lambda a, b: b"data: %b\n\ndata: %b\n\ndata: [DONE]\n\n" % (a, b),
    "one line break": lambda a, b: b"data: %b\ndata: %b\n" % (a, b),
    "one line break and [DONE]": lambda a, b: b"data: %b\ndata: %b\ndata: [DONE]\n" % (a, b),
    "one CRLF": lambda a, b: b"data:%b\r\ndata:%b\r\ndata:[DONE]\r\n" % (a, b),
    "one line break, then two": lambda a, b: b"data: %b\ndata: %b\n\ndata: [DONE]\n\n" % (a, b),
    "three line breaks": lambda a, b: b"data: %b\n\n\ndata: %b\n\n\n" % (a, b),
    "indented": lambda a, b: b" data: %b\n\n\tdata: %b\n\n  data: [DONE]\n\n" % (a, b),
    "spaces after data": lambda a, b: b"data:   %b  \n\ndata:\t%b\t\n\n" % (a, b),
    "[DONE] and a space": lambda a, b: b"data: %b\n\ndata: %b\n\ndata: [DONE] \n\n" % (a, b),
    "[DONE] with spaces before": lambda a, b: b"data: %b\n\ndata: %b\n\ndata:   [DONE]\t\n\n" % (a, b),
    "[DONE] with CR": lambda a, b: b"data: %b\n\ndata: %b\n\ndata: [DONE]\r\r\n\n" % (a, b),
    "[DONE] in quotes": lambda a, b: b'data: %b\n\ndata: %b\n\ndata: "[DONE]"\n\n' % (a, b),
    "[done]": lambda a, b: b"data: %b\n\ndata: %b\n\ndata: [done]\n\n" % (a, b),
    "[DONE] and more": lambda a, b: b"data: %b\n\ndata: %b\n\ndata: [DONE] (1.2 s)\n\nbye\n\n" % (a, b),
    "[DONE] alone": lambda a, b: b"data: %b\n\ndata: %b\n\n[DONE]" % (a, b),
    "[DONE] glued": lambda a, b: b"data: %b\n\ndata: %b[DONE]\n\n" % (a, b),
    "[DONE] glued with data": lambda a, b: b"data: %b\n\ndata: %bdata: [DONE]\n\n" % (a, b),
    "data twice": lambda a, b: b"data: data: %b\n\ndata: data: %b\n\ndata: data: [DONE]\n\n" % (a, b),
    "named": lambda a, b: b"event: token\ndata: %b\n\nevent: end\ndata: %b\n\n" % (a, b),
    "lines of JSON": lambda a, b: b"%b\n%b\n" % (a, b),
    "lines of JSON without an end": lambda a, b: b"%b\r\n%b" % (a, b),
    "lines of JSON and [DONE]": lambda a, b: b"\n%b\n\n%b\n[DONE]\n" % (a, b),
    "lines of JSON and data: [DONE]": lambda a, b: b"%b\n\n%b\n\ndata: [DONE]\n\n" % (a, b),
    "JSON after JSON": lambda a, b: a + b,
    "JSON after JSON and [DONE]": lambda a, b: a + b + b"[DONE]",
    "JSON with commas": lambda a, b: b"%b,\n%b\n" % (a, b),
    "pretty JSON": lambda a, b: pretty(a) + b"\n" + pretty(b),
    "data lines of pretty JSON": lambda a, b: in_data_lines(a) + b"\n" + in_data_lines(b) + b"\n",
    "data before pretty JSON": lambda a, b: b"data: %b\n\ndata: %b\n\n" % (pretty(a), pretty(b)),
    "data missing now and then": lambda a, b: b"data: %b\n\n%b\n\n" % (a, b),
    "a BOM and blank lines": lambda a, b: b"\xef\xbb\xbf\n \r\ndata: %b\n\ndata: %b\n\n" % (a, b),
    "comments": lambda a, b: b": keep-alive\n\n: keep-alive\n\ndata: %b\n: x\n\n: y\ndata: %b\n\n" % (a, b),
}
LATE = {"JSON after JSON", "JSON after JSON and [DONE]", "pretty JSON", "JSON with commas"}


@ALL
@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
async def test_events_are_found_in_any_frame(read: Read, frame: Frame) -> None:
    body = frame(line(EVENT[read](A)), line(EVENT[read](B)))
    in_bytes = in_chunks(*[bytes([byte]) for byte in body])
    answers = [
        whole(body),
        whole(body, content_type="text/event-stream"),
        head(transfer_encoding="chunked", content_type="text/plain") + in_bytes + LAST_CHUNK,
    ]
    async with facing(says(*answers)) as (client, _):
        for _ in answers:
            assert "".join(await read(client)) == A + B


@pytest.mark.parametrize("read", [tokens, chunks])
@pytest.mark.parametrize("frame", [frame for name, frame in FRAMES.items() if name not in LATE])
async def test_an_event_in_a_loose_frame_comes_before_the_next(read: Read, frame: Frame) -> None:
    text = frame(line(EVENT[read](A)), line(EVENT[read](B)))

    async def slowly(caller: Caller) -> None:
        await caller.request()
        await caller.send(STREAM, in_chunks(text, b"\n"))
        await caller.left.wait()

    async with facing(slowly, timeout=5) as (client, _):
        begin = client.text_generation("a", stream=True) if read is tokens else client.chat_completion([], stream=True)
        stream = await begin
        item = await anext(stream)
        assert (item if read is tokens else item.choices[0].delta.content) == A
        await stream.aclose()


ENDS = [b"", b"\n", b"[DONE]", b"\n[DONE]\n", b"\n\ndata: [DONE]\n\n", b"data: [DONE]", b" \r\n"]
STARTS = [b"", b"\n\n", b"\xef\xbb\xbf", b" "]


@ALL
@TYPES
@pytest.mark.parametrize("as_list", [False, True])
async def test_a_whole_answer_is_one_whatever_its_frame(read: Read, content_type: str | None, as_list: bool) -> None:
    answer = line([WHOLE[read](A)] if as_list else WHOLE[read](A))
    bodies = [start + form + end for start in STARTS for form in (answer, pretty(answer)) for end in ENDS]
    bodies += [b"data: %b\n\n" % answer, b"data: %b\n\ndata: [DONE]\n\n" % answer, in_data_lines(answer) + b"\n"]
    async with facing(says(*[whole(body, content_type=content_type) for body in bodies])) as (client, _):
        for _ in bodies:
            assert "".join(await read(client)) == A


@pytest.mark.parametrize(
    "body", [b"data: [DONE]\n\n", b"data:[DONE]", b"[DONE]", b"data: [DONE] \r\n\r\n", b": x\n\n[DONE]\n"]
)
@TYPES
async def test_only_done_is_an_empty_answer(body: bytes, content_type: str | None) -> None:
    async with facing(says(*[whole(body, content_type=content_type)] * 4)) as (client, _):
        assert await tokens(client) == []
        assert await chunks(client) == []
        assert await generation(client) == ""
        assert await reply(client) == ""


@ALL
@pytest.mark.parametrize("body", [b"", b"\n\n", b": ping\n\n", b"event: ping\n\n", b"data:\n\n", b"\xef\xbb\xbf"])
async def test_nothing_at_all_is_an_error(read: Read, body: bytes) -> None:
    async with facing(says(whole(body, content_type="text/event-stream"))) as (client, _):
        with pytest.raises(InvalidAnswerError):
            await read(client)


async def test_a_stream_nobody_asked_for_is_put_together() -> None:
    tool = {"index": 0, "id": "c", "type": "function", "function": {"name": "f", "arguments": ""}}
    deltas: list[dict[str, Any]] = [
        {"role": "assistant", "content": "a"},
        {"content": "b"},
        {"tool_calls": [tool]},
        {"tool_calls": [{"index": 0, "function": {"arguments": '{"x":'}}]},
        {"tool_calls": [{"index": 0, "function": {"arguments": "1}"}}]},
    ]
    events: list[Any] = [{"id": "i", "model": "m", "choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    events.append({"choices": [{"index": 1, "delta": {"content": "other"}, "finish_reason": "length"}]})
    events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]})
    events.append({"choices": [], "usage": {"completion_tokens": 3, "prompt_tokens": 2, "total_tokens": 5}})
    body = b"".join(b"data: %b\n\n" % line(event) for event in events) + b"data: [DONE]\n\n"
    async with facing(says(whole(body))) as (client, _):
        answer = await client.chat_completion([])
    first, second = answer.choices
    assert (answer.id, answer.model, answer.usage.total_tokens if answer.usage else 0) == ("i", "m", 5)
    assert (first.message.content, first.finish_reason) == ("ab", "tool_calls")
    assert (second.message.content, second.finish_reason) == ("other", "length")
    assert first.message.tool_calls is not None
    assert dict(first.message.tool_calls[0].function) == {"name": "f", "arguments": '{"x":1}'}
    assert answer.raw == events


async def test_the_text_of_a_stream_nobody_asked_for_is_the_one_the_server_gives() -> None:
    last = token("c") | {"generated_text": "abc", "details": {"finish_reason": "length", "generated_tokens": 3}}
    body = b"".join(b"data: %b\n\n" % line(event) for event in (token("a"), token("b"), last))
    async with facing(says(whole(body))) as (client, _):
        answer = await client.text_generation("a", details=True)
    assert answer.generated_text == "abc"
    assert answer.details is not None
    assert [part.text for part in answer.details.tokens] == ["a", "b", "c"]


async def test_any_task_reads_an_answer_in_one_event_or_with_the_mark_of_an_end() -> None:
    body = line([{"summary_text": "b"}])
    bodies = [
        b"data: %b\n\n" % body,
        b"data: %b\n\ndata: [DONE]\n\n" % body,
        body + b"[DONE]",
        body + b"\ndata: [DONE] ",
    ]
    async with facing(says(*map(whole, bodies))) as (client, _):
        for _ in bodies:
            assert (await client.summarization("a")).summary_text == "b"


async def test_lines_posted_by_hand_are_lines_whatever_their_type() -> None:
    async with facing(
        says(*[whole(b'{"a": 1}\n{"b": 2}\n\ndata: c', content_type=kind) for kind in ("application/json", "a/b")])
    ) as (client, _):
        for _ in range(2):
            lines = [part async for part in await client.post(json={}, stream=True)]
            assert lines == [b'{"a": 1}', b'{"b": 2}', b"data: c"]


values = st.recursive(
    st.none() | st.integers() | st.text(max_size=4),
    lambda part: st.lists(part, max_size=2) | st.dictionaries(st.text(max_size=3), part, max_size=2),
)
objects = st.dictionaries(st.text(max_size=4), values, max_size=3)


@given(
    st.lists(objects, min_size=1, max_size=4),
    st.lists(st.integers(0, 400), max_size=6),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
)
def test_a_correct_stream_is_read_as_the_standard_says(
    said: list[Any], cuts: list[int], end: str, is_pretty: bool
) -> None:
    lines = [json.dumps(value, indent=1 if is_pretty else None).split("\n") for value in said]
    stream = "".join("".join(f"data: {part}{end}" for part in parts) + end for parts in lines).encode()
    edges = sorted({0, len(stream), *(min(cut, len(stream)) for cut in cuts)})
    pieces = [stream[start:stop] for start, stop in pairwise(edges)]
    strict, loose = EventDecoder(), AnswerDecoder()
    expected = [event.data for piece in pieces for event in strict.feed(piece)] + [
        event.data for event in strict.finish()
    ]
    found = [event.data for piece in pieces for event in loose.feed(piece)] + [event.data for event in loose.finish()]
    assert found == expected
    assert [json.loads(data) for data in found] == said


@given(
    st.lists(objects, min_size=1, max_size=4), st.sampled_from(["", "\n", ",\n", "[DONE]", "data: ", "\ndata:", " "])
)
def test_values_are_found_one_after_the_other(said: list[Any], between: str) -> None:
    body = between.join(json.dumps(value) for value in said).encode()
    assert [json.loads(value) for value in values_in(body) if value != b"[DONE]"] == said


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_framed_somehow(body: bytes) -> None:
    try:
        values_in(body)
    except InferenceError as error:
        assert "error" in body.decode(errors="replace").lower(), error
    decoder = LooseEventDecoder()
    for byte in body:
        decoder.feed(bytes([byte]))
    decoder.finish()


def test_a_long_event_in_small_pieces_takes_linear_time() -> None:
    decoder = AnswerDecoder()
    pieces = [b'data: {"a": [', *[b"1,\ndata: " * 10] * 20_000, b"1]}\n\n"]
    found = [event for piece in pieces for event in decoder.feed(piece)]
    assert len(found) == 1


def test_json_of_one_answer_is_not_taken_apart() -> None:
    assert values_in(as_json([1, {"a": "[DONE]"}]).partition(b"\r\n\r\n")[2]) == [b'[1, {"a": "[DONE]"}]']


@pytest.mark.parametrize("value", [b'{"a":1}\n', b"data: 1\n\n", b'{"a":1}'])
def test_a_body_of_very_many_values_is_given_up_before_it_keeps_others_waiting(value: bytes) -> None:
    begun = time.process_time()
    assert values_in(value * 200_000) == []
    assert time.process_time() - begun < 2
    assert len(values_in(value * 100)) == 100
