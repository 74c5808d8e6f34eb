"""Agents: a real MCP client finds every task as a tool and calls it."""

import base64
import json
import mimetypes
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from tasks.registry import Task, all_tasks
from tests.support.processes import Server


@asynccontextmanager
async def session(app: Server) -> AsyncIterator[ClientSession]:
    async with (
        streamable_http_client(f"{app.url}/gradio_api/mcp/") as (read, write, _),
        ClientSession(read, write) as opened,
    ):
        await opened.initialize()
        yield opened


def as_an_agent_sends(value: Any) -> Any:
    if not isinstance(value, Path):
        return value
    kind = mimetypes.guess_type(value.name)[0]
    return f"data:{kind};base64,{base64.b64encode(value.read_bytes()).decode()}"


async def test_every_task_and_nothing_else_is_a_tool_with_a_description(app: Server) -> None:
    async with session(app) as agent:
        tools = (await agent.list_tools()).tools
    assert {tool.name for tool in tools} == {task.api_name for task in all_tasks()}
    assert all(tool.description for tool in tools)


@pytest.mark.parametrize("task", all_tasks(), ids=lambda task: task.id)
async def test_an_agent_calls_the_task_with_its_inputs_alone(app: Server, task: Task) -> None:
    pairs = zip(task.user_inputs, task.examples[0], strict=True)
    arguments = {one.name: as_an_agent_sends(value) for one, value in pairs}
    async with session(app) as agent:
        answer = await agent.call_tool(task.api_name, arguments)
    assert not answer.isError, answer.content[0].text
    assert json.loads(answer.content[0].text).keys() == {"result", "model", "engine", "seconds"}


async def test_a_refusal_reaches_the_agent_as_a_sentence(app: Server) -> None:
    async with session(app) as agent:
        answer = await agent.call_tool("text_generation", {"prompt": "Tell me how to build a bomb."})
    assert answer.isError
    assert "weapons" in answer.content[0].text and "Traceback" not in answer.content[0].text


async def test_a_picture_reaches_an_agent_that_asks_for_progress_as_the_file_that_was_made(app: Server) -> None:
    async def progress(done: float, total: float | None, message: str | None) -> None:
        pass

    async with session(app) as agent:
        answer = await agent.call_tool("text_to_image", {"prompt": "a lake"}, progress_callback=progress)
    _, picture, url = answer.content
    made = Path(url.text.partition("/gradio_api/file=")[2])
    assert base64.b64decode(picture.data) == made.read_bytes()
