"""The operator's server by URL: one that lists its tasks, or the endpoint of one model."""

import pytest

from inference_core import InferenceConnectionError, InvalidInputError
from tasks.gallery.backend import hosted_backend, url_backend
from tests.support.answers import by_path, says
from tests.support.upstream import answers, serving

SUMMARY = answers([{"summary_text": "b"}])
TASKS = answers({"summarization": {"widgetModels": ["org/summarizer"]}})


async def test_a_server_that_lists_its_tasks_is_called_by_model_id() -> None:
    serves_all = by_path(lambda path: TASKS if path == "/api/tasks" else SUMMARY)
    async with serving(serves_all, lists_tasks=True) as upstream:
        backend = url_backend(f"{upstream.url}/", token="key", timeout=5)
        async with await backend.client() as client:
            assert client.model is None
            await client.summarization("a")
            assert (await backend.client()).model is None
    assert [path for path, _, _ in upstream.requests] == ["/api/tasks", "/models/org/summarizer"]
    assert all(headers["Authorization"] == "Bearer key" for _, headers, _ in upstream.requests)


@pytest.mark.parametrize("listing", [says(b"Not Found", 404), says(b"<html>"), says(b"[]")])
async def test_any_other_server_is_the_endpoint_of_one_model(listing: object) -> None:
    serves_one = by_path(lambda path: listing if path == "/api/tasks" else SUMMARY)  # type: ignore[arg-type, return-value]
    async with serving(serves_one, lists_tasks=True) as upstream:
        backend = url_backend(f"{upstream.url}/model", token="key", timeout=5)
        async with await backend.client() as client:
            await client.summarization("a")
    assert [path for path, _, _ in upstream.requests][-1] == "/model"
    assert upstream.requests[-1][1]["Authorization"] == "Bearer key"


async def test_a_server_that_is_not_there_is_looked_for_again() -> None:
    backend = url_backend("http://127.0.0.1:1", token=None, timeout=5)
    for _ in range(2):
        with pytest.raises(InferenceConnectionError):
            await backend.client()


def test_a_text_that_is_not_a_url_is_refused_at_once() -> None:
    with pytest.raises(InvalidInputError):
        url_backend("127.0.0.1:8000", token=None, timeout=5)


async def test_hosted_models_are_called_with_the_operators_timeout() -> None:
    backend = hosted_backend(token=None, timeout=5)
    assert (await backend.client()).timeout == 5
    await backend.disconnect()


async def test_hosted_models_are_called_with_the_callers_token_and_a_models_url_without_any() -> None:
    backend = hosted_backend(token="hf_operators", timeout=5)
    async with serving(SUMMARY) as upstream, await backend.client(hub_token="hf_callers") as client:
        assert client._options.access.authorization_for("https://router.huggingface.co") == {
            "Authorization": "Bearer hf_callers"
        }
        await client.summarization("a", model=f"{upstream.url}/model")
    assert "Authorization" not in upstream.requests[0][1]


@pytest.mark.parametrize("token", ["key", None])
async def test_a_server_by_url_is_called_with_the_operators_token_whatever_the_callers(token: str | None) -> None:
    serves_all = by_path(lambda path: TASKS if path == "/api/tasks" else SUMMARY)
    async with serving(serves_all, lists_tasks=True) as upstream:
        backend = url_backend(upstream.url, token=token, timeout=5)
        async with await backend.client(hub_token="hf_callers") as client:
            await client.summarization("a")
    due = f"Bearer {token}" if token else None
    assert [headers.get("Authorization") for _, headers, _ in upstream.requests] == [due, due]
