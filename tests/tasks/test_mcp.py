"""Agents: a real MCP client finds every task as a tool and calls it."""

import asyncio
import base64
import json
import mimetypes
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client

from inference_core.media.pictures import decode_picture
from inference_core.media.sounds import decode_sound
from tasks.registry import Task, all_tasks
from tasks.samples import sample
from tasks.views import BeforeAfter, GeneratedPicture, GeneratedSound
from tests.support import processes, upstream
from tests.support.processes import Server
from tests.support.wrong_payloads import WRONG_CALLS

KEYWORDS = {"type", "properties", "required", "items", "anyOf", "enum", "additionalProperties"}
KEYWORDS |= {"description", "default", "minimum", "maximum"}
"""What the schemas are made of; above all no `$ref`, which may lead nowhere, and no `format`, which may be unknown."""


@asynccontextmanager
async def session(app: Server, query: str = "") -> AsyncIterator[ClientSession]:
    async with (
        streamable_http_client(f"{app.url}/gradio_api/mcp/{query}") as (read, write, _),
        ClientSession(read, write) as opened,
    ):
        await opened.initialize()
        yield opened


def as_an_agent_sends(task: Task, example: Sequence[Any]) -> dict[str, Any]:
    return {one.name: _sent(value) for one, value in zip(task.user_inputs, example, strict=True)}


def _sent(value: Any) -> Any:
    if not isinstance(value, Path):
        return value
    kind = mimetypes.guess_type(value.name)[0]
    return f"data:{kind};base64,{base64.b64encode(value.read_bytes()).decode()}"


async def test_every_task_and_nothing_else_is_a_tool_with_a_description(app: Server) -> None:
    async with session(app) as agent:
        tools = (await agent.list_tools()).tools
    assert {tool.name for tool in tools} == {task.api_name for task in all_tasks()}
    assert all(tool.description for tool in tools)


async def test_every_schema_passes_a_strict_validator_and_is_also_listed_without_a_session(app: Server) -> None:
    async with session(app) as agent:
        schemas = {tool.name: tool.inputSchema for tool in (await agent.list_tools()).tools}
    async with httpx.AsyncClient(base_url=app.url) as http:
        listed = (await http.get("/gradio_api/mcp/schema")).json()
    assert {tool["name"]: tool["inputSchema"] for tool in listed} == schemas
    for task in all_tasks():
        check_strictly(schemas[task.api_name])
        validator = jsonschema.Draft202012Validator(schemas[task.api_name])
        for example in task.examples:
            validator.validate(as_an_agent_sends(task, example))


def check_strictly(schema: Any) -> None:
    """Raise if the schema is not valid, or leads to something that is not there, or has words of its own."""
    jsonschema.Draft202012Validator.check_schema(schema)
    for part in parts(schema):
        assert part.keys() <= KEYWORDS, part.keys() - KEYWORDS
        assert set(part.get("required", ())) <= set(part.get("properties", ()))
        assert part.get("type") in (None, "object", "array", "string", "number", "integer", "boolean", "null")


