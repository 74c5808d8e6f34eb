"""A walk through huggingface_hub's guide to inference with calls of its own: all of it works, blocking or not, offline.

A client without arguments means the local engine here, by the variables that otherwise name a mirror of Hugging Face.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from inference_core import AsyncInferenceClient, InferenceClient, InferenceTimeoutError
from tasks.samples import sample
from tests.inference_core.engine import test_interoperability as texts
from tests.inference_core.engine import test_media_interoperability as media
from tests.inference_core.engine.test_interoperability import Case
from tests.inference_core.test_architecture import TASK_IDS
from tests.support.answers import headers_of
from tests.support.folders import served
from tests.support.processes import Server
from tests.support.upstream import answers, serving, silence

PROMPT = "a night sky with stars"
SIZE = {"width": 96, "height": 64}

Ask = Callable[..., Awaitable[Any]]


async def blocking(method: str, *arguments: Any, at: dict[str, Any] | None = None, **options: Any) -> Any:
    """Call a method of a blocking client that was made with the options `at`."""

    def call() -> Any:
        with InferenceClient(**(at or {})) as client:
            answer = getattr(client, method)(*arguments, **options)
            return list(answer) if options.get("stream") else answer

    return await asyncio.to_thread(call)


async def asynchronous(method: str, *arguments: Any, at: dict[str, Any] | None = None, **options: Any) -> Any:
    """Call a method of an asynchronous client that was made with the options `at`."""
    async with AsyncInferenceClient(**(at or {})) as client:
        answer = await getattr(client, method)(*arguments, **options)
        return [part async for part in answer] if options.get("stream") else answer


either_client = pytest.mark.parametrize("ask", [blocking, asynchronous])


@pytest.fixture(autouse=True)
def at_home(engine: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The local engine in place of Hugging Face."""
    monkeypatch.setenv("HF_ENDPOINT", engine.url)
    monkeypatch.setenv("HF_INFERENCE_ENDPOINT", engine.url)


# First steps


@either_client
async def test_a_picture_is_drawn_by_the_recommended_model_and_saved(ask: Ask, tmp_path: Path) -> None:
    picture = await ask("text_to_image", PROMPT, **SIZE)
    assert isinstance(picture, Image.Image)
    picture.save(tmp_path / "sky.png")
    with Image.open(tmp_path / "sky.png") as saved:
        assert saved.size == (96, 64)


# A model of one's choice, or the URL of an endpoint


@pytest.fixture(params=["by id", "by URL"])
def model(request: pytest.FixtureRequest, engine: Server) -> str:
    name = "builtin/scene-drawing"
    return name if request.param == "by id" else f"{engine.url}/models/{name}"


@either_client
async def test_a_model_is_named_once_for_all_calls(ask: Ask, model: str) -> None:
    assert (await ask("text_to_image", PROMPT, at={"model": model}, **SIZE)).size == (96, 64)


@either_client
async def test_a_model_is_named_in_the_call(ask: Ask, model: str) -> None:
    assert (await ask("text_to_image", PROMPT, model=model, **SIZE)).size == (96, 64)


@either_client
async def test_a_model_named_in_the_call_comes_before_that_of_the_client(ask: Ask, model: str) -> None:
    elsewhere = {"model": "builtin/minilm-lexrank"}
    assert (await ask("text_to_image", PROMPT, at=elsewhere, model=model, **SIZE)).size == (96, 64)


# Authentication


async def token_seen(ask: Ask, **options: Any) -> str | None:
    """What a server reads as the caller's authorization."""
    async with serving(answers([{"summary_text": "a"}])) as upstream:
        await ask("summarization", "a", at={"model": upstream.url, **options})
    return headers_of(upstream).get("authorization")


KNOWN = {"token_hosts": ["127.0.0.1"]}


@either_client
@pytest.mark.parametrize("name", ["token", "api_key"])
async def test_a_token_given_to_the_client_is_sent(ask: Ask, name: str) -> None:
    assert await token_seen(ask, **{name: "hf_given"}) == "Bearer hf_given"


