"""The tasks as tools for agents: what Gradio's MCP server lists and answers, as data.

Gradio calls its own app over HTTP for every call of a tool, goes on when the agent has left, and answers with what
Python prints of a result. Here a tool is called where the agent's request arrives.
"""

import asyncio
import base64
import html
import json
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.mcp import GradioMCPServer
from gradio.processing_utils import add_root_url
from gradio.route_utils import get_root_url
from mcp import types
from starlette.requests import Request

from inference_core.errors import CodedError
from inference_core.private_log import where_raised
from tasks.gallery.api.values import GradioFile
from tasks.gallery.blocks import GalleryBlocks

_log = logging.getLogger(__name__)

Content = list[types.ContentBlock]


@dataclass(frozen=True, slots=True)
class _Tools:
    """The tools of a page, which Gradio's server for agents lists."""

    page: GalleryBlocks
    server: GradioMCPServer

    def schema(self, tool: str) -> Mapping[str, Any]:
        """What an agent sends to the tool of this name."""
        return self.page.tools[self.server.tool_to_endpoint[tool].lstrip("/")]

    async def call(self, asked: types.CallToolRequest) -> types.ServerResult:
        """The answer of a tool, or the sentence that says why there is none."""
        try:
            result = await self._result(asked.params.name, asked.params.arguments or {})
        except gr.Error as error:
            result = _refused(html.unescape(error.message))
        except CodedError as error:
            result = _refused(error.explain())
        except Exception as error:
            _log.error("A tool: %s", where_raised(error))
            result = _refused(CodedError("app_failed").explain())
        return types.ServerResult(result)

    async def _result(self, tool: str, arguments: Mapping[str, Any]) -> types.CallToolResult:
        function = self._function(tool)
        values = _in_order(self.schema(tool)["properties"], arguments)
        given = await self.page.preprocess_data(function, values, None)
        last = await self._last(function.fn(*given, self._request))  # type: ignore[misc]
        answer, *files = await self.page.postprocess_data(function, last, None)
        content: Content = [types.TextContent(type="text", text=json.dumps(answer, ensure_ascii=False))]
        for file in files:
            content += await asyncio.to_thread(_content, add_root_url(file, self._root, None))
        return types.CallToolResult(content=content, structuredContent=answer)

    def _function(self, tool: str) -> BlockFunction:
        selected = self.server.get_selected_tools_from_request()
        endpoint = self.server.tool_to_endpoint.get(tool)
        function = self.server.get_block_fn_from_endpoint_name(endpoint) if endpoint else None
        if function is None or (selected is not None and tool not in selected):
            raise CodedError("unknown_endpoint")
        return function

    async def _last(self, answers: AsyncGenerator[Any]) -> Any:
        """The last of the answers; an agent that asks for progress is told of each."""
        context = self.server.mcp_server.request_context
        token = context.meta.progressToken if context.meta else None
        last, count = None, 0
        async with aclosing(answers):
            async for answer in answers:
                last, count = answer, count + 1
                if token is not None:
                    number = str(context.request_id)
                    await context.session.send_progress_notification(token, count, related_request_id=number)
        return last

    @property
    def _request(self) -> Request:
        return cast(Request, self.server.mcp_server.request_context.request)

    @property
    def _root(self) -> str:
        """The address of the app as the agent knows it."""
        return get_root_url(self._request, self.server.get_route_path(self._request), self.server.root_path)


def serve_tools(page: GalleryBlocks) -> None:
    """Have the MCP server of the page, which is launched, list and call the page's tools in our way."""
    if page.mcp_server_obj is None or not page.tools:
        return
    tools = _Tools(page, page.mcp_server_obj)
    # Gradio also learns here where files are in what an agent sends: nowhere, because the endpoint takes their URLs.
    setattr(tools.server, "get_input_schema", lambda tool, _=None: (tools.schema(tool), []))  # noqa: B010
    # Not by the library's decorator, which checks the schema and says less than a sentence.
    tools.server.mcp_server.request_handlers[types.CallToolRequest] = tools.call


def _refused(sentence: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=sentence)], isError=True)


def _in_order(known: Mapping[str, Any], arguments: Mapping[str, Any]) -> list[Any]:
    for name in arguments:
        if name not in known:
            raise CodedError("unknown_parameter", name=name[:50], known=", ".join(known))
    return [arguments.get(name) for name in known]


def _content(file: GradioFile) -> Content:
    """The file itself if it is a picture or a sound, and its URL, under which a tool takes it too."""
    path, url, kind = file["path"] or "", file["url"] or "", file["mime_type"] or ""
    data = base64.b64encode(Path(path).read_bytes()).decode()
    link = types.TextContent(type="text", text=url)
    match kind.partition("/")[0]:
        case "image":
            return [types.ImageContent(type="image", data=data, mimeType=kind), link]
        case "audio":
            return [types.AudioContent(type="audio", data=data, mimeType=kind), link]
    return [link]
