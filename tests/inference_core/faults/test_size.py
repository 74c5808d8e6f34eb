"""Answers that are large, endless, or larger than they look: large ones work, the others stop at the limit."""

import functools
import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from inference_core import InferenceHTTPError, InvalidAnswerError
from inference_core.http import transport
from tests.inference_core.faults.calls import (
    ONE_OF_EACH,
    STREAMS,
    WHOLE_CALLS,
    Call,
    facing,
    failure,
    summary,
    tokens,
)
from tests.support.faults import LAST_CHUNK, STREAM, as_http_1_0, floods, head, in_chunks, says, whole

MB = 2**20
ZEROS = b" " * MB


@contextmanager
def within(most: int) -> Iterator[None]:
    """Fail if more than `most` bytes of memory are taken at any moment."""
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - before < most


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> int:
    """An answer of more than a megabyte is too large."""
    monkeypatch.setattr(transport, "MAX_ANSWER_BYTES", MB)
    return MB


async def test_fifty_megabytes_of_sound_arrive_as_they_were() -> None:
    sound = bytes(range(256)) * (50 * MB // 256)
    async with facing(says(whole(sound, content_type="audio/flac"))) as (client, _):
        assert await client.text_to_speech("a") == sound


@pytest.mark.parametrize("encoding", [None, "gzip"])
async def test_fifty_megabytes_of_json_arrive_as_they_were(encoding: str | None) -> None:
    text = "0123456789abcdef" * (50 * MB // 16)
    body = json.dumps([{"summary_text": text}]).encode()
    answer = whole(gzip.compress(body, 1), content_encoding="gzip") if encoding else whole(body)
    async with facing(says(answer)) as (client, _):
        assert await summary(client) == text


@WHOLE_CALLS
@pytest.mark.usefixtures("limit")
@pytest.mark.parametrize(
    ("beginning", "flood"),
    [
        (head(transfer_encoding="chunked"), in_chunks(ZEROS[:65536])),
        (head(), ZEROS[:65536]),
        (as_http_1_0(head()), ZEROS),
    ],
    ids=["chunks", "until closed", "HTTP/1.0"],
)
async def test_an_endless_answer_stops_at_the_limit(call: Call, beginning: bytes, flood: bytes) -> None:
    async with facing(floods(beginning, flood)) as (client, server):
        assert "larger than 1 MiB" in await failure(call(client), InvalidAnswerError)
        await server.all_left()
        assert len(server.requests) == 1


@pytest.mark.usefixtures("limit")
async def test_an_answer_that_announces_too_much_stops_at_the_limit() -> None:
    async with facing(floods(head(content_length=10**15), ZEROS)) as (client, server):
        with within(100 * MB):
            await failure(summary(client), InvalidAnswerError)
        await server.all_left()


@pytest.mark.usefixtures("limit")
async def test_a_stream_answered_whole_has_the_limit_too() -> None:
    async with facing(floods(head(), ZEROS)) as (client, server):
        await failure(tokens(client), InvalidAnswerError)
        await server.all_left()


async def test_the_limit_itself_is_still_allowed(limit: int) -> None:
    body = b'[{"summary_text": "b"}]'
    async with facing(says(whole(body + b" " * (limit - len(body))), whole(body + b" " * limit))) as (client, _):
        assert await summary(client) == "b"
        await failure(summary(client), InvalidAnswerError)


@STREAMS
async def test_an_endless_event_stops_at_a_limit(call: Call) -> None:
    async with facing(floods(STREAM, in_chunks(b"data: " + b"x" * 65536))) as (client, server):
        with within(200 * MB):
            assert "more than" in await failure(call(client), InvalidAnswerError)
        await server.all_left()


def packed(wbits: int) -> Callable[[int], bytes]:
    """How to pack so many megabytes of blanks, without ever having them all in memory."""

    @functools.cache
    def pack(megabytes: int) -> bytes:
        packer = zlib.compressobj(wbits=wbits)
        return b"".join([packer.compress(ZEROS) for _ in range(megabytes)]) + packer.flush()

    return pack


def many_members(megabytes: int) -> bytes:
    return gzip.compress(ZEROS) * megabytes


as_gzip = packed(31)
BOMBS: dict[str, tuple[str, Callable[[int], bytes]]] = {
    "gzip": ("gzip", as_gzip),
    "gzip members": ("gzip", many_members),
    "deflate": ("deflate", packed(15)),
    "raw deflate": ("deflate", packed(-15)),
}
BOMB = 400  # megabytes


@ONE_OF_EACH
@pytest.mark.usefixtures("limit")
@pytest.mark.parametrize(("encoding", "pack"), BOMBS.values(), ids=BOMBS)
async def test_a_bomb_stops_at_the_limit(call: Call, encoding: str, pack: Callable[[int], bytes]) -> None:
    answer = whole(pack(BOMB), content_encoding=encoding)
    assert len(answer) < 2 * MB
    async with facing(says(answer)) as (client, server):
        with within(BOMB * MB // 10):
            assert "larger than 1 MiB" in await failure(call(client), InvalidAnswerError)
        await server.all_left()


@pytest.mark.usefixtures("limit")
async def test_a_brotli_bomb_stops_at_the_limit() -> None:
    brotli = pytest.importorskip("brotli")
    packer = brotli.Compressor(quality=1)
    bomb = b"".join([packer.process(ZEROS) for _ in range(BOMB)]) + packer.finish()
    async with facing(says(whole(bomb, content_encoding="br"))) as (client, server):
        with within(BOMB * MB // 10):
            await failure(summary(client), InvalidAnswerError)
        await server.all_left()


@pytest.mark.usefixtures("limit")
async def test_a_bomb_within_a_bomb_stays_wrapped() -> None:
    bomb = gzip.compress(as_gzip(BOMB))
    async with facing(says(whole(bomb, content_encoding="gzip, gzip"))) as (client, _):
        with within(BOMB * MB // 10):
            await failure(summary(client), InvalidAnswerError)


async def test_a_bomb_in_a_refusal_is_not_unpacked() -> None:
    async with facing(says(whole(as_gzip(BOMB), "400 No", content_encoding="gzip"))) as (client, server):
        with within(BOMB * MB // 10):
            await failure(summary(client), InferenceHTTPError)
        await server.all_left()


@STREAMS
async def test_a_bomb_in_a_stream_is_not_unpacked(call: Call) -> None:
    answer = STREAM.replace(b"\r\n\r\n", b"\r\nContent-Encoding: gzip\r\n\r\n")
    async with facing(says(answer + in_chunks(as_gzip(BOMB)) + LAST_CHUNK)) as (client, server):
        with within(BOMB * MB // 5):
            await failure(call(client), InvalidAnswerError)
        await server.all_left()


@pytest.mark.usefixtures("limit")
async def test_a_picture_to_download_has_the_limit_of_an_input() -> None:
    async with facing(floods(head(content_type="image/png"), ZEROS)) as (client, server):
        with pytest.raises(ValueError, match="too large"):
            await client.download(server.url, largest=MB)
        await server.all_left()
