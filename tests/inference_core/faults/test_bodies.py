"""Answers with status 200 that are wrong, odd or damaged: the right value or one clear error, never something else."""

import asyncio
import gzip
import zlib

import pytest

from inference_core import InferenceConnectionError, InferenceError, InvalidAnswerError, TextGenerationError
from tests.inference_core.faults.calls import (
    ALL_CALLS,
    WHOLE_CALLS,
    Call,
    chunks,
    facing,
    failure,
    summary,
    tokens,
)
from tests.support.answers import chat_event, token_event
from tests.support.faults import LAST_CHUNK, STREAM, Caller, as_http_1_0, head, in_chunks, says, whole

BODY = b'[{"summary_text": "b"}]'
NOT_JSON = {
    "a page": b"<!DOCTYPE html><html><body>Sign in</body></html>",
    "nothing": b"",
    "spaces": b" \n ",
    "a word": b"OK",
    "half": b'{"choices": [{"ind',
    "two": b'[{"summary_text": "a"}] [{"summary_text": "b"}]',
    "no UTF-8": b'[{"summary_text": "\xff"}]',
    "NaN": b'{"generated_text": NaN}',
    "a deep nest": b"[" * 100_000,
    "zeros": b"\0" * 100,
}
NOT_THE_TASK = {
    "null": b"null",
    "a number": b"3",
    "an empty list": b"[]",
    "a list of null": b"[null]",
    "an empty object": b"{}",
    "something else": b'{"status": "fine"}',
    "a wrong type": b'{"generated_text": {}, "summary_text": [], "choices": 3}',
    "an error": b'{"error": "Out of memory"}',
}
WRONG = NOT_JSON | NOT_THE_TASK


@WHOLE_CALLS
@pytest.mark.parametrize("content_type", ["application/json", "text/html", None])
@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
async def test_a_wrong_body_is_an_invalid_answer(call: Call, body: bytes, content_type: str | None) -> None:
    async with facing(says(whole(body, content_type=content_type))) as (client, server):
        await failure(call(client), InvalidAnswerError)
        assert len(server.requests) == 1


@pytest.mark.parametrize("call", [tokens, chunks])
@pytest.mark.parametrize("body", WRONG.values(), ids=WRONG)
async def test_a_wrong_body_instead_of_a_stream_is_an_invalid_answer(call: Call, body: bytes) -> None:
    async with facing(says(whole(body))) as (client, server):
        if body == NOT_THE_TASK["an error"]:
            with pytest.raises(TextGenerationError, match="Out of memory"):
                await call(client)
        else:
            await failure(call(client), InvalidAnswerError)
        assert len(server.requests) == 1


@ALL_CALLS
@pytest.mark.parametrize(
    "status", ["204 No Content", "205 Reset Content", "304 Not Modified", "101 Switching Protocols"]
)
async def test_a_status_without_a_body_is_not_an_answer(call: Call, status: str) -> None:
    async with facing(says(head(status))) as (client, server):
        await failure(call(client), InferenceError)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        head(content_length=len(BODY), content_type="text/html") + BODY,
        head(content_length=len(BODY), content_type="text/plain; charset=utf-16") + BODY,
        head(content_length=len(BODY), content_type="nonsense") + BODY,
        head(content_length=len(BODY), content_type=None) + BODY,
        head(transfer_encoding="chunked") + in_chunks(BODY[:5], BODY[5:]) + LAST_CHUNK,
        head(transfer_encoding="chunked") + in_chunks(BODY) + b"0\r\nX-Trailer: 1\r\n\r\n",
        head(transfer_encoding="chunked") + b"17;name=value\r\n" + BODY + b"\r\n" + LAST_CHUNK,
        head() + BODY,
        as_http_1_0(head() + BODY),
        as_http_1_0(whole(BODY)),
        b"HTTP/1.1 200\r\nContent-Length: 23\r\n\r\n" + BODY,
        b"HTTP/1.1 200 \r\nContent-Length: 23\r\n\r\n" + BODY,
        b"HTTP/1.1 100 Continue\r\n\r\n" + whole(BODY),
        b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + whole(BODY),
        whole(BODY, "201 Created"),
        whole(BODY, x_long="y" * 8_000),
        head(content_length=len(BODY), **{f"x_{number}": "y" for number in range(100)}) + BODY,
        whole(b"\n " + BODY + b"\r\n"),
        whole(gzip.compress(BODY), content_encoding="gzip"),
        whole(gzip.compress(BODY[:9]) + gzip.compress(BODY[9:]), content_encoding="gzip"),
        whole(zlib.compress(BODY), content_encoding="deflate"),
        whole(zlib.compress(BODY, wbits=-15), content_encoding="deflate"),
        whole(BODY, content_encoding="identity"),
        whole(BODY, content_encoding=""),
        b"HTTP/1.1 200 OK\nContent-Length: 23\n\n" + BODY,
    ],
    ids=[
        "HTML as type",
        "a wrong charset",
        "a nonsense type",
        "no type",
        "chunked",
        "trailers",
        "a chunk extension",
        "until closed",
        "HTTP/1.0 until closed",
        "HTTP/1.0",
        "no reason",
        "an empty reason",
        "100 before it",
        "102 and 103 before it",
        "201",
        "a long header",
        "many headers",
        "spaces around it",
        "gzip",
        "two gzip members",
        "deflate",
        "raw deflate",
        "identity",
        "an empty encoding",
        "no carriage returns",
    ],
)
async def test_an_odd_but_whole_answer_is_understood(answer: bytes) -> None:
    async with facing(says(answer)) as (client, server):
        assert await summary(client) == "b"
        assert len(server.requests) == 1


