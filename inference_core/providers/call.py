"""A call as made by a method of the client: the task, its inputs, and how to decode the answer and its events."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from operator import not_
from typing import Any, Generic, TypeVar

import msgspec

from inference_core.errors import InvalidAnswerError
from inference_core.http.framing import AnswerDecoder
from inference_core.http.request import Decoder
from inference_core.media.inputs import Content
from inference_core.media.large_pictures import decoded_in_thread

T = TypeVar("T")
E = TypeVar("E")
JSON = "application/json"

_LONG_ANSWER = 2**20
"""Bytes from which an answer is decoded in a thread: one that is not as it should be takes seconds for some MiB."""


class Upload(msgspec.Struct, frozen=True):
    """A picture or sound as given by the caller; it is read into a `Media` before it is sent."""

    content: Content


class Direct(msgspec.Struct, frozen=True):
    """A call that is not one of the tasks; it goes to `path` below the model's own URL.

    Its `inputs` are the whole body: a file, or an object to be sent as JSON; without inputs it is a GET. `may_wait`
    says whether to wait and retry when the server is loading or a rate limit applies.
    """

    path: str = ""
    may_wait: bool = True


class Call(msgspec.Struct, Generic[T], frozen=True):
    """A call of a task, before it is known which server answers.

    `inputs` is what the task works on: text, texts, messages, a file (`Upload`, then `Media`), or an object in Hub
    format. `parameters` are those that were set; `extra_fields` are the fields that Hub format has next to `inputs` and
    `parameters`. `read` decodes an answer in Hub format. `is_heavy` means that encoding and decoding take so long that
    they run in a thread. `direct` is set for calls that are not tasks. `events` reads the stream of a server that was
    not asked for one.
    """

    task: str
    inputs: Any
    read: Callable[[bytes], T]
    parameters: Mapping[str, Any] = {}
    extra_fields: Mapping[str, Any] = {}
    accept: str = JSON
    is_heavy: bool = False
    direct: Direct | None = None
    events: "Events[Any] | None" = None

    async def decoded(self, answer: Any) -> T:
        """The method's result, decoded from bytes in Hub format, or as the provider's reader returned it."""
        if not isinstance(answer, bytes):
            value: T = answer
            return value
        if self.is_heavy:
            return await decoded_in_thread(self.read, answer)
        return await asyncio.to_thread(self.read, answer) if len(answer) > _LONG_ANSWER else self.read(answer)


class Events(msgspec.Struct, Generic[E], frozen=True):
    """How to read the stream of a call: `read` decodes the data of one event in Hub format.

    `whole` turns a complete answer, as decoded by `Call.decoded`, into an event, and `joined` events into a complete
    answer. `pick` selects the part of an event that the caller gets; None for all of it. `is_silent` is whether that
    part says nothing; then it may be a complete answer. `decoder` finds the events in the body.
    """

    read: Callable[[bytes], Any]
    whole: Callable[[Any], Any]
    pick: Callable[[Any], E] | None = None
    is_silent: Callable[[E], bool] = not_
    decoder: Callable[[], Decoder] = AnswerDecoder
    accept: str = "text/event-stream"
    joined: Callable[[list[Any]], Any] | None = None

    def reader(self, read: Callable[[bytes], Any] | None) -> Callable[[bytes], E]:
        """A function from the data of an event to what the caller gets; `read` is the provider's own decoder, if
        any."""
        decode, pick = read or self.read, self.pick
        return decode if pick is None else lambda data: pick(decode(data))

    def first_reader(
        self, event: Callable[[bytes], E], decoded: Callable[[bytes], Awaitable[Any]]
    ) -> Callable[[bytes], Awaitable[E]]:
        """A function as `event`, for what may also be a complete answer, which `decoded` reads.

        It raises InvalidAnswerError if it is neither, or an event that says nothing.
        """

        async def read(data: bytes) -> E:
            with suppress(InvalidAnswerError):
                item = event(data)
                if not self.is_silent(item):
                    return item
            only: E = self.whole(await decoded(data))
            return only if self.pick is None else self.pick(only)

        return read
