"""The recommended models: looked up in `/api/tasks`, once."""

import asyncio

import pytest
from aiohttp import web

from inference_core import AsyncInferenceClient, InferenceHTTPError, InferenceTimeoutError, InvalidInputError
from inference_core.recommendations import RECOMMENDED
from tests.support.answers import asking, by_path, in_turn, says
from tests.support.upstream import Answer, Upstream, answers, silence

TASKS = {
    "summarization": {"widgetModels": ["org/summarizer", "org/other"], "label": "Summarization"},
    "text-generation": {"widgetModels": ["org/writer"]},
    "translation": {"widgetModels": []},
}
SUMMARY = answers([{"summary_text": "b"}])


def recommending(tasks: Answer) -> Answer:
    return by_path(lambda path: tasks if path == "/api/tasks" else SUMMARY)


def paths(upstream: Upstream) -> list[str]:
    return [path for path, _, _ in upstream.requests]


async def test_the_first_recommended_model_is_used_and_asked_for_once() -> None:
    async with asking(recommending(answers(TASKS)), None, lists_tasks=True) as (client, upstream):
        await client.summarization("a")
        await client.with_options(timeout=5).summarization("a")
    assert paths(upstream) == ["/api/tasks", "/models/org/summarizer", "/models/org/summarizer"]


async def test_fifty_first_calls_at_once_ask_once() -> None:
    async with asking(recommending(answers(TASKS)), None, lists_tasks=True) as (client, upstream):
        await asyncio.gather(*(client.summarization("a") for _ in range(50)))
    assert paths(upstream).count("/api/tasks") == 1


async def test_a_chat_takes_the_model_of_text_generation() -> None:
    async with asking(answers(TASKS), None, lists_tasks=True) as (client, _):
        assert await client.recommended_model("conversational") == "org/writer"


@pytest.mark.parametrize("task", ["translation", "unheard-of"])
async def test_a_task_without_a_recommended_model_needs_one(task: str) -> None:
    async with asking(answers(TASKS), None, lists_tasks=True) as (client, _):
        with pytest.raises(InvalidInputError, match=f"no recommended model for {task}: name one"):
            await client.recommended_model(task)


async def test_a_failed_look_up_fails_all_who_wait_and_is_tried_again() -> None:
    tasks = in_turn(answers({"error": "Busy."}, 500), answers(TASKS))
    async with asking(recommending(tasks), None, lists_tasks=True) as (client, upstream):
        failed = await asyncio.gather(*(client.summarization("a") for _ in range(5)), return_exceptions=True)
        assert all(isinstance(error, InferenceHTTPError) for error in failed)
        assert await client.recommended_model("summarization") == "org/summarizer"
    assert paths(upstream) == ["/api/tasks"] * 2


async def test_a_cancelled_call_does_not_take_the_look_up_from_the_others() -> None:
    async def slowly(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        await asyncio.sleep(0.1)
        return await answers(TASKS)(request, upstream)

    async with asking(slowly, None, lists_tasks=True) as (client, upstream):
        first = asyncio.create_task(client.recommended_models())
        second = asyncio.create_task(client.recommended_models())
        await asyncio.sleep(0.02)
        first.cancel()
        assert (await second)["summarization"] == "org/summarizer"
        assert first.cancelled()
    assert paths(upstream) == ["/api/tasks"]


async def test_every_call_waits_for_the_look_up_as_long_as_it_may() -> None:
    async with asking(silence(30), None, lists_tasks=True) as (client, _):
        patient = asyncio.create_task(client.recommended_models())
        await asyncio.sleep(0)
        with pytest.raises(InferenceTimeoutError):
            await client.with_options(timeout=0.05).recommended_models()
        patient.cancel()


async def test_offline_hugging_face_is_not_called_but_a_server_of_ones_own_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    async with AsyncInferenceClient() as hosted:
        for call in (hosted.summarization("a"), hosted.chat_completion([], model="some/model")):
            with pytest.raises(InvalidInputError, match="HF_HUB_OFFLINE"):
                await call
    async with asking(recommending(answers(TASKS)), None, lists_tasks=True) as (client, _):
        assert (await client.summarization("a")).summary_text == "b"


async def test_offline_the_table_says_what_to_ask_a_server_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    async with asking(SUMMARY, None) as (_, upstream):
        monkeypatch.setenv("HF_INFERENCE_ENDPOINT", upstream.url)
        async with AsyncInferenceClient() as client:
            assert (await client.summarization("a")).summary_text == "b"
    assert paths(upstream) == [f"/models/{RECOMMENDED['summarization']}"]


async def test_the_hub_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with asking(says(b"{}"), None, lists_tasks=True) as (_, upstream):
        monkeypatch.setenv("HF_ENDPOINT", upstream.url)
        async with AsyncInferenceClient() as client:
            assert await client.recommended_models() == {}
