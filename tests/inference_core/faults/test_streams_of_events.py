"""Every oddity of Server-Sent Events that occurs, over a real socket, for text generation and for chat."""

import asyncio
from collections.abc import Callable

import pytest

from inference_core import InvalidAnswerError, TextGenerationError
from inference_core.errors import GenerationError, OverloadedError, UnknownError
from tests.inference_core.faults.calls import (
    MESSAGES,
    STREAMS,
    Call,
    chunk,
    chunks,
    facing,
    failure,
    line,
    read_until_error,
    token,
    tokens,
)
from tests.support.faults import LAST_CHUNK, STREAM, Caller, Script, in_chunks, says, then_waits

A, B = "ä", "🤗\u2028b"
DATA: dict[Call, Callable[[str], dict[str, object]]] = {tokens: token, chunks: chunk}


def data(call: Call, text: str) -> bytes:
    """The JSON of one event in the format of the call."""
    return line(DATA[call](text))


def streaming(*parts: bytes) -> Script:
    """A stream in these chunks, with its proper end."""
    return says(STREAM + in_chunks(*parts) + LAST_CHUNK)


Frame = Callable[[bytes, bytes], bytes]
FRAMES: dict[str, Frame] = {
    "no space": lambda a, b: b"data:%b\n\ndata:%b\n\n" % (a, b),
    "a space": lambda a, b: b"data: %b\n\ndata: %b\n\n" % (a, b),
    "CRLF": lambda a, b: b"data: %b\r\n\r\ndata: %b\r\n\r\n" % (a, b),
    "lone CR": lambda a, b: b"data: %b\r\rdata: %b\r\r" % (a, b),
    "all line ends": lambda a, b: b"data: %b\r\n\ndata: %b\n\r\n" % (a, b),
    "many empty lines": lambda a, b: b"\n\n\ndata: %b\n\n\n\n\ndata: %b\n\n\n" % (a, b),
    "a BOM": lambda a, b: b"\xef\xbb\xbfdata: %b\n\ndata: %b\n\n" % (a, b),
    "comments": lambda a, b: b": hello\n\n:\n\ndata: %b\n:within\n\n: between\n\ndata: %b\n\n: after" % (a, b),
    "fields": lambda a, b: b"event: message\nid: 1\nretry: 5\ndata: %b\n\nid\ndata: %b\nevent:x\n\n" % (a, b),
    "unknown fields": lambda a, b: b"foo: 1\ndata: %b\n\nbar\nDATA: no\ndata: %b\n\n" % (a, b),
    "only fields between": lambda a, b: b"data: %b\n\nevent: ping\n\nid: 3\n\nretry: 1\n\ndata: %b\n\n" % (a, b),
    "no blank line at the end": lambda a, b: b"data: %b\n\ndata: %b" % (a, b),
    "half a blank line at the end": lambda a, b: b"data: %b\n\ndata: %b\n" % (a, b),
    "[DONE]": lambda a, b: b"data: %b\n\ndata: %b\n\ndata: [DONE]\n\n" % (a, b),
    "[DONE] without a space": lambda a, b: b"data:%b\n\ndata:%b\n\ndata:[DONE]\n\n" % (a, b),
    "[DONE] without a blank line": lambda a, b: b"data: %b\n\ndata: %b\n\ndata: [DONE]" % (a, b),
    "[DONE] with CRLF": lambda a, b: b"data: %b\r\n\r\ndata: %b\r\n\r\ndata: [DONE]\r\n\r\n" % (a, b),
    "garbage after [DONE]": lambda a, b: b"data: %b\n\ndata: %b\n\ndata: [DONE]\n\n\xff{garbage\n\n" % (a, b),
    "events after [DONE]": lambda a, b: b"data: %b\n\ndata: %b\n\ndata: [DONE]\n\ndata: %b\n\n" % (a, b, a),
    "lines within": lambda a, b: b"data: %b\n\ndata: %b\n\n" % (a, b.replace(b", ", b",\ndata: ")),
}


@STREAMS
@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
async def test_a_frame_is_understood(call: Call, frame: Frame) -> None:
    async with facing(streaming(frame(data(call, A), data(call, B)))) as (client, server):
        assert await call(client) == [A, B]
        assert len(server.requests) == 1


@STREAMS
@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
async def test_a_frame_is_understood_byte_by_byte(call: Call, frame: Frame) -> None:
    parts = [bytes([byte]) for byte in frame(data(call, A), data(call, B))]
    async with facing(streaming(*parts)) as (client, _):
        assert await call(client) == [A, B]


@STREAMS
@pytest.mark.parametrize("frame", [FRAMES["lone CR"], FRAMES["CRLF"], FRAMES["a BOM"]], ids=["CR", "CRLF", "BOM"])
async def test_a_stream_may_be_cut_at_every_place(call: Call, frame: Frame) -> None:
    text = frame(data(call, A), data(call, B))
    answers = [STREAM + in_chunks(text[:cut], text[cut:]) + LAST_CHUNK for cut in range(1, len(text))]
    async with facing(says(*answers)) as (client, _):
        for _ in answers:
            assert await call(client) == [A, B]


