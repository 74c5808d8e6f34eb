"""What programs meet: 429 with when to come back, 503 while the gallery closes, and figures only for the operator."""

import asyncio
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from inference_core.json_log import FACTS
from inference_core.metrics_text import CONTENT_TYPE
from inference_core.tokens import Secret
from inference_core.words import in_language
from tasks.gallery.backend import TICKET, Backend
from tasks.gallery.operator.access import OperatorAccess
from tasks.gallery.room.allowances import Allowances
from tasks.gallery.room.gate import CallGate, engine_routes
from tasks.gallery.room.room import Room
from tasks.gallery.room.routes import room_routes

CALL = "/gradio_api/call/summarization"
ENGINE = "/engine/models/a/pipeline/b"
KEY = {"Authorization": "Bearer the-key"}


class Relay:
    """An engine that answers when it may, and knows the tickets of those who asked."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.tickets: list[Any] = []
        self.status = 200
        self.headers: dict[str, str] = {}
        self.breaks_off = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.tickets.append(scope.get(TICKET))
        await self.go.wait()
        if self.breaks_off:  # as the relay does when its caller leaves
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"[", "more_body": True})
            return
        await JSONResponse([], self.status, self.headers)(scope, receive, send)


async def call(_: Request) -> Response:
    return JSONResponse({"event_id": "x"})


class Served:
    """The routes of a room in an app of their own."""

    def __init__(self, key: str = "the-key", **shared: Any) -> None:
        access = OperatorAccess(Secret(key) if key else None)
        self.room, self.relay = Room(is_operator=access.is_operator, **shared), Relay()
        routes = [
            *engine_routes(Backend("local", None, None, relay=self.relay), self.room),  # type: ignore[arg-type]
            *room_routes(self.room, [self.room.line], lambda: 4096, has_key=access.is_open),
            Route(CALL, call, methods=["POST"]),
        ]
        app = Starlette(routes=routes, middleware=[Middleware(CallGate, room=self.room)])
        app.state_holder = SimpleNamespace(open_pages=3)  # type: ignore[attr-defined]
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://gallery")


async def test_a_program_that_calls_too_often_gets_429_with_when_to_come_back() -> None:
    served = Served(allowances=Allowances(a_minute=1), trusted_proxies=1)
    assert (await served.http.post(CALL)).status_code == 200  # to ask is not to run
    served.relay.go.set()
    assert (await served.http.post(ENGINE)).status_code == 200
    for path, words in ((CALL, "detail"), (ENGINE, "error")):
        answer = await served.http.post(path)
        assert (answer.status_code, answer.json()["code"]) == (429, "own_runs_too_many")
        assert 1 <= int(answer.headers["retry-after"]) <= 60 and "run again in" in answer.json()[words]
        assert (await served.http.post(path, headers={"X-Forwarded-For": "198.51.100.7"})).status_code == 200
        assert (await served.http.post(path, headers=KEY)).status_code == 200


async def test_a_forged_header_makes_nobody_another_visitor() -> None:
    served = Served(allowances=Allowances(a_minute=1))
    served.relay.go.set()
    assert (await served.http.post(ENGINE)).status_code == 200
    for number in range(3):
        forged = {"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": f"198.51.100.{number}"}
        assert (await served.http.post(ENGINE, headers=forged)).status_code == 429


async def test_a_request_to_the_engine_that_goes_on_counts_and_to_read_about_it_does_not() -> None:
    served = Served(allowances=Allowances(at_once=1))
    first = asyncio.create_task(served.http.post(ENGINE))
    await asyncio.sleep(0.05)
    assert (await served.http.post(ENGINE)).json()["code"] == "own_runs_go_on"
    served.relay.go.set()
    assert (await served.http.get("/engine/v1/models")).status_code == 200
    assert (await first).status_code == 200 and (await served.http.post(ENGINE)).status_code == 200


async def test_who_leaves_the_engine_before_the_end_of_its_answer_is_counted_as_stopped() -> None:
    served = Served()
    served.relay.go.set()
    served.relay.breaks_off = True
    with suppress(AssertionError):  # the test's transport insists on an end
        await served.http.post(ENGINE)
    assert dict(served.room.figures.runs) == {("engine", "stopped"): 1}


async def test_the_operators_ticket_is_the_first() -> None:
    served = Served()
    served.relay.go.set()
    await served.http.post(ENGINE)
    await served.http.post(ENGINE, headers=KEY)
    assert [(ticket.first, ticket.address) for ticket in served.relay.tickets] == [(False, "127.0.0.1"), (True, "")]


async def test_while_the_gallery_closes_new_runs_are_told_to_come_back_and_old_ones_finish() -> None:
    served = Served()
    running = asyncio.create_task(served.http.post(ENGINE))
    await asyncio.sleep(0.05)
    assert (await served.http.get("/health")).json() == {"status": "ok"}
    served.room.closing.begin()
    for asked in (served.http.post(CALL), served.http.post(ENGINE), served.http.get("/health")):
        answer = await asked
        assert answer.status_code == 503 and int(answer.headers["retry-after"]) == 15
        assert "health" in str(answer.url) or "run again in 15 s" in answer.text
    assert served.room.closing.runs == 1
    served.relay.go.set()
    assert (await running).status_code == 200 and served.room.closing.runs == 0


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"X-Forwarded-For": "127.0.0.1"}])
async def test_figures_are_for_who_has_the_key(headers: dict[str, str]) -> None:
    served = Served()
    answer = await served.http.get("/metrics", headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert "gallery_" not in answer.text


@pytest.mark.parametrize(
    ("language", "words"), [("en", "was started without a key"), ("de", "ohne Schlüssel gestartet")]
)
async def test_where_there_is_no_key_nobody_is_told_to_send_one(language: str, words: str) -> None:
    with in_language(language):
        answer = await Served(key="").http.get("/metrics", headers=KEY)
    assert answer.status_code == 403 and "www-authenticate" not in answer.headers
    assert words in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "told", "model"),
    [
        ("models/builtin/vader", {}, "builtin/vader"),
        ("models/builtin/vader/pipeline/text-classification", {}, "builtin/vader"),
        ("models/org/v1/v1/chat/completions", {}, "org/v1"),
        ("models/my password is hunter2", {}, "another"),
        ("v1/chat/completions", {}, ""),
        ("v1/chat/completions", {"x-model": "builtin/smollm2"}, "builtin/smollm2"),
    ],
)
async def test_the_log_says_which_model_a_program_has_asked(
    caplog: pytest.LogCaptureFixture, path: str, told: dict[str, str], model: str
) -> None:
    caplog.set_level("INFO", "tasks.runs")
    served = Served()
    served.relay.headers = told
    served.relay.go.set()
    await served.http.post(f"/engine/{path}")
    assert [getattr(record, FACTS)["model"] for record in caplog.records if record.name == "tasks.runs"] == [model]


async def test_the_figures_say_what_goes_on() -> None:
    served = Served()
    served.relay.go.set()
    for served.relay.status in (200, 422, 500):
        await served.http.post(ENGINE)
    answer = await served.http.get("/metrics", headers=KEY)
    assert answer.headers["content-type"] == CONTENT_TYPE
    lines = answer.text.splitlines()
    for outcome in ("done", "refused", "failed"):
        assert f'gallery_runs_total{{task="engine",outcome="{outcome}"}} 1' in lines
    assert {"gallery_visitors 3", "gallery_engine_memory_bytes 4096", "gallery_runs_waiting 0"} <= set(lines)
    assert len({line.split()[2] for line in lines if line.startswith("# TYPE")}) == 8
