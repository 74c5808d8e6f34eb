"""What the cards say of who answers: asked of the backend, and not at every visit."""

import asyncio
from typing import Any

import pytest

from inference_core.errors import InferenceConnectionError
from tasks.gallery.backend import Backend
from tasks.gallery.front.offers import Offers

MODELS = [
    {
        "id": "a/good",
        "tasks": ["one", 2],
        "level": "strong",
        "state": "ready",
        "can": "Read print.",
        "cannot": "Read handwriting.",
    },
    {"id": "a/polyglot", "languages": {"voice": ["en", "fr"], "odd": "fr", "none": [], "numbers": [1]}},
    {"id": "a/unknown", "level": None, "state": "unloaded"},
    {"id": "a/odd", "tasks": "one", "level": "<b>", "state": "ready", "can": 3, "cannot": None},
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


def offered(server: Server) -> Offers:
    return Offers(server.backend(), [*TASKS, "five"])


async def test_a_card_says_the_level_or_else_the_model_and_why_nobody_answers() -> None:
    said = (await offered(Server({"models": MODELS}, TASKS)).told())["tasks"]
    assert said["one"] == {"model": "a/good", "level": "strong", "text": "strong", "reason": None}
    assert said["two"] == {"model": "a/unknown", "level": None, "text": "a/unknown", "reason": None}
    assert said["three"] == {"model": "a/odd", "level": None, "text": "a/odd", "reason": None}
    assert said["four"]["reason"] == "Its model does not load here"
    assert said["five"]["reason"] == "No model for this is offered here"


async def test_what_models_declare_of_themselves_is_told_where_it_is_text() -> None:
    offers = offered(Server({"models": MODELS}, TASKS))
    models = (await offers.told())["models"]
    good = {
        "tasks": ["one"],
        "level": "strong",
        "text": "strong",
        "can": "Read print.",
        "cannot": "Read handwriting.",
        "languages": {},
    }
    assert models["a/good"] == good
    assert models["a/odd"] == {"tasks": [], "level": None, "text": "", "can": "", "cannot": "", "languages": {}}
    assert models["a/polyglot"]["languages"] == {"voice": ["en", "fr"]}
    assert (await offers.about("one", ""), await offers.about("five", "")) == (good, None)
    assert (await offers.about("five", "a/good"), await offers.about("one", "a/none")) == (good, None)


@pytest.mark.parametrize("info", [None, {}, {"models": None}, {"models": "many"}])
async def test_without_levels_the_model_is_named(info: Any) -> None:
    said = (await offered(Server(info, TASKS)).told())["tasks"]
    assert said["one"] == {"model": "a/good", "level": None, "text": "a/good", "reason": None}


async def test_a_backend_that_tells_no_models_makes_no_task_grey() -> None:
    assert await offered(Server(None, None)).told() == {"tasks": {}, "models": {}}


async def test_a_backend_that_was_not_up_is_asked_again() -> None:
    server = Server(None, None)
    offers = offered(server)
    for _ in range(2):
        await offers.told()
    assert server.asked == 2


async def test_many_visitors_ask_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server({"models": MODELS}, TASKS)
    offers = offered(server)
    await asyncio.gather(*(offers.told() for _ in range(5)))
    assert server.asked == 1
    monkeypatch.setattr("tasks.gallery.front.offers._KEPT_FOR", 0.0)
    impatient = offered(server)
    for _ in range(2):
        await impatient.told()
    assert server.asked == 3
