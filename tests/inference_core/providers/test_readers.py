"""Whatever a provider, its queue and its files answer, reading it gives bytes or an InferenceError."""

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference_core import InferenceError, InferenceTimeoutError
from inference_core.answers.base import Output
from inference_core.media.inputs import Media
from inference_core.providers import PROVIDERS
from inference_core.providers.contract import Reader
from tests.support.odd_json import any_json, changed, deep_json, with_a_value_changed

PLACE = "https://example.com/a"
ANSWERS: list[Any] = [
    {"choices": [{"text": "a", "finish_reason": "stop", "seed": 1}], "usage": {"completion_tokens": 1}},
    {"choices": [], "error": {"message": "a"}},
    {"data": [{"embedding": [0.5], "b64_json": "YQ=="}]},
    {"text": "a", "segments": [{"text": "a", "start": 0.5, "end": None}]},
    {"images": [{"url": PLACE}], "audio": {"url": PLACE}, "image": {"url": PLACE}},
    {"status": "IN_QUEUE", "response_url": PLACE, "error": None},
    {"status": "COMPLETED", "response_url": PLACE, "image": {"url": "data:,a"}, "images": [{"url": PLACE}]},
    {"id": "a", "status": "starting", "output": None, "error": "a"},
    {"id": "a", "status": "succeeded", "output": [PLACE]},
    {"status": "succeeded", "output": {"transcription": "a", "translation": "b", "txt_file": PLACE}},
    {"data": {"status": "created", "urls": {"get": PLACE}, "outputs": None}},
    {"data": {"status": "completed", "urls": {"get": PLACE}, "outputs": [PLACE]}},
    {"id": "a", "task_status": "PROCESSING"},
    {"id": "a", "task_status": "SUCCESS", "image_result": [{"url": PLACE}]},
]


def names_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from names_in(inner)


NAMES = sorted({name for answer in ANSWERS for name in names_in(answer)})
says = st.one_of(
    any_json(NAMES),
    deep_json(["choices", "data", "output", "error"]),
    with_a_value_changed(ANSWERS),
    changed([json.dumps(answer).encode() for answer in ANSWERS]),
    st.binary(max_size=20),
)

READERS = {
    f"{name} {task}": does.read for name, provider in PROVIDERS.items() for task, does in provider.tasks.items()
    if does.read is not None
}  # fmt: skip
EVENTS = {
    f"{name} {task}": does.event for name, provider in PROVIDERS.items() for task, does in provider.tasks.items()
    if does.event is not None
}  # fmt: skip


class RepeatingFollowup:
    """A followup that answers these bytes, one after the other, and the last again and again."""

    def __init__(self, said: list[bytes]) -> None:
        self._left = said
        self._patience = 5

    async def get(self, path: str) -> bytes:
        assert path.startswith("/")
        return self._next()

    async def download(self, url: str) -> Media:
        assert isinstance(url, str)
        return Media(self._next(), "image/png")

    async def pause(self, seconds: float) -> None:
        self._patience -= 1
        if not self._patience:
            raise InferenceTimeoutError("No complete answer.")

    def _next(self) -> bytes:
        return self._left.pop(0) if len(self._left) > 1 else self._left[0]


def check(read: Callable[[], Any], *kinds: type) -> None:
    try:
        assert isinstance(read(), kinds)
    except InferenceError as error:
        assert str(error)


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@settings(max_examples=60)
@given(said=st.lists(says, min_size=1, max_size=4))
def test_reading_gives_an_answer_or_an_error_of_ours(reader: Reader, said: list[bytes]) -> None:
    reading = reader(said[0], RepeatingFollowup(said[1:] or said))
    check(lambda: asyncio.run(reading), bytes, Output, list, np.ndarray)  # type: ignore[arg-type]


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
@settings(max_examples=150)
@given(data=says)
def test_an_event_becomes_one_or_an_error_of_ours(event: Callable[[bytes], Output], data: bytes) -> None:
    check(lambda: event(data), Output)