async def test_an_answer_may_come_byte_by_byte() -> None:
    async def bytewise(caller: Caller) -> None:
        await caller.request()
        for byte in head(transfer_encoding="chunked") + in_chunks(BODY[:5], BODY[5:]) + LAST_CHUNK:
            await caller.send(bytes([byte]))
            await asyncio.sleep(0.001)

    async with facing(bytewise, timeout=10) as (client, _):
        assert await summary(client) == "b"


@pytest.mark.parametrize("call", [tokens, chunks])
@pytest.mark.parametrize("content_type", ["text/event-stream; charset=utf-8", "text/plain", "text/html", None])
async def test_the_type_of_a_stream_does_not_matter(call: Call, content_type: str | None) -> None:
    event = token_event("b") if call is tokens else chat_event("b")
    async with facing(says(whole(event, content_type=content_type))) as (client, _):
        assert await call(client) == ["b"]


@pytest.mark.parametrize(
    "answer",
    [
        head(content_length=2, transfer_encoding="chunked") + in_chunks(BODY) + LAST_CHUNK,
        b"HTTP/1.1 200 OK\r\nContent-Length: 23\r\nContent-Length: 5\r\n\r\n" + BODY,
    ],
    ids=["a length and chunks", "two lengths"],
)
async def test_an_answer_with_two_lengths_is_not_trusted(answer: bytes) -> None:
    async with facing(says(answer)) as (client, server):
        await failure(summary(client), InferenceConnectionError)
        await server.all_left()
        assert len(server.requests) == 1


@ALL_CALLS
@pytest.mark.parametrize("headers", [{"x_giant": "y" * 2**20}, {f"x_{number}": "y" * 99 for number in range(2_000)}])
async def test_giant_headers_are_not_read(call: Call, headers: dict[str, str]) -> None:
    async with facing(says(whole(BODY, **headers))) as (client, server):
        await failure(call(client), InferenceError)
        await server.all_left()
        assert len(server.requests) == 1


DAMAGED = {
    "gzip cut short": ("gzip", gzip.compress(BODY)[:-12]),
    "gzip of which half is left": ("gzip", gzip.compress(BODY * 100)[:40]),
    "gzip with a wrong checksum": ("gzip", gzip.compress(BODY)[:-8] + b"\0" * 8),
    "gzip with a wrong byte": ("gzip", gzip.compress(BODY)[:12] + b"\xff" + gzip.compress(BODY)[13:]),
    "not gzip at all": ("gzip", BODY),
    "deflate cut short": ("deflate", zlib.compress(BODY)[:-6]),
    "not deflate at all": ("deflate", b"\xff" * 9),
    "an encoding that was not asked for": ("compress", b"\x1f\x9d\x90" + BODY),
}


@WHOLE_CALLS
@pytest.mark.parametrize(("encoding", "body"), DAMAGED.values(), ids=DAMAGED)
async def test_a_damaged_encoding_is_an_error(call: Call, encoding: str, body: bytes) -> None:
    async with facing(says(whole(body, content_encoding=encoding))) as (client, server):
        await failure(call(client), InferenceError)
        assert len(server.requests) == 1


SOUND = b"fLaC" + bytes(range(256)) * 40


@pytest.mark.xfail(strict=True, reason="aiohttp takes gzip that is cut short inside of whole chunks for complete")
@pytest.mark.parametrize("cut", [9, 100, 1_000])
async def test_a_sound_whose_encoding_is_cut_short_is_an_error(cut: int) -> None:
    packed = gzip.compress(SOUND, compresslevel=0)
    answer = whole(packed[:-cut], content_type="audio/flac", content_encoding="gzip")
    async with facing(says(answer)) as (client, server):
        await failure(client.text_to_speech("a"), InferenceError)
        assert len(server.requests) == 1


@pytest.mark.parametrize("call", [tokens, chunks])
async def test_a_stream_may_be_compressed(call: Call) -> None:
    event = token_event("b") if call is tokens else chat_event("b")
    packed = zlib.compressobj(wbits=31)
    parts = [packed.compress(event) + packed.flush(zlib.Z_SYNC_FLUSH) for _ in range(3)]
    answer = STREAM.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
    async with facing(says(answer + in_chunks(*parts, packed.flush()) + LAST_CHUNK)) as (client, _):
        assert await call(client) == ["b"] * 3


@pytest.mark.parametrize("call", [tokens, chunks])
async def test_a_stream_with_a_damaged_encoding_is_an_error(call: Call) -> None:
    answer = STREAM.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
    async with facing(says(answer + in_chunks(b"data: no gzip\n\n") + LAST_CHUNK)) as (client, server):
        await failure(call(client), InferenceError)
        await server.all_left()