@STREAMS
async def test_packets_may_end_within_a_character(call: Call) -> None:
    text = b"data: %b\n\ndata: %b\n\n" % (data(call, A), data(call, B))
    cuts = [place for place, byte in enumerate(text) if byte & 0b1100_0000 == 0b1000_0000]
    assert len(cuts) == 6

    def in_packets(cut: int) -> Script:
        async def script(caller: Caller) -> None:
            await caller.request()
            await caller.send(STREAM + b"%x\r\n" % len(text) + text[:cut])
            await asyncio.sleep(0.02)
            await caller.send(text[cut:] + b"\r\n" + LAST_CHUNK)

        return script

    async with facing(*map(in_packets, cuts)) as (client, server):
        for _ in cuts:
            assert await call(client) == [A, B]
            await client.close()
        assert len(server.callers) == len(cuts)


@STREAMS
@pytest.mark.parametrize("mark", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\ufeff", "\0"])
async def test_no_other_mark_ends_a_line(call: Call, mark: str) -> None:
    text = f"a{mark}b"

    async with facing(streaming(b"data: " + data(call, text) + b"\n\n")) as (client, _):
        assert await call(client) == [text]


@STREAMS
async def test_done_ends_a_stream_that_stays_open(call: Call) -> None:
    open_end = then_waits(STREAM, in_chunks(b"data: %b\n\n" % data(call, A), b"data: [DONE]\n\n"))
    async with facing(open_end) as (client, server):
        assert await call(client) == [A]
        await server.all_left()


@STREAMS
async def test_a_line_may_be_megabytes_long(call: Call) -> None:
    text = "x" * 5 * 2**20
    async with facing(streaming(b"data: %b\n\n" % data(call, text), b"data: %b\n\n" % data(call, A))) as (client, _):
        assert await call(client) == [text, A]


@STREAMS
async def test_many_events_in_one_packet_all_arrive(call: Call) -> None:
    events = b"".join(b"data: %b\n\n" % data(call, str(number)) for number in range(20_000))
    async with facing(streaming(*[events[place : place + 7_919] for place in range(0, len(events), 7_919)])) as (
        client,
        _,
    ):
        assert await call(client) == list(map(str, range(20_000)))


ERRORS = [
    ({"error": "Too much", "error_type": "overloaded"}, OverloadedError),
    ({"error": "Too much", "error_type": "generation"}, GenerationError),
    ({"error": "Too much", "error_type": "never heard of"}, UnknownError),
    ({"error": "Too much"}, TextGenerationError),
    ({"error": {"message": "Too much", "type": "server_error", "code": 500}}, TextGenerationError),
    ({"error": ["Too much"]}, TextGenerationError),
]


@pytest.mark.parametrize(("error", "kind"), ERRORS)
@pytest.mark.parametrize("name", [b"data:", b"data: ", b"event: error\ndata: "])
async def test_an_error_in_the_middle_comes_after_the_text_before_it(
    error: dict[str, object], kind: type[TextGenerationError], name: bytes
) -> None:
    events = b"data: %b\n\n%b%b\n\n" % (line(token(A)), name, line(error))
    async with facing(then_waits(STREAM, in_chunks(events))) as (client, server):
        stream = await client.text_generation("a", stream=True)
        assert await anext(stream) == A
        with pytest.raises(kind, match="Too much"):
            await anext(stream)
        await server.all_left()


@pytest.mark.parametrize(("error", "kind"), ERRORS)
async def test_an_error_in_the_middle_of_a_chat_has_its_kind(
    error: dict[str, object], kind: type[TextGenerationError]
) -> None:
    events = b"data: %b\n\ndata: %b\n\n" % (line(chunk(A)), line(error))
    async with facing(then_waits(STREAM, in_chunks(events))) as (client, server):
        stream = await client.chat_completion(MESSAGES, stream=True)
        assert (await anext(stream)).choices[0].delta.content == A
        with pytest.raises(kind, match="Too much"):
            await anext(stream)
        await server.all_left()


@pytest.mark.parametrize("wrong", [b"hello", b"{", b"null", b"[]", b"3", b'{"token": 3}', b"\xff", b"[" * 100_000])
async def test_an_event_of_something_else_is_invalid(wrong: bytes) -> None:
    events = b"data: %b\n\ndata: %b\n\n" % (line(token(A)), wrong)
    async with facing(then_waits(STREAM, in_chunks(events))) as (client, server):
        seen, _ = await read_until_error(client, InvalidAnswerError)
        assert seen == [A]
        await server.all_left()


@STREAMS
@pytest.mark.parametrize("empty", [b"", b": nothing\n\n", b"\n\n", b"event: ping\n\n", b"data:\n\n", b"\xef\xbb\xbf"])
async def test_a_stream_without_an_event_is_invalid(call: Call, empty: bytes) -> None:
    answer = streaming(empty) if empty else says(STREAM + LAST_CHUNK)
    async with facing(answer) as (client, _):
        await failure(call(client), InvalidAnswerError)


@STREAMS
@pytest.mark.parametrize("empty", [b"data:\n\n", b"data: \n\n", b"data\n\n"])
async def test_an_event_without_data_says_nothing(call: Call, empty: bytes) -> None:
    event = b"data: %b\n\n" % data(call, A)
    async with facing(streaming(empty + event + empty + event + empty)) as (client, _):
        assert await call(client) == [A, A]
