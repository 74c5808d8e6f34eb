"""A caller's own Hugging Face token: hosted models are called with it, and it goes nowhere else."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import httpx
import pytest
import pytest_asyncio
from aiohttp import web
from gradio_client import Client
from gradio_client.exceptions import AppError
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client

from tests.support import processes, upstream
from tests.support.hugging_face import HuggingFace, Received, hugging_face
from tests.support.processes import Server

pytestmark = pytest.mark.asyncio(loop_scope="module")

OPERATORS, CALLERS, BAD = "hf_operators", "hf_xylophone", "hf_badxylophone"
MODEL = "org/classifier"
LABELS = [{"label": "POSITIVE", "score": 0.9}]
Call = Callable[[str, Mapping[str, str]], Any]


def answer_of_hugging_face(asked: Received) -> Any:
    if asked.path == "/api/tasks":
        return {"text-classification": {"widgetModels": [MODEL]}}
    if asked.host == "huggingface.co":
        served = {"hf-inference": {"status": "live", "providerId": MODEL, "task": "text-classification"}}
        return {"id": MODEL, "inferenceProviderMapping": served}
    if asked.authorization == f"Bearer {BAD}":
        return web.json_response({"error": f"{asked.authorization} is not a token of ours"}, status=401)
    return [LABELS]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[HuggingFace]:
    async with hugging_face(tmp_path_factory.mktemp("hub"), answer_of_hugging_face) as hub:
        yield hub


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def hosted(hub: HuggingFace) -> AsyncIterator[Server]:
    """An app on Hugging Face's models, with the operator's token."""
    variables = {**hub.variables, "GALLERY_TOKEN": OPERATORS}
    context = processes.app("--backend", "hosted", **variables)
    app = await asyncio.to_thread(context.__enter__)
    yield app
    await asyncio.to_thread(context.__exit__, None, None, None)


def by_gradios_client(url: str, headers: Mapping[str, str]) -> Any:
    client = Client(url, verbose=False, headers=dict(headers))
    try:
        return client.predict("Lovely.", api_name="/text_classification")
    finally:
        client.close()


def by_plain_http(url: str, headers: Mapping[str, str]) -> Any:
    there = f"{url}/gradio_api/call/text_classification"
    called = httpx.post(there, json={"data": ["Lovely.", None, None, None]}, headers=headers)
    events = httpx.get(f"{there}/{called.json()['event_id']}", headers=headers, timeout=60)
    name, _, data = events.text.rpartition("event: ")[2].partition("\ndata: ")
    if name != "complete":
        raise AppError(json.loads(data)["error"])
    return json.loads(data)[0]


def by_agent(url: str, headers: Mapping[str, str]) -> Any:
    async def call() -> Any:
        async with (
            create_mcp_http_client(headers=dict(headers)) as http,
            streamable_http_client(f"{url}/gradio_api/mcp/", http_client=http) as (read, write, _),
            ClientSession(read, write) as agent,
        ):
            await agent.initialize()
            answer = await agent.call_tool("text_classification", {"text": "Lovely."})
        if answer.isError:
            raise AppError(answer.content[0].text)
        return answer.structuredContent

    return asyncio.run(call())


CALLS: list[Call] = [by_gradios_client, by_plain_http, by_agent]
WAYS = pytest.mark.parametrize("call", CALLS)


@WAYS
@pytest.mark.parametrize("said", [f"Bearer {CALLERS}", f"bearer  {CALLERS}"])
async def test_hosted_models_are_called_with_the_callers_token(
    hub: HuggingFace, hosted: Server, call: Call, said: str
) -> None:
    hub.taken()
    answer = await asyncio.to_thread(call, hosted.url, {"Authorization": said})
    assert (answer["result"], answer["model"]) == (LABELS, MODEL)
    asked = hub.taken()
    assert "router.huggingface.co" in {one.host for one in asked}
    assert {one.authorization for one in asked} == {f"Bearer {CALLERS}"}


@WAYS
@pytest.mark.parametrize(
    "said", [None, "Basic aGZfeHlsb3Bob25lOg==", "Bearer xylophone", f"Bearer x {CALLERS}", f"Basic {CALLERS}", ""]
)
async def test_without_a_token_of_hugging_face_the_operators_is_used(
    hub: HuggingFace, hosted: Server, call: Call, said: str | None
) -> None:
    hub.taken()
    answer = await asyncio.to_thread(call, hosted.url, {} if said is None else {"Authorization": said})
    assert answer["result"] == LABELS
    assert {one.authorization for one in hub.taken()} == {f"Bearer {OPERATORS}"}


async def test_a_token_that_is_sent_without_being_asked_for_is_not_used(hub: HuggingFace, hosted: Server) -> None:
    # Gradio's client sends the token that is saved on its machine so, to every app.
    hub.taken()
    await asyncio.to_thread(by_plain_http, hosted.url, {"X-HF-Authorization": f"Bearer {CALLERS}"})
    assert {one.authorization for one in hub.taken()} == {f"Bearer {OPERATORS}"}


@WAYS
async def test_a_token_that_is_refused_is_in_no_error_and_no_log(hub: HuggingFace, hosted: Server, call: Call) -> None:
    hub.taken()
    with pytest.raises(AppError, match="is not a token of ours") as refused:
        await asyncio.to_thread(call, hosted.url, {"Authorization": f"Bearer {BAD}"})
    assert BAD in str(hub.taken()) and "xylophone" not in str(refused.value)
    assert "xylophone" not in "".join(hosted.output) and "Traceback" not in "".join(hosted.output)


@pytest.mark.parametrize("key", ["operators-key", None])
async def test_a_server_of_the_operator_never_gets_the_callers_token(key: str | None) -> None:
    async with upstream.serving(upstream.answers([LABELS])) as server:
        with processes.app("--backend", server.url, **({"GALLERY_TOKEN": key} if key else {})) as app:
            for call in CALLS:
                answer = await asyncio.to_thread(call, app.url, {"Authorization": f"Bearer {CALLERS}"})
                assert answer["result"] == LABELS
    assert len(server.requests) == len(CALLS)
    assert {headers.get("Authorization") for _, headers, _ in server.requests} == {key and f"Bearer {key}"}
    assert "xylophone" not in str(server.requests) and "xylophone" not in "".join(app.output)


@WAYS
async def test_the_local_engine_answers_whatever_token_is_sent(app: Server, call: Call) -> None:
    # It takes only the key that the app has for it.
    answer = await asyncio.to_thread(call, app.url, {"Authorization": f"Bearer {CALLERS}"})
    assert answer["result"][0]["label"] and "xylophone" not in "".join(app.output)