def parts(schema: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The schema and all schemas in it."""
    yield schema
    inside = [*schema.get("properties", {}).values(), *schema.get("anyOf", ())]
    for one in (*inside, schema.get("items"), schema.get("additionalProperties")):
        if isinstance(one, dict):
            yield from parts(one)


@pytest.mark.parametrize("task", all_tasks(), ids=lambda task: task.id)
async def test_an_agent_calls_the_task_with_its_inputs_and_null_for_the_rest(app: Server, task: Task) -> None:
    async with session(app, f"?tools={task.api_name}") as agent:
        (tool,) = (await agent.list_tools()).tools
        arguments = dict.fromkeys(tool.inputSchema["properties"]) | as_an_agent_sends(task, task.examples[0])
        assert len(arguments) > len(task.user_inputs)
        jsonschema.validate(arguments, tool.inputSchema)
        answer = await agent.call_tool(task.api_name, arguments)
    assert not answer.isError, answer.content[0].text
    said, *file = answer.content
    assert json.loads(said.text) == answer.structuredContent
    assert answer.structuredContent.keys() == {"result", "model", "engine", "seconds"}
    assert is_of_its_kind(task, answer.structuredContent["result"], file)


def is_of_its_kind(task: Task, result: Any, file: Sequence[Any]) -> bool:
    if task.view is GeneratedSound:
        return (
            file[0].type == "audio" and file[0].mimeType == "audio/wav" and decode_sound(decoded(file[0])).seconds > 1
        )
    if task.view in (GeneratedPicture, BeforeAfter):
        is_png = decode_picture(decoded(file[0])).format == "PNG"
        return file[0].type == "image" and file[0].mimeType == "image/png" and is_png
    return not file and result is not None


def decoded(content: Any) -> bytes:
    return base64.b64decode(content.data, validate=True)


async def test_a_conversation_goes_on_from_its_result(app: Server) -> None:
    async with session(app) as agent:
        first = await agent.call_tool("conversational", {"message": "My name is Ada."})
        told = {"message": "What is my name?", "conversation": first.structuredContent["result"]}
        second = await agent.call_tool("conversational", told)
    messages = second.structuredContent["result"]
    assert messages[:2] == told["conversation"] and [one["role"] for one in messages[2:]] == ["user", "assistant"]


async def test_a_tool_takes_the_file_that_another_tool_made_and_one_that_was_uploaded(app: Server) -> None:
    async with httpx.AsyncClient(base_url=app.url) as http:
        answer = await http.post("/gradio_api/upload", files={"files": sample("invoice.png").read_bytes()})
    (sent,) = answer.json()
    async with session(app) as agent:
        made = (await agent.call_tool("text_to_image", {"prompt": "a red lake"})).content[2].text
        assert made.startswith(f"{app.url}/gradio_api/file=")
        for url in (made, f"http://a.name.of.the.gallery.invalid{made.removeprefix(app.url)}"):
            edited = await agent.call_tool("image_to_image", {"image": url, "prompt": "make it grey"})
            assert edited.content[1].type == "image", edited.content[0].text
        for given in (sent, f"{app.url}/gradio_api/file={sent}"):
            read = await agent.call_tool("image_to_text", {"image": given})
            assert "Invoice" in read.structuredContent["result"]["generated_text"]


@pytest.mark.parametrize("path", ["/etc/hosts", "/etc", "%2Fetc%2Fhosts", "x/../../etc/hosts", "", "a%00b"])
async def test_no_other_file_of_this_machine_is_given_by_a_url_of_the_page(app: Server, path: str) -> None:
    async with session(app) as agent:
        answer = await agent.call_tool("image_to_text", {"image": f"{app.url}/gradio_api/file={path}"})
    assert answer.isError and "does not lead to a public address" in answer.content[0].text


@pytest.mark.parametrize("how", WRONG_CALLS)
async def test_a_wrong_value_is_refused_in_one_sentence(app: Server, how: str) -> None:
    tool, arguments, sentence = WRONG_CALLS[how]
    async with session(app) as agent:
        answer = await agent.call_tool(tool, arguments)
    assert answer.isError and answer.content[0].text == sentence


async def test_a_parameter_that_is_not_there_and_an_input_that_is_missing_are_named(app: Server) -> None:
    async with session(app) as agent:
        unknown = await agent.call_tool("text_classification", {"text": "a", "txet": "b"})
        missing = await agent.call_tool("text_classification", {})
    assert unknown.content[0].text.startswith("This task has no parameter called txet: choose among text, model, ")
    assert missing.isError and missing.content[0].text.startswith("Text is empty")


async def test_an_agent_that_asks_for_some_tools_gets_no_others(app: Server) -> None:
    async with session(app, "?tools=fill_mask") as agent:
        assert [tool.name for tool in (await agent.list_tools()).tools] == ["fill_mask"]
        other = await agent.call_tool("text_classification", {"text": "a"})
    assert other.isError and other.content[0].text.startswith("There is nothing to call under this name")


async def test_a_refusal_reaches_the_agent_as_a_sentence(app: Server) -> None:
    async with session(app) as agent:
        answer = await agent.call_tool("text_generation", {"prompt": "Tell me how to build a bomb."})
    assert answer.isError
    assert "weapons" in answer.content[0].text and "Traceback" not in answer.content[0].text


async def test_a_picture_reaches_an_agent_that_asks_for_progress_as_the_file_that_was_made(app: Server) -> None:
    done = []

    async def progress(count: float, total: float | None, message: str | None) -> None:
        done.append(count)

    async with session(app) as agent:
        answer = await agent.call_tool("text_to_image", {"prompt": "a lake"}, progress_callback=progress)
    _, picture, url = answer.content
    made = Path(url.text.partition("/gradio_api/file=")[2])
    assert base64.b64decode(picture.data) == made.read_bytes() and done == [1]


async def test_an_agent_is_told_of_every_part_of_a_stream(app: Server) -> None:
    done = []

    async def progress(count: float, total: float | None, message: str | None) -> None:
        done.append(count)

    arguments = {"prompt": "I would like to", "max_new_tokens": 100}
    async with session(app) as agent:
        await agent.call_tool("text_generation", arguments, progress_callback=progress)
    assert len(done) >= 2 and done == sorted(set(done))


async def test_the_run_of_an_agent_that_leaves_is_ended() -> None:
    async with upstream.serving(upstream.tokens(10_000, 0.05)) as server:
        with processes.app("--backend", server.url) as app:
            params = {"name": "text_generation", "arguments": {"prompt": "Once"}}
            call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
            headers = {"Accept": "application/json, text/event-stream"}
            async with httpx.AsyncClient(base_url=app.url) as http:
                asked = asyncio.create_task(http.post("/gradio_api/mcp/", json=call, headers=headers, timeout=60))
                await server.wait_for_requests(1)
                asked.cancel()
            async with asyncio.timeout(10):
                await server.left.wait()
