"""A client with `replay=` asks the replay in place of every server, and tells it no secret."""

from typing import Any

import pytest

from inference_core import AsyncInferenceClient, InferenceHTTPError, InvalidInputError
from inference_core.errors import CodedError
from tests.support.answers import by_path, json_of
from tests.support.upstream import answers, serving

LISTS = answers({"summarization": {"widgetModels": ["org/summarizer"]}})
HOSTED = answers({"inferenceProviderMapping": {"hf-inference": {"providerId": "p", "task": "summarization"}}})
SUMMARY = answers([{"summary_text": "b"}])


def hub(path: str) -> Any:
    return LISTS if path == "/api/tasks" else HOSTED if path.startswith("/api/models/") else SUMMARY


async def test_hosted_models_are_asked_of_it_without_token_and_though_the_hub_is_off_limits(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    async with serving(by_path(hub), lists_tasks=True) as replay:
        given: dict[str, Any] = {"token": "hf_secret", "headers": {"X-Key": "secret"}, "cookies": {"a": "secret"}}
        async with AsyncInferenceClient(replay=f"{replay.url}/", **given) as client:
            assert (await client.summarization("a")).summary_text == "b"
    assert [path.partition("?")[0] for path, _, _ in replay.requests] == [
        "/api/tasks",
        "/api/models/org/summarizer",
        "/hf-inference/models/org/summarizer",
    ]
    assert not [headers for _, headers, _ in replay.requests if "secret" in str(headers)]


async def test_models_and_files_by_url_are_asked_of_it_too_also_those_of_visitors() -> None:
    async with serving(SUMMARY) as replay, AsyncInferenceClient(replay=replay.url) as client:
        visitor = client.with_options(guard_urls=True)
        await visitor.summarization("a", model="http://127.0.0.1:1/model?key=1")
        await visitor.download("https://files.example/a.png")
    assert [path for path, _, _ in replay.requests] == ["/model?key=1", "/a.png"]
    assert json_of(replay, 0) == {"inputs": "a"}


async def test_it_stays_so_for_another_endpoint() -> None:
    async with serving(SUMMARY) as replay, AsyncInferenceClient(replay=f"{replay.url}/below") as client:
        await client.with_options(endpoint="https://other.example/api").summarization("a", model="org/m")
    assert [path for path, _, _ in replay.requests] == ["/below/api/models/org/m"]


async def test_a_model_that_was_not_looked_up_is_not_said_to_be_missing_on_the_hub() -> None:
    said = CodedError("not_recorded", recorded="this")
    told = answers({"error": str(said), "code": said.code, "arguments": said.arguments}, 404)
    async with serving(told, lists_tasks=True) as replay, AsyncInferenceClient(replay=replay.url) as client:
        with pytest.raises(InferenceHTTPError) as refused:
            await client.summarization("a", model="org/other")
    assert refused.value.explain() == said.explain()


def test_what_is_no_url_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        AsyncInferenceClient(replay="demo.zip")
