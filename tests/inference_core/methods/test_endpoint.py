"""Any body posted unchanged, and what a server says about itself."""

import io
import json

import pytest

from inference_core import (
    AddressRefusedError,
    AsyncInferenceClient,
    InferenceHTTPError,
    InferenceTimeoutError,
    InvalidInputError,
)
from tests.support.answers import asking, by_path, headers_of, in_turn, json_of, says, streams, token_event
from tests.support.processes import Server
from tests.support.upstream import answers, serving, silence


async def test_json_is_posted_and_the_body_comes_back_as_it_is() -> None:
    async with asking(says(b" [1, 2]\n", content_type="text/plain"), token="hf_x") as (client, upstream):
        assert await client.post(json={"inputs": "a", "parameters": None}) == b" [1, 2]\n"
    path, _, _ = upstream.requests[0]
    assert path == "/models/some/model"
    assert json_of(upstream) == {"inputs": "a", "parameters": None}
    assert headers_of(upstream)["authorization"] == "Bearer hf_x"


async def test_a_file_is_posted_as_what_it_is() -> None:
    async with asking(says(b"ok")) as (client, upstream):
        await client.post(data=io.BytesIO(b"\x89PNG\r\n\x1a\nrest"), model=f"{upstream.url}/own")
    path, headers, body = upstream.requests[0]
    assert (path, body) == ("/own", b"\x89PNG\r\n\x1a\nrest")
    assert headers["Content-Type"] == "image/png"


async def test_a_task_finds_the_model_and_its_route() -> None:
    tasks = {"sentence-similarity": {"widgetModels": ["org/a"]}}
    by = by_path(lambda path: answers(tasks) if path == "/api/tasks" else says(b"ok"))
    async with asking(by, None, lists_tasks=True) as (client, upstream):
        await client.post(json={}, task="sentence-similarity")
    assert upstream.requests[-1][0] == "/models/org/a/pipeline/sentence-similarity"


async def test_a_stream_gives_the_lines_of_the_body() -> None:
    async with asking(streams(b"data: a\r\nda", b"ta: b\n", b"\nlast")) as (client, _):
        lines = [line async for line in await client.post(json={}, stream=True)]
    assert lines == [b"data: a", b"data: b", b"last"]


async def test_a_stream_of_tokens_can_be_read_by_hand() -> None:
    async with asking(streams(token_event("a"), b"data: [DONE]\n\n")) as (client, _):
        lines = [line async for line in await client.post(json={}, stream=True)]
    assert json.loads(lines[0].removeprefix(b"data: "))["token"]["text"] == "a"


@pytest.mark.parametrize("arguments", [{}, {"json": {}, "data": b"a"}])
async def test_post_takes_exactly_one_body(arguments: dict[str, object]) -> None:
    async with AsyncInferenceClient("some/model") as client:
        with pytest.raises(InvalidInputError, match="either json or data"):
            await client.post(**arguments)  # type: ignore[call-overload]


async def test_the_local_engine_reports_its_info_and_its_health(engine: Server) -> None:
    async with AsyncInferenceClient(endpoint=engine.url) as client:
        assert (await client.get_endpoint_info())["name"] == "inference_core.engine"
        assert (await client.get_endpoint_info(model=engine.url))["models"]
        assert await client.health_check()
        assert await client.health_check(f"{engine.url}/")


async def test_info_is_asked_for_next_to_the_route_of_the_model() -> None:
    async with asking(answers({"model_id": "a"}), token="hf_x") as (client, upstream):
        assert await client.get_endpoint_info(model=f"{upstream.url}/tgi?key=1") == {"model_id": "a"}
        assert await client.get_endpoint_info() == {"model_id": "a"}
    assert [path for path, _, _ in upstream.requests] == ["/tgi/info?key=1", "/models/some/model/info"]
    assert headers_of(upstream)["authorization"] == "Bearer hf_x"


async def test_a_failing_or_missing_server_is_not_healthy() -> None:
    async with serving(says(b"", 503)) as upstream, AsyncInferenceClient(upstream.url) as client:
        assert not await client.health_check()
        url = upstream.url
    async with AsyncInferenceClient(url) as client:
        assert not await client.health_check()


async def test_a_silent_server_is_not_healthy() -> None:
    async with asking(silence(30), timeout=0.05) as (client, _):
        assert not await client.health_check()
        with pytest.raises(InferenceTimeoutError):
            await client.get_endpoint_info()


async def test_a_server_that_is_still_loading_is_not_healthy_yet() -> None:
    async with asking(answers({"error": "Loading", "estimated_time": 30}, 503), timeout=10) as (client, upstream):
        assert not await client.health_check()
    assert len(upstream.requests) == 1


async def test_the_operators_own_server_is_asked_by_a_guarded_client_too() -> None:
    async with asking(answers({"name": "a"}), None, token="hf_x") as (client, upstream):
        guarded = client.with_options(guard_urls=True)
        assert await guarded.get_endpoint_info() == {"name": "a"}
        with pytest.raises(AddressRefusedError):
            await guarded.get_endpoint_info(model=upstream.url)
    assert [headers_of(upstream)["authorization"]] == ["Bearer hf_x"]


async def test_a_stream_may_be_empty_or_say_done_in_the_middle() -> None:
    async with asking(in_turn(says(b"", content_type="text/event-stream"), streams(b"a\n[DONE]\nb"))) as (client, _):
        assert [line async for line in await client.post(json={}, stream=True)] == []
        assert [line async for line in await client.post(json={}, stream=True)] == [b"a", b"[DONE]", b"b"]


@pytest.mark.parametrize("model", ["some/model", None])
async def test_nothing_is_posted_to_hugging_face_offline_or_with_a_key_of_an_unknown_provider(
    model: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with AsyncInferenceClient(model, api_key="key-x") as client:
        with pytest.raises(InvalidInputError, match="the provider it belongs to"):
            await client.post(json={}, task="summarization")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    async with AsyncInferenceClient(model) as client:
        with pytest.raises(InvalidInputError, match="HF_HUB_OFFLINE"):
            await client.post(json={}, task="summarization")


async def test_a_refused_info_request_is_an_error() -> None:
    async with asking(says(b'{"error": "No."}', 404)) as (client, _):
        with pytest.raises(InferenceHTTPError, match=r"No\."):
            await client.get_endpoint_info()


async def test_without_a_server_there_is_nothing_to_ask() -> None:
    async with AsyncInferenceClient() as client:
        with pytest.raises(InvalidInputError, match="name one with model="):
            await client.health_check()
