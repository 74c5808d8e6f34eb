"""The operator's page and what its script asks for. Without the key, nobody is told more than that it is missing."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from inference_core import words
from tasks.gallery.backend import Backend
from tasks.gallery.operator.access import OperatorAccess
from tasks.gallery.operator.board import Board
from tasks.gallery.operator.page import operator_page
from tasks.gallery.plain_page import file_routes

_FRESH = {"cache-control": "no-store"}
_AFTER_A_WRONG_KEY = 1.0
"""Seconds until a wrong key is answered; while `_MOST_WAITING` wait, others are told at once to come back."""

_MOST_WAITING = 5

_Answer = Callable[[Request], Awaitable[Response]]


def operator_routes(access: OperatorAccess, backend: Backend, board: Board | None) -> list[BaseRoute]:
    """What is served below `/operator`; `board` is None where there is no key."""
    return [*_sign_in_routes(access, backend), *(_board_routes(access, board) if board else [])]


def _sign_in_routes(access: OperatorAccess, backend: Backend) -> list[BaseRoute]:
    waiting = asyncio.Semaphore(_MOST_WAITING)

    async def page(request: Request) -> Response:
        return HTMLResponse(operator_page(backend, access.is_open, access.is_operator(request)), headers=_FRESH)

    async def sign_in(request: Request) -> Response:
        if access.is_key(str((await _sent(request)).get("key", ""))):
            response = JSONResponse({}, headers=_FRESH)
            access.sign_in(response, request)
            return response
        if waiting.locked():
            return _refused("too_many_keys", 429)
        async with waiting:
            await asyncio.sleep(_AFTER_A_WRONG_KEY)
        return _refused("wrong_key" if access.is_open else "closed", 403)

    async def sign_out(request: Request) -> Response:
        response = JSONResponse({}, headers=_FRESH)
        access.sign_out(response, request)
        return response

    return [
        Route("/operator", page),
        Route("/operator/sign-in", sign_in, methods=["POST"]),
        Route("/operator/sign-out", sign_out, methods=["POST"]),
        *file_routes(Path(__file__).parent, "operator.js", "operator.css", below="/operator/"),
    ]


def _board_routes(access: OperatorAccess, board: Board) -> list[BaseRoute]:
    def for_the_operator(answer: _Answer) -> _Answer:
        async def guarded(request: Request) -> Response:
            return await answer(request) if access.is_operator(request) else _refused("sign_in_first", 401)

        return guarded

    async def told(_: Request) -> Response:
        return JSONResponse(board.told(), headers=_FRESH)

    async def begin(request: Request) -> Response:
        keys = (await _sent(request)).get("keys")
        if not isinstance(keys, list) or not all(isinstance(key, str) and board.has(key) for key in keys):
            return _refused("no_such_example", 404)  # an old page must not start, and pay for, anything else
        return JSONResponse(board.told(), headers=_FRESH) if board.begin(keys) else _refused("is_running", 409)

    async def stop(_: Request) -> Response:
        board.stop()
        return JSONResponse({}, headers=_FRESH)

    return [
        Route("/operator/board", for_the_operator(told)),
        Route("/operator/rehearse", for_the_operator(begin), methods=["POST"]),
        Route("/operator/stop", for_the_operator(stop), methods=["POST"]),
    ]


def _refused(code: str, status: int) -> Response:
    return JSONResponse({"error": words.text(f"operator.{code}"), "code": code}, status, headers=_FRESH)


async def _sent(request: Request) -> dict[str, Any]:
    """The JSON object of a request; empty for whatever else it is."""
    try:
        sent = json.loads(await request.body())
    except (ValueError, RecursionError):
        return {}
    return sent if isinstance(sent, dict) else {}
