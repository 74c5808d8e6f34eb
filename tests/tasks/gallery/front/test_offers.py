"""What the cards say of who answers: asked of the backend, and not at every visit."""

import asyncio
from typing import Any

import pytest

from inference_core.errors import InferenceConnectionError
from tasks.gallery.backend import Backend
from tasks.gallery.front import offers
from tasks.gallery.front.offers import asks_for_offers, notes

MODELS = [
    {"id": "a/good", "level": "strong", "state": "ready"},
    {"id": "a/unknown", "level": None, "state": "unloaded"},
    {"id": "a/odd", "level": "<b>", "state": "ready"},
    {"id": "a/broken", "level": "basic", "state": "failed"},
    "not a model",
]


class Server:
    """A client of a server, as far as offers need one."""

    def __init__(self, info: Any, recommended: dict[str, str] | None) -> None:
        self.asked = 0
        self._info, self._recommended = info, recommended

    async def recommended_models(self) -> dict[str, str]:
        self.asked += 1
        if self._recommended is None:
            raise InferenceConnectionError("unreachable", url="http://a.example")
        return self._recommended

    async def get_endpoint_info(self) -> Any:
        if self._info is None:
            raise InferenceConnectionError("unreachable", url="http://a.example")
        return self._info

    def backend(self) -> Backend:
        async def locate(**options: Any) -> Any:
            return self

        async def disconnect() -> None: ...

        return Backend("server", locate, disconnect)


TASKS = {"one": "a/good", "two": "a/unknown", "three": "a/odd", "four": "a/broken"}


async def test_a_card_says_the_level_or_else_the_model_and_why_nobody_answers() -> None:
    asked = asks_for_offers(Server({"models": MODELS}, TASKS).backend())
    said = notes([*TASKS, "five"], await asked())
    assert said["one"] == {"model": "a/good", "level": "strong", "text": "strong", "reason": None}
    assert said["two"] == {"model": "a/unknown", "level": None, "text": "a/unknown", "reason": None}
    assert said["three"] == {"model": "a/odd", "level": None, "text": "a/odd", "reason": None}
    assert said["four"]["reason"] == "Its model does not load here"
    assert said["five"]["reason"] == "No model for this is offered here"


@pytest.mark.parametrize("info", [None, {}, {"models": None}, {"models": "many"}])
async def test_without_levels_the_model_is_named(info: Any) -> None:
    said = notes(["one"], await asks_for_offers(Server(info, TASKS).backend())())
    assert said["one"] == {"model": "a/good", "level": None, "text": "a/good", "reason": None}


async def test_a_backend_that_tells_no_models_makes_no_task_grey() -> None:
    assert notes(["one"], await asks_for_offers(Server(None, None).backend())()) == {}


async def test_a_backend_that_was_not_up_is_asked_again() -> None:
    server = Server(None, None)
    asked = asks_for_offers(server.backend())
    assert [await asked(), await asked()] == [{}, {}]
    assert server.asked == 2


async def test_many_visitors_ask_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server({"models": MODELS}, TASKS)
    asked = asks_for_offers(server.backend())
    await asyncio.gather(*(asked() for _ in range(5)))
    assert server.asked == 1
    monkeypatch.setattr(offers, "_KEPT_FOR", 0.0)
    impatient = asks_for_offers(server.backend())
    for _ in range(2):
        await impatient()
    assert server.asked == 3
