"""The record of an exchange is enough to replay it, and has bounds."""

import asyncio
import hashlib
from typing import Any

import pytest

from inference_core import Exchange
from inference_core.http.record import MAX_BODY_BYTES, MAX_PARTS
from tests.support.answers import asking, says
from tests.support.media import picture_file
from tests.support.upstream import answers, tokens

CLASSES = answers([{"label": "yes", "score": 0.5}])


async def recorded(answer: Any, call: str, *arguments: Any, **options: Any) -> Exchange:
    exchanges: list[Exchange] = []
    async with asking(answer) as (client, _):
        result = await getattr(client.with_options(observer=exchanges.append), call)(*arguments, **options)
        if options.get("stream"):
            async for _ in result:
                pass
    (exchange,) = exchanges
    return exchange


async def test_a_file_is_recorded_by_its_digest() -> None:
    picture = picture_file()
    exchange = await recorded(CLASSES, "image_classification", picture)
    assert (exchange.request, exchange.request_type, exchange.request_size) == (None, "image/png", len(picture))
    assert exchange.request_digest == hashlib.sha256(picture).hexdigest()


async def test_a_long_body_is_recorded_by_its_digest_too() -> None:
    exchange = await recorded(CLASSES, "text_classification", "a" * MAX_BODY_BYTES)
    assert exchange.request is None
    assert exchange.request_size == len(b'{"inputs":""}') + MAX_BODY_BYTES
    assert len(exchange.request_digest) == 64


async def test_a_form_has_the_same_digest_whatever_its_boundary() -> None:
    def form(boundary: str) -> bytes:
        return f'--{boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n--{boundary}--\r\n'.encode()

    made = [
        await Exchange.begin("http://a.example", "", form(boundary), f"multipart/form-data; boundary={boundary}")
        for boundary in ("first", "second")
    ]
    assert made[0].request_digest == made[1].request_digest
    assert made[0].request is None


async def test_a_get_is_recorded_as_one() -> None:
    exchange = await recorded(answers({"model_id": "a"}), "get_endpoint_info")
    assert (exchange.method, exchange.request, exchange.request_digest) == ("GET", None, "")


async def test_the_record_says_what_answer_was_wanted() -> None:
    assert (await recorded(CLASSES, "text_classification", "a")).accept == "application/json"
    assert (await recorded(tokens(1, 0), "text_generation", "a", stream=True)).accept == "text/event-stream"


async def test_an_observer_that_raises_keeps_a_request_back() -> None:
    def keep_back(exchange: Exchange) -> None:
        raise RuntimeError(exchange.request)

    async with asking(CLASSES) as (client, upstream):
        with pytest.raises(RuntimeError, match="to be kept"):
            await client.with_options(observer=keep_back).text_classification("to be kept")
        with pytest.raises(RuntimeError, match="to be kept"):
            await client.with_options(observer=keep_back).text_generation("to be kept", stream=True)
        assert not upstream.requests


@pytest.mark.real_time
async def test_every_part_of_a_stream_has_its_time_and_its_size() -> None:
    exchange = await recorded(tokens(3, 0.05), "text_generation", "a", stream=True)
    times = [milliseconds for milliseconds, _ in exchange.parts]
    assert times[0] == exchange.first_byte
    assert times == sorted(times)
    assert times[-1] - times[0] > 80
    assert exchange.ended is not None and exchange.ended >= times[-1]
    assert sum(size for _, size in exchange.parts) == exchange.received == len(exchange.response)
    assert len(exchange.response) == exchange.received


async def test_a_large_answer_is_recorded_by_its_beginning_and_size() -> None:
    exchange = await recorded(says(b"a" * (MAX_BODY_BYTES + 1)), "post", json={})
    assert (len(exchange.response), exchange.received) == (MAX_BODY_BYTES, MAX_BODY_BYTES + 1)
    assert len(exchange.response) < exchange.received


def test_the_last_of_very_many_parts_count_as_one() -> None:
    exchange = Exchange("POST", "http://a.example")
    for _ in range(MAX_PARTS + 5):
        exchange.receive(b"ab")
    assert len(exchange.parts) == MAX_PARTS
    assert exchange.parts[-1][1] == 12
    assert exchange.received == 2 * (MAX_PARTS + 5)


async def test_the_record_of_a_large_file_does_not_hold_up_the_loop() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    await Exchange.begin("http://a.example", "", bytes(50_000_000), "image/png")
    task.cancel()
    assert turns > 1
