"""The operator's page and its routes: who has no key learns nothing, and the board says what came of each example."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
import pytest_asyncio
from aiohttp import web
from starlette.applications import Starlette

from inference_core.tokens import Secret
from tasks.acceptable import Labelled
from tasks.gallery.backend import url_backend
from tasks.gallery.file_inputs import guarded_download
from tasks.gallery.front.shelf import Shelf
from tasks.gallery.operator import routes
from tasks.gallery.operator.access import CLOSED, OperatorAccess
from tasks.gallery.operator.board import Board
from tasks.gallery.operator.routes import operator_routes
from tasks.gallery.pictures import Pictures
from tasks.gallery.running import Runner
from tasks.registry import all_tasks
from tests.support.upstream import Upstream, serving

ACCESS = OperatorAccess(Secret("the key"))
TASK = replace(
    next(task for task in all_tasks() if task.id == "text-classification"),
    examples=[["good"], ["bad"]],
    accepted=[None, Labelled(["negative"])],
)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "_AFTER_A_WRONG_KEY", 0.05)


class Gallery:
    """A board with its routes, whose server answers POSITIVE as soon as `may_answer` is set."""

    def __init__(self, upstream: Upstream, access: OperatorAccess, may_answer: asyncio.Event) -> None:
        self.may_answer = may_answer
        self.shelf = Shelf([TASK], has_history=False)
        self.backend = url_backend(upstream.url, token=None, timeout=5)
        runners = [Runner(TASK, self.backend, Pictures())]
        board = Board(runners, guarded_download(self.backend, 1), self.shelf)
        transport = httpx.ASGITransport(Starlette(routes=operator_routes(access, self.backend, board)))
        self.browser = httpx.AsyncClient(transport=transport, base_url="http://gallery.example.com")

    async def post(self, path: str, **sent: object) -> httpx.Response:
        return await self.browser.post(f"/operator/{path}", json=sent)

    async def ended(self) -> list[dict[str, object]]:
        """The lines of the board after the rehearsal."""
        for _ in range(200):
            told = (await self.browser.get("/operator/board")).json()
            if not told["left"]:
                return list(told["lines"])
            await asyncio.sleep(0.02)
        raise TimeoutError


@pytest_asyncio.fixture
async def gallery() -> AsyncIterator[Gallery]:
    may_answer = asyncio.Event()
    may_answer.set()

    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        await may_answer.wait()
        return web.json_response([{"label": "POSITIVE", "score": 0.9}])

    async with serving(answer) as upstream:
        one = Gallery(upstream, ACCESS, may_answer)
        yield one
        await one.post("stop")
        await one.browser.aclose()
        await one.backend.disconnect()


async def test_without_the_key_the_board_is_closed(gallery: Gallery) -> None:
    page = await gallery.browser.get("/operator")
    assert page.status_code == 200 and "Operator&#x27;s key" in page.text and "board" not in page.text
    for answer in [await gallery.browser.get("/operator/board"), await gallery.post("rehearse")]:
        assert answer.status_code == 401 and answer.json()["code"] == "sign_in_first"


@pytest.mark.parametrize("sent", [{"key": "another"}, {"key": ""}, {}, {"key": 7}])
async def test_a_wrong_key_is_refused_in_a_sentence_and_gives_no_cookie(gallery: Gallery, sent: object) -> None:
    answer = await gallery.browser.post("/operator/sign-in", json=sent)
    assert answer.status_code == 403 and "not the key" in answer.json()["error"]
    assert "set-cookie" not in answer.headers


async def test_what_is_no_json_is_a_wrong_key(gallery: Gallery) -> None:
    for content in (b"", b"{", b"[1]", b"\xff", b"key=the key", b"[" * 100_000, b'{"key": "\\ud800"}'):
        assert (await gallery.browser.post("/operator/sign-in", content=content)).status_code == 403


async def test_many_wrong_keys_at_once_do_not_keep_the_right_one_out(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "_AFTER_A_WRONG_KEY", 0.5)
    wrong = [asyncio.create_task(gallery.post("sign-in", key=str(number))) for number in range(20)]
    await asyncio.sleep(0.1)
    assert (await gallery.post("sign-in", key="the key")).status_code == 200
    assert sorted({(await one).status_code for one in wrong}) == [403, 429]


async def test_a_gallery_without_a_key_opens_for_nobody() -> None:
    async with serving({}) as upstream:
        closed = Gallery(upstream, CLOSED, asyncio.Event())
        assert "started without a key" in (await closed.browser.get("/operator")).text
        assert (await closed.post("sign-in", key="")).status_code == 403
        await closed.browser.aclose()
        await closed.backend.disconnect()


async def test_the_operator_rehearses_and_sees_what_came_and_when_it_last_passed(gallery: Gallery) -> None:
    await gallery.post("sign-in", key="the key")
    told = (await gallery.browser.get("/operator/board")).json()
    assert [line["state"] for line in told["lines"]] == ["never", "never"]
    begun = (await gallery.post("rehearse", keys=[])).json()
    assert begun["left"] == 2
    good, bad = await gallery.ended()
    assert (good["state"], bad["state"]) == ("passed", "wrong")
    assert good["passed_at"] and bad["passed_at"] is None
    assert bad["sentence"] == "the best label is to be “negative”, and is POSITIVE"


async def test_one_example_can_be_run_again_and_two_rehearsals_do_not_run_at_once(gallery: Gallery) -> None:
    await gallery.post("sign-in", key="the key")
    gallery.may_answer.clear()
    assert (await gallery.post("rehearse", keys=["text-classification/1"])).json()["left"] == 1
    refused = await gallery.post("rehearse", keys=[])
    assert refused.status_code == 409 and "already" in refused.json()["error"]
    gallery.may_answer.set()
    assert [line["state"] for line in await gallery.ended()] == ["never", "wrong"]


async def test_a_rehearsal_that_is_stopped_leaves_what_was_not_run(gallery: Gallery) -> None:
    await gallery.post("sign-in", key="the key")
    gallery.may_answer.clear()
    await gallery.post("rehearse", keys=[])
    await gallery.post("stop")
    assert [line["state"] for line in await gallery.ended()] == ["never", "never"]
    gallery.may_answer.set()
    assert (await gallery.post("rehearse", keys=[])).status_code == 200
    await gallery.ended()


@pytest.mark.parametrize("keys", [["no-such/0"], ["text-classification/0", "no-such/0"], "text-classification/0", 7])
async def test_keys_that_are_unknown_start_nothing(gallery: Gallery, keys: object) -> None:
    await gallery.post("sign-in", key="the key")
    assert (await gallery.post("rehearse", keys=keys)).status_code == 404
    assert [line["state"] for line in await gallery.ended()] == ["never", "never"]


async def test_what_passed_is_on_the_card_of_the_front_page(gallery: Gallery) -> None:
    assert "POSITIVE 90%" not in gallery.shelf.page("en")
    await gallery.post("sign-in", key="the key")
    await gallery.post("rehearse", keys=[])
    await gallery.ended()
    assert "<span>90%</span>" in gallery.shelf.page("en") or "90 %" in gallery.shelf.page("en")


async def test_who_signs_out_is_out(gallery: Gallery) -> None:
    await gallery.post("sign-in", key="the key")
    assert (await gallery.browser.get("/operator/board")).status_code == 200
    await gallery.post("sign-out")
    assert (await gallery.browser.get("/operator/board")).status_code == 401
