"""What huggingface_hub's and openai's clients deliver of a server's answer, however it deviates, is delivered here too.

All ask the same server on the loopback. An answer that a peer cannot read, or of which it gives something other than
text where text is asked for, says nothing.
"""

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import huggingface_hub
import openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference_core import AsyncInferenceClient
from tests.support.answers import says, streams
from tests.support.deviations import GoodAnswer, deviated
from tests.support.good_answers import OF_STREAMS, OF_TASKS
from tests.support.media import picture_file
from tests.support.upstream import Answer, serving

Ask = Callable[[Any], Coroutine[Any, Any, Any]]

PICTURE, TABLE, HELLO = picture_file(), {"a": ["1", "2"]}, [{"role": "user", "content": "Hello"}]
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "audio-classification": (b"RIFF",),
    "automatic-speech-recognition": (b"RIFF",),
    "document-question-answering": (PICTURE, "a"),
    "feature-extraction": ("a",),
    "fill-mask": ("a",),
    "image-classification": (PICTURE,),
    "image-to-text": (PICTURE,),
    "object-detection": (PICTURE,),
    "question-answering": ("a", "b"),
    "sentence-similarity": ("a", ["b", "c"]),
    "summarization": ("a",),
    "table-question-answering": (TABLE, "a"),
    "tabular-classification": (TABLE,),
    "tabular-regression": (TABLE,),
    "text-classification": ("a",),
    "token-classification": ("a",),
    "translation": ("a",),
    "visual-question-answering": (PICTURE, "a"),
    "zero-shot-classification": ("a", ["b", "c"]),
    "zero-shot-image-classification": (PICTURE, ["b", "c"]),
}


def asked(good: GoodAnswer) -> Ask:
    """The call whose answer it is, for a client of either kind."""
    task = good.name.partition(",")[0]
    if task == "conversational":
        return lambda client: client.chat_completion(HELLO)
    if task == "text-generation":
        return lambda client: client.text_generation("a", details=True)
    return lambda client: getattr(client, task.replace("-", "_"))(*ARGUMENTS[task])


def streamed(good: GoodAnswer) -> Ask:
    async def only_event(client: Any) -> Any:
        if "chunk" in good.name:
            stream = await client.chat_completion(HELLO, stream=True)
        else:
            stream = await client.text_generation("a", details=True, stream=True)
        (event,) = [event async for event in stream]
        return event

    return only_event


def streamed_by_hub(good: GoodAnswer) -> Ask:
    def only_event(client: huggingface_hub.InferenceClient) -> Any:
        if "chunk" in good.name:
            (event,) = client.chat_completion(HELLO, stream=True)
            return event
        (token,) = client.text_generation("a", details=True, stream=True)
        return token

    return lambda client: asyncio.to_thread(only_event, client)


async def completed_by_openai(client: openai.AsyncOpenAI) -> Any:
    return await client.chat.completions.create(model="m", messages=HELLO)  # type: ignore[arg-type]


async def streamed_by_openai(client: openai.AsyncOpenAI) -> Any:
    stream = await client.chat.completions.create(model="m", messages=HELLO, stream=True)  # type: ignore[call-overload]
    (event,) = [event async for event in stream]
    return event


class Clients:
    """Ours, huggingface_hub's and openai's, for the same server."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.serving = serving(says(b""))
        self.upstream = self.runner.run(self.serving.__aenter__())
        url = self.upstream.url
        self.ours, self.hub = AsyncInferenceClient(url), huggingface_hub.AsyncInferenceClient(url)
        self.blocking_hub = huggingface_hub.InferenceClient(url)
        self.openai = openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="k", max_retries=0)

    def close(self) -> None:
        for closing in (self.ours.close(), self.hub.close(), self.openai.close()):
            self.runner.run(closing)
        self.runner.run(self.serving.__aexit__(None, None, None))
        self.runner.close()

    def assert_delivers(self, good: GoodAnswer, answer: Answer, ask: Ask, peer: Any, ask_peer: Ask) -> None:
        """Ours gives the answer that the peer gives, if the peer gives one."""
        self.upstream.begin_again(answer)
        try:
            theirs = good.answer(self.runner.run(ask_peer(peer)))
        except Exception:  # any, for it cannot read this
            return
        if is_like(theirs, good.answer(good.read(good.body))):
            ours = good.answer(self.runner.run(ask(self.ours)))
            assert str(ours) == str(theirs)  # as text, because NaN is not equal to itself


def is_like(theirs: Any, expected: Any) -> bool:
    """Whether an answer is made of the same types as the expected one, and of texts that can be written."""
    if isinstance(expected, list | tuple):
        is_list = isinstance(theirs, list | tuple) and bool(expected) and len(theirs) == len(expected)
        return is_list and all(map(is_like, theirs, expected))
    return type(theirs) is type(expected) and str(theirs).isprintable()


@pytest.fixture(scope="module")
def clients() -> Iterator[Clients]:
    clients = Clients()
    yield clients
    clients.close()


NOT_THERE = ("conversational, old", "image-segmentation")
few = settings(max_examples=4, deadline=None)
choices = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 100)), max_size=3)
every_answer = pytest.mark.parametrize(
    "good", [good for good in OF_TASKS if good.name not in NOT_THERE], ids=lambda good: good.name
)
every_event = pytest.mark.parametrize("good", OF_STREAMS, ids=lambda good: good.name)
OF_CHATS = [good for good in [*OF_TASKS, *OF_STREAMS] if good.name.startswith(("conversational", "chunk"))]
every_chat = pytest.mark.parametrize(
    "good", [good for good in OF_CHATS if good.name not in NOT_THERE], ids=lambda good: good.name
)


@every_answer
@few
@given(choices=choices, anywhere=st.booleans())
def test_an_answer_that_huggingface_hub_delivers(
    clients: Clients, good: GoodAnswer, choices: list[tuple[int, int]], anywhere: bool
) -> None:
    body = json.dumps(deviated(good, choices, anywhere=anywhere)).encode()
    clients.assert_delivers(good, says(body), asked(good), clients.hub, asked(good))


@every_event
@few
@given(choices=choices, anywhere=st.booleans())
def test_an_event_that_huggingface_hub_delivers(
    clients: Clients, good: GoodAnswer, choices: list[tuple[int, int]], anywhere: bool
) -> None:
    body = json.dumps(deviated(good, choices, anywhere=anywhere)).encode()
    answer = streams(b"data: " + body + b"\n\ndata: [DONE]\n\n")
    clients.assert_delivers(good, answer, streamed(good), clients.blocking_hub, streamed_by_hub(good))


@every_chat
@few
@given(choices=choices, anywhere=st.booleans())
def test_a_chat_that_openai_delivers(
    clients: Clients, good: GoodAnswer, choices: list[tuple[int, int]], anywhere: bool
) -> None:
    body = json.dumps(deviated(good, choices, anywhere=anywhere)).encode()
    if good in OF_STREAMS:
        answer = streams(b"data: " + body + b"\n\ndata: [DONE]\n\n")
        clients.assert_delivers(good, answer, streamed(good), clients.openai, streamed_by_openai)
    else:
        clients.assert_delivers(good, says(body), asked(good), clients.openai, completed_by_openai)
