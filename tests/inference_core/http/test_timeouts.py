"""One time-out for everything a call does; for a stream, for every silence."""

import asyncio

import pytest
from aiohttp import web

from inference_core import AsyncInferenceClient, InferenceTimeoutError
from inference_core.http.timeouts import Deadline, TimeLimit
from tests.support.answers import asking, by_path, in_turn, says, token_event
from tests.support.router import Reply, routing
from tests.support.upstream import Answer, Upstream, answers, serving

SUMMARY = answers([{"summary_text": "b"}])
TASKS = answers({"summarization": {"widgetModels": ["org/a"]}})
LOADING = answers({"error": "Loading", "estimated_time": 20}, 503)


def after(seconds: float, then: Answer) -> Answer:
    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return await then(request, upstream)

    return answer


def writes(*parts: bytes | float) -> Answer:
    """A stream of these chunks, with pauses of so many seconds between them."""

    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for part in parts:
            if isinstance(part, float):
                await asyncio.sleep(part)
            else:
                await response.write(part)
        return response

    return answer


async def test_the_look_up_the_waits_and_the_answer_share_one_time_out() -> None:
    # So long that the time the machine itself takes, which the tests' clock adds, does not matter.
    slow = by_path(lambda path: after(20, TASKS) if path == "/api/tasks" else in_turn_after_loading)
    in_turn_after_loading = in_turn(LOADING, after(20, SUMMARY))
    async with asking(slow, None, lists_tasks=True, timeout=50) as (client, upstream):
        with pytest.raises(InferenceTimeoutError, match=r"within 50 s\."):
            await client.summarization("a")
    assert [path for path, _, _ in upstream.requests] == ["/api/tasks", "/models/org/a", "/models/org/a"]


async def test_reading_a_file_from_a_url_counts_too() -> None:
    async with (
        serving(after(0.3, says(b"GIF8", content_type="image/gif"))) as files,
        asking(after(0.3, answers([])), timeout=0.5) as (client, _),
    ):
        with pytest.raises(InferenceTimeoutError):
            await client.image_classification(f"{files.url}/a.gif")


async def test_a_second_try_without_unused_arguments_counts_too() -> None:
    refusing = answers({"error": "The following `model_kwargs` are not used by the model: ['watermark']"}, 400)
    slow = in_turn(after(0.6, refusing), after(0.6, answers([{"generated_text": "a"}])))
    async with asking(slow, timeout=1) as (client, _):
        with pytest.warns(UserWarning, match="watermark"), pytest.raises(InferenceTimeoutError):
            await client.text_generation("a", watermark=True)


async def test_waiting_in_a_providers_queue_counts_too() -> None:
    waits: list[tuple[str, float]] = []
    async with routing() as router:
        router.serve("org/m", "fal-ai", "image-to-image", "fal-ai/x")
        router.other = Reply(
            {"request_id": "1", "status": "IN_QUEUE", "response_url": f"{router.url}/fal-ai/x/requests/1"}
        )
        async with AsyncInferenceClient(
            "org/m", provider="fal-ai", token="hf_x", endpoint=router.url, timeout=1, on_wait=lambda *w: waits.append(w)
        ) as client:
            with pytest.raises(InferenceTimeoutError):
                await client.image_to_image(b"GIF8")
    assert {reason for reason, _ in waits} == {"queue"}


async def test_the_silence_of_a_stream_is_measured_from_event_to_event() -> None:
    async with asking(writes(*[0.2, token_event("a")] * 5), timeout=0.6) as (client, _):
        tokens = [token async for token in await client.text_generation("x", stream=True)]
    assert tokens == ["a"] * 5


async def test_incomplete_events_and_comments_count_as_silence() -> None:
    half, rest = token_event("b")[:20], [bytes([byte]) for byte in token_event("b")[20:40]]
    dribble = [part for byte in rest for part in (byte, b"", 0.05)]
    comments = [part for _ in range(20) for part in (b": still here\n\n", 0.05)]
    for silent in ([half, *dribble], comments):
        async with asking(writes(token_event("a"), *silent), timeout=0.25) as (client, _):
            stream = await client.text_generation("x", stream=True)
            assert await anext(stream) == "a"
            with pytest.raises(InferenceTimeoutError, match=r"within 0\.25 s\."):
                await anext(stream)


async def test_the_time_that_the_reader_takes_does_not_count() -> None:
    async with asking(writes(token_event("a"), 0.1, token_event("b")), timeout=0.25) as (client, _):
        stream = await client.text_generation("x", stream=True)
        await asyncio.sleep(0.4)
        tokens = []
        async for token in stream:
            tokens.append(token)
            await asyncio.sleep(0.4)
    assert tokens == ["a", "b"]


async def test_a_whole_answer_to_a_stream_has_a_time_out_too() -> None:
    async def slowly(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        for _ in range(30):
            await response.write(b" ")
            await asyncio.sleep(0.05)
        return response

    async with asking(slowly, timeout=0.25) as (client, _):
        stream = await client.text_generation("x", stream=True)
        with pytest.raises(InferenceTimeoutError):
            await anext(stream)


async def test_a_limit_that_is_not_reached_leaves_no_trace() -> None:
    for seconds in (5, None):
        deadline = Deadline.after(seconds)
        assert (deadline.at is None) == (seconds is None)
        async with TimeLimit(deadline):
            await asyncio.sleep(0)


async def test_a_time_out_from_elsewhere_is_passed_on_unchanged() -> None:
    with pytest.raises(TimeoutError) as raised:
        async with TimeLimit(Deadline.after(5)):
            raise TimeoutError("mine")
    assert str(raised.value) == "mine"
    with pytest.raises(TimeoutError) as raised:
        async with asyncio.timeout(0.01), TimeLimit(Deadline.after(5)):
            await asyncio.sleep(1)
    assert not isinstance(raised.value, InferenceTimeoutError)
