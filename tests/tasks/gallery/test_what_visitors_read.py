"""What a visitor reads when a run fails: through the real handler, from a real engine or a server that breaks."""

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from html import unescape
from typing import Any

import gradio as gr
import pytest

from inference_core import AsyncInferenceClient
from inference_core.engine.contract import CannotAnswer, Finish, Token
from inference_core.engine.limits import Limits
from tasks.gallery.backend import Backend
from tasks.gallery.file_inputs import guarded_download
from tasks.gallery.pictures import Pictures
from tasks.gallery.run_handler import run_handler
from tasks.gallery.running import Runner
from tasks.registry import Task, all_tasks
from tests.support.hostile import hostile_words
from tests.support.in_process import Body, Scripted, hosting, model
from tests.support.upstream import answers, serving

CLASSIFY, GENERATE = "text-classification", "text-generation"


def task(id: str) -> Task:
    return next(task for task in all_tasks() if task.id == id)


_CARD = re.compile(r"<div class='refusal'[^>]*>(?:<p>)?(.*?)</(?:p|div)>")


def backend(url: str, timeout: float = 5.0, **options: Any) -> Backend:
    client = AsyncInferenceClient(endpoint=url, timeout=timeout, **options)

    async def locate(**changed: Any) -> AsyncInferenceClient:
        return client.with_options(**changed)

    return Backend("server", locate, client.close)


def trusting(behind: Backend) -> Backend:
    """The backend without the guard, so that the test's own server can be named as a model."""

    async def locate(**changed: Any) -> AsyncInferenceClient:
        return await behind.client(**{**changed, "guard_urls": False})

    return Backend("server", locate, behind.disconnect)


async def read(id: str, behind: Backend, named: str = "", text: str = "some words") -> str:
    """What a visitor reads when a run of the task gets no answer, as a toast or as a card in the result."""
    failing = task(id)
    handler = run_handler(Runner(failing, behind, Pictures()), guarded_download(behind, 1))
    try:
        async for _, note, *_ in handler(text, named, *[None for _ in failing.parameters]):
            if isinstance(note, str) and (card := _CARD.match(note)):
                return unescape(card[1])
    except gr.Error as error:
        return str(error.message)
    finally:
        await behind.disconnect()
    raise AssertionError("The run did not fail.")


@asynccontextmanager
async def engine(scripted: Scripted, id: str = CLASSIFY, **limits: Any) -> AsyncIterator[str]:
    async with hosting([model(scripted, id)], Limits(**limits)) as url:
        yield url


def refuse(body: Body) -> Any:
    raise CannotAnswer("only_english", language="Dutch")


def fail(body: Body) -> Any:
    raise RuntimeError("a secret")


def break_off(body: Body) -> Iterator[Token | Finish]:
    for _ in range(3):  # more than the runner passes on at once
        yield Token(1, "a", None)
        time.sleep(0.05)
    raise RuntimeError("a secret")


@pytest.mark.parametrize(
    ("scripted", "named", "message"),
    [
        (
            Scripted(refuse),
            "",
            "This model reads only English and this text looks Dutch: write the text in English.",
        ),
        (
            Scripted(fail),
            "",
            "The engine failed on this input but is still running: change the input, or choose another model.",
        ),
        (
            Scripted(),
            "acme/none",
            "There is no model 'acme/none' here: check the model's name, or clear the model box to use "
            "the recommended one.",
        ),
        (
            Scripted(),
            "a b c",
            "'a b c' is not a model: give an id like organisation/name or a URL that starts with https://.",
        ),
        (
            Scripted(),
            "http://127.0.0.1:1/model",
            "“127.0.0.1” does not lead to a public address on the internet, so it cannot be called from here: give the "
            "address of a public endpoint, or a model id.",
        ),
        (
            Scripted(lambda body: {"no": "labels"}),
            "",
            "The server's answer is not what this task returns: Object missing required field `label`. This model "
            "is probably made for another task, choose one made for this task.",
        ),
    ],
)
async def test_the_engines_error_is_shown_once_with_what_to_do(scripted: Scripted, named: str, message: str) -> None:
    async with engine(scripted) as url:
        assert await read(CLASSIFY, backend(url), named) == message


