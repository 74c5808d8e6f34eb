"""A call as its method makes it: what is asked, and how its answer and its events become what the method returns."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

import msgspec

from inference_core.http.request import Decoder
from inference_core.http.sse import EventDecoder
from inference_core.media.inputs import Content

T = TypeVar("T")
E = TypeVar("E")
JSON = "application/json"


class Upload(msgspec.Struct, frozen=True):
    """A picture or sound as the caller holds it; on the way it is read and becomes a `Media`."""

    content: Content


class Direct(msgspec.Struct, frozen=True):
    """Where a call goes that is none of a task: to `path` below the model's own URL.

    Its `inputs` are the body as it is (a file, or what is sent as JSON); without any it is a GET. `may_wait` says
    whether a server that is loading or refuses for a while is asked again.
    """

    path: str = ""
    may_wait: bool = True


class Call(msgspec.Struct, Generic[T], frozen=True):
    """A task as its method was called, before it is known who answers.

    `inputs` is what the task is about: text, texts, messages, a file (`Upload`, then `Media`), or an object in Hub
    format. `parameters` are those that were set; `beside` are the fields that Hub format has beside `inputs`.
    `read` decodes an answer in Hub format. `is_heavy` says that encoding and decoding take so long that the event loop
    must not wait for them. `direct` is set for calls of no task.
    """

    task: str
    inputs: Any
    read: Callable[[bytes], T]
    parameters: Mapping[str, Any] = {}
    beside: Mapping[str, Any] = {}
    accept: str = JSON
    is_heavy: bool = False
    direct: Direct | None = None

    async def decoded(self, answer: Any) -> T:
        """What the method returns for an answer: bytes in Hub format, or what a provider's reader made of it."""
        if not isinstance(answer, bytes):
            value: T = answer
            return value
        return await asyncio.to_thread(self.read, answer) if self.is_heavy else self.read(answer)


class Events(msgspec.Struct, Generic[E], frozen=True):
    """How the stream of a call is read: `read` decodes the data of one event in Hub format.

    `whole` makes an event of an answer that came at once, as `Call.decoded` gives it. `pick` takes what the caller gets
    out of an event; None is all of it. `decoder` finds the events in the body.
    """

    read: Callable[[bytes], Any]
    whole: Callable[[Any], Any]
    pick: Callable[[Any], E] | None = None
    decoder: Callable[[], Decoder] = EventDecoder
    accept: str = "text/event-stream"

    def reader(self, read: Callable[[bytes], Any] | None) -> Callable[[bytes], E]:
        """What turns data into what the caller gets; `read` is a provider's own way to decode an event."""
        decode, pick = read or self.read, self.pick
        return decode if pick is None else lambda data: pick(decode(data))

    def only(self, whole: Any) -> E:
        """An answer that came at once, as the only event."""
        event: E = self.whole(whole)
        return event if self.pick is None else self.pick(event)