@either_client
async def test_the_saved_token_is_sent_where_it_is_known(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "token").write_text("hf_filed\n")
    monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "token"))
    assert await token_seen(ask, **KNOWN) == "Bearer hf_filed"
    monkeypatch.setenv("HF_TOKEN", "hf_variable")
    assert await token_seen(ask, **KNOWN) == "Bearer hf_variable"
    assert await token_seen(ask) is None


@either_client
async def test_a_given_token_comes_before_the_saved_one_and_false_before_both(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_variable")
    assert await token_seen(ask, token="hf_given", **KNOWN) == "Bearer hf_given"
    assert await token_seen(ask, token=False, **KNOWN) is None


@either_client
async def test_no_token_is_needed(ask: Ask) -> None:
    assert await token_seen(ask) is None


# The tasks of the table


def is_text(answer: Any) -> bool:
    return isinstance(answer, str) and len(answer.split()) > 3


def first_of_each(cases: list[Case]) -> dict[str, Case]:
    return {case.task: case for case in reversed(cases)}


CASES = {
    **first_of_each(texts.CASES),
    **first_of_each(media.CASES),
    "conversational": Case(
        "conversational",
        ("Does this work without an internet connection?",),
        lambda said: said.conversation.generated_responses == [said.generated_text] and is_text(said.generated_text),
    ),
    "tabular-regression": Case(
        "tabular_regression", (media.PATIENTS,), lambda predicted: len(predicted) == 5 and min(predicted) > 25
    ),
    "text-generation": Case("text_generation", ("The captain of the",), is_text, {"max_new_tokens": 12, "seed": 3}),
}


def test_the_26_tasks_are_all_tried() -> None:
    assert len(CASES) == 26
    assert CASES.keys() == TASK_IDS


@either_client
@pytest.mark.parametrize("task", sorted(CASES))
async def test_a_task_is_done(ask: Ask, task: str) -> None:
    case = CASES[task]
    answer = await ask(case.method, *case.arguments, **case.options)
    assert case.holds(answer), answer


# Streams


@either_client
async def test_a_text_comes_piece_by_piece(ask: Ask) -> None:
    pieces = await ask("text_generation", "My neighbour", max_new_tokens=20, seed=5, stream=True)
    assert len(pieces) > 5
    assert "".join(pieces) == await ask("text_generation", "My neighbour", max_new_tokens=20, seed=5)


@either_client
async def test_a_chat_comes_piece_by_piece(ask: Ask) -> None:
    chunks = await ask("chat_completion", texts.QUESTION, stream=True)
    assert is_text("".join(chunk.choices[0].delta.content or "" for chunk in chunks))
    assert chunks[-1].choices[0].finish_reason == "stop"


# Time-outs


@either_client
async def test_a_time_out_has_an_error_of_its_own(ask: Ask) -> None:
    async with serving(silence(30)) as upstream:
        with pytest.raises(InferenceTimeoutError, match=r"0\.2 s"):
            await ask("text_to_image", PROMPT, at={"model": upstream.url, "timeout": 0.2})
        with pytest.raises(TimeoutError):
            await ask("text_generation", PROMPT, at={"model": upstream.url, "timeout": 0.2}, stream=True)


@either_client
async def test_a_call_that_ends_in_time_succeeds(ask: Ask) -> None:
    assert (await ask("text_to_image", PROMPT, at={"timeout": 30}, **SIZE)).size == (96, 64)


# Pictures and sounds as inputs


LION = sample("lion.jpg")


@pytest.fixture
def address() -> Iterator[str]:
    with served(LION.parent) as url:
        yield f"{url}/{LION.name}"


@either_client
async def test_a_picture_may_be_bytes_a_path_or_a_url(ask: Ask, address: str) -> None:
    for picture in (LION.read_bytes(), str(LION), LION, address):
        found = await ask("image_classification", picture)
        assert found[0].label == "lion"
        assert 0 < found[0]["score"] <= 1


@either_client
async def test_a_picture_may_be_an_open_file(ask: Ask) -> None:
    with LION.open("rb") as file:
        assert (await ask("image_classification", file))[0].label == "lion"
        assert not file.closed