async def test_a_full_engine_is_reported_with_one_piece_of_advice() -> None:
    # Longer than the second that the engine asks to wait: the page asks twice.
    async with engine(Scripted(lambda body: time.sleep(2.5)), threads=1, waiting=0) as url:
        busy = backend(url)
        first = asyncio.ensure_future(read(CLASSIFY, busy))
        await asyncio.sleep(0.3)
        assert await read(CLASSIFY, backend(url)) == "The engine's queue is full: try again in a moment."
        await first


async def test_an_answer_that_takes_too_long_is_reported_without_the_engines_address() -> None:
    slow = Scripted(lambda body: time.sleep(0.6))
    async with engine(slow, deadline=0.2) as url:
        assert await read(CLASSIFY, backend(url)) == "The answer was not complete within 0.2 s: ask for less."
    async with engine(slow) as url:
        assert await read(CLASSIFY, backend(url, timeout=0.2)) == (
            "No complete answer within 0.2 s: run again in a moment, or choose another model."
        )


async def test_an_engine_that_is_gone_is_reported_without_its_address() -> None:
    message = await read(CLASSIFY, backend("http://127.0.0.1:1"), "acme/model")
    assert message == (
        "The server cannot be reached: Connection refused. Check the address and the network, then run again."
    )


async def test_a_wrong_path_is_not_blamed_on_this_app() -> None:
    async with engine(Scripted()) as url:
        message = await read(CLASSIFY, backend(f"{url}/wrong"), "acme/model")
    assert message.startswith("There is nothing at this path") and message.endswith(
        "check the model's name, or clear the model box to use the recommended one."
    )


async def test_a_stream_that_breaks_is_reported_as_such() -> None:
    async with engine(Scripted(tokens=break_off), GENERATE) as url:
        assert await read(GENERATE, backend(url)) == (
            "The engine failed in the middle of its answer: run again, or choose another model."
        )


async def test_the_answer_of_another_task_is_reported_as_such() -> None:
    async with serving(answers({"generated_text": "x"})) as upstream:
        assert "what this task returns" in await read(CLASSIFY, backend(upstream.url), "acme/model")


async def test_an_empty_input_is_named_by_its_label() -> None:
    assert await read(CLASSIFY, backend("http://127.0.0.1:1"), text=" ") == (
        "Text is empty: fill it in, or click an example."
    )


@pytest.mark.parametrize(
    ("named", "guarded"), [("", False), ("acme/model", True), ("https://example.com", True), (" ", False)]
)
async def test_the_guard_is_on_for_whatever_a_visitor_names(named: str, guarded: bool) -> None:
    asked: list[Any] = []

    async def locate(**options: Any) -> AsyncInferenceClient:
        asked.append(options["guard_urls"])
        raise CannotAnswer("engine_failed")

    await read(CLASSIFY, Backend("server", locate, AsyncInferenceClient().close), named)
    assert asked == [guarded]


@pytest.mark.parametrize("words", hostile_words("http://127.0.0.1:1"))
async def test_no_words_of_a_server_are_markup_in_note_and_status_line(words: str) -> None:
    answering = task("question-answering")
    found = {"answer": words, "score": 0.5, "start": 0, "end": 4}
    shown: list[str] = []
    for answer in (answers(found, **{"x-engine": "<b>engine</b>"}), answers({"error": words}, 422)):
        async with serving(answer) as upstream:
            behind = backend(upstream.url)
            values = ["Who?", words, upstream.url, *[None for _ in answering.parameters]]
            with contextlib.suppress(gr.Error):
                handler = run_handler(Runner(answering, trusting(behind), Pictures()), guarded_download(behind, 1))
                async for _, note, status, _ in handler(*values):
                    shown += [one for one in (note, status) if isinstance(one, str)]
            await behind.disconnect()
    assert any(line.startswith("Answer:") for line in shown) and any("✗" in line for line in shown)
    known = re.sub(r" (?:class|type|role|data-(?:try|run|seconds|model))='[^'<>]*'", "", "".join(shown))
    ours = {"div", "p", "button", "span", "details", "summary"}
    assert {tag.strip("</>") for tag in re.findall("<[^>]*>", known)} <= ours
