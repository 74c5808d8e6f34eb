"""Wrong payloads of every kind: the caller gets a sentence, and no log shows what was sent."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from tasks.registry import Task, all_tasks
from tests.support import processes, upstream
from tests.support.processes import Server
from tests.support.wrong_payloads import CANARY, WRONG_VALUES, good_values, wrong_bodies, wrong_data, wrong_messages

pytestmark = pytest.mark.asyncio(loop_scope="module")

KINDS = {"text-classification", "image-classification", "table-question-answering", "conversational"}
"""Tasks whose inputs are of all kinds there are; the others are slow."""

TASKS = [pytest.param(one, id=one.id, marks=[] if one.id in KINDS else pytest.mark.slow) for one in all_tasks()]
ROUTES = ["call/text_classification", "call/v2/text_classification", "run/text_classification", "queue/join"]
ROUTES += ["api/text_classification", "call/nothing", "call/v2/nothing", "run/nothing", "cancel", "reset"]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def refusing() -> AsyncIterator[Server]:
    """An app whose model server refuses everything."""
    async with upstream.serving(upstream.answers({"error": "Refused."}, 422)) as model:
        with processes.app("--backend", model.url) as app:
            yield app


async def error_of(client: httpx.AsyncClient, task: Task, data: Any) -> str:
    """The sentence with which a call of the task ends."""
    url = f"/gradio_api/call/{task.api_name}"
    # One session for all, because a new one costs the app more than the call.
    body = json.dumps({"data": data, "session_hash": "one"}).encode()
    answer = await client.post(url, content=body, headers={"Content-Type": "application/json"})
    if answer.status_code != 200:
        return str(answer.json()["detail"])
    async with client.stream("GET", f"{url}/{answer.json()['event_id']}") as events:
        lines = [line async for line in events.aiter_lines()]
    assert "event: error" in lines, lines
    return str(json.loads(lines[lines.index("event: error") + 1].removeprefix("data: "))["error"])


def is_a_sentence(words: str) -> bool:
    return words[:1].isprintable() and len(words) > 7 and words.endswith(".") and "Traceback" not in words


@pytest.mark.parametrize("task", TASKS)
async def test_a_wrong_payload_is_refused_in_a_sentence_and_shown_in_no_log(refusing: Server, task: Task) -> None:
    async with httpx.AsyncClient(base_url=refusing.url, timeout=60) as client:
        errors = {how: await error_of(client, task, data) for how, data in wrong_data(task)}
    assert {how: words for how, words in errors.items() if not is_a_sentence(words)} == {}
    assert not any("page about the API" in words and CANARY in words for words in errors.values())
    assert CANARY not in "".join(refusing.output) and "Traceback" not in "".join(refusing.output)


@pytest.mark.parametrize("route", ROUTES)
async def test_a_body_that_cannot_be_read_is_refused_in_a_sentence(refusing: Server, route: str) -> None:
    async with httpx.AsyncClient(base_url=refusing.url, timeout=60) as client:
        for how, body in wrong_bodies().items():
            headers = {"Content-Type": "application/json", "Connection": "close"}
            answer = await client.post(f"/gradio_api/{route}", content=body, headers=headers)
            if answer.status_code != 200:  # a body with something wrong that nobody reads is none of our business
                assert CANARY not in answer.text, how
                assert 400 <= answer.status_code < 500 and isinstance(answer.json()["detail"], str), (how, answer.text)
    assert CANARY not in "".join(refusing.output) and "Traceback" not in "".join(refusing.output)


async def test_an_agents_wrong_arguments_are_refused_in_a_sentence(refusing: Server) -> None:
    bad_file = f"data:image/png;base64,{base64.b64encode(CANARY.encode()).decode()[:-1]}"
    async with (
        streamable_http_client(f"{refusing.url}/gradio_api/mcp/") as (read, write, _),
        ClientSession(read, write) as agent,
    ):
        await agent.initialize()
        for value in (*WRONG_VALUES.values(), bad_file):
            if value == f"{CANARY}\ud800":  # an agent cannot send it
                continue
            for tool, name in (("text_classification", "text"), ("image_classification", "image"), ("nothing", "a")):
                answer = await agent.call_tool(tool, {name: value})
                assert answer.isError and answer.content[0].text
                assert "Traceback" not in answer.content[0].text
    assert CANARY not in "".join(refusing.output) and "Traceback" not in "".join(refusing.output)


@pytest.mark.parametrize("route", ["", f"messages/?session_id={'a' * 32}", f"messages/?session_id={CANARY}"])
async def test_what_an_agents_library_cannot_read_is_shown_in_no_log(refusing: Server, route: str) -> None:
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    async with httpx.AsyncClient(base_url=refusing.url, timeout=60) as client:
        for how, message in wrong_messages().items():
            answer = await client.post(f"/gradio_api/mcp/{route}", content=message, headers=headers)
            assert answer.text or answer.status_code == 202, how  # what needs no answer gets none
    assert CANARY not in "".join(refusing.output) and "Traceback" not in "".join(refusing.output)


@pytest.mark.parametrize("name", ["temperature", "max_tokens"])
async def test_what_is_right_in_a_wrong_payload_is_not_quoted_either(refusing: Server, name: str) -> None:
    chat = next(task for task in all_tasks() if task.id == "conversational")
    data = [CANARY, *good_values(chat)[1:]]
    data[[one.name for one in (*chat.inputs, chat.inputs[0], *chat.parameters)].index(name)] = {"a": 1}
    async with httpx.AsyncClient(base_url=refusing.url, timeout=60) as client:
        assert is_a_sentence(await error_of(client, chat, data))
    assert CANARY not in "".join(refusing.output)
