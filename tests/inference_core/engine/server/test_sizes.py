"""Requests beyond a model's sizes: refused before the runner gets them, on every route, for every text of the body."""

from collections.abc import AsyncGenerator
from typing import Any

import aiohttp
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference_core.engine.contract import CannotAnswer, Finish, InputSizes, Model, ServedTask, Token
from inference_core.engine.limits import Limits
from inference_core.engine.runners.contract import Answer, Details, State
from inference_core.engine.runners.threads import ThreadRunner
from inference_core.engine.server.about import info
from inference_core.engine.server.sizes import require_sizes, word_count
from tests.support import in_process
from tests.support.models import catalogue

SMALL = InputSizes(characters=100, words=10)


class Inner(msgspec.Struct):
    note: str | None = None
    labels: list[str] = []


class Body(msgspec.Struct):
    inputs: str | list[str] | dict[str, list[str]]
    parameters: Inner = msgspec.field(default_factory=Inner)
    stream: bool = False


def served(**more: Any) -> Model:
    task = ServedTask(id="scripted", body=Body, answer=lambda engine, body: "x", answered_example={}, **more)
    return Model(id="a/b", tasks=(task,), words="models.vader", licence="none", load=lambda: None, sizes=SMALL)  # type: ignore[arg-type, return-value]


TOO_LONG = "x" * 101
TOO_MANY = ["a b c d e f g h i j k", "😀" * 11, "." * 11, "中 " * 11, "_" * 11, "a-b-c-d-e-f", "1.2.3.4.5.6"]


@pytest.mark.parametrize("text", [TOO_LONG, *TOO_MANY, "\n" * 101, " " * 101])
@pytest.mark.parametrize(
    "place",
    [
        lambda text: Body(text),
        lambda text: Body(["short", text]),
        lambda text: Body({"column": ["1", text]}),
        lambda text: Body({text: ["1"]}),
        lambda text: Body("short", Inner(note=text)),
        lambda text: Body("short", Inner(labels=["short", text])),
    ],
)
def test_a_text_that_is_too_large_is_refused_wherever_it_is(text: str, place: Any) -> None:
    with pytest.raises(CannotAnswer) as refused:
        require_sizes(served(), "scripted", place(text))
    code = "text_too_long" if len(text) > 100 else "too_many_words"
    most = 100 if len(text) > 100 else 10
    count = len(text) if len(text) > 100 else word_count(text)
    assert (refused.value.code, refused.value.arguments) == (code, {"count": count, "most": most})
    assert str(count) in str(refused.value) and str(most) in str(refused.value) and "shorten" in str(refused.value)


@given(st.text(max_size=100))
def test_what_is_within_the_sizes_passes_and_nothing_else(text: str) -> None:
    fits = word_count(text) <= 10
    try:
        require_sizes(served(), "scripted", Body(text))
    except CannotAnswer:
        assert not fits
    else:
        assert fits


@given(st.text())
def test_white_space_is_no_word_and_no_text_has_more_words_than_characters(text: str) -> None:
    assert word_count(text) == word_count(f" {text}\n") <= len(text)
    assert (word_count(text) == 0) == (not text.strip())


def test_a_task_may_say_which_texts_it_reads() -> None:
    model = served(texts=lambda body: [body.inputs[:100]])
    require_sizes(model, "scripted", Body(TOO_LONG))


class Untouched:
    """A runner that nothing may reach."""

    async def run(self, model: Model, task: str, body: Any) -> Answer:
        raise AssertionError("the runner was reached")

    def iterate(self, model: Model, task: str, body: Any) -> AsyncGenerator[list[Token | Finish]]:
        raise AssertionError("the runner was reached")

    def state(self, model: Model) -> State:
        return "ready"

    def details(self, model: Model) -> Details:
        return Details(None)

    def close(self) -> None:
        pass


@pytest.mark.parametrize("stream", [False, True])
async def test_the_runner_never_sees_a_request_that_is_too_large(stream: bool) -> None:
    async with (
        in_process.hosting([served()], runner=Untouched()) as url,
        aiohttp.ClientSession(url) as http,
        http.post("/models/a/b", json={"inputs": TOO_LONG, "stream": stream}) as response,
    ):
        error = await response.json()
        assert response.status == 422
        assert (error["code"], error["arguments"]) == ("text_too_long", {"count": 101, "most": 100})


def test_every_model_has_a_limit_for_every_text_and_info_tells_it() -> None:
    runner = ThreadRunner(threads=1, waiting=0, deadline=1)
    for model in info(catalogue(), runner, Limits())["models"]:
        assert 0 < model["sizes"]["characters"] <= 100_000 and 0 < model["sizes"]["words"] <= 20_000
