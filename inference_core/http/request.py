"""What the rest of the client asks of the transport: one request, and how to read a stream."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from inference_core.http.record import Observer, Recorder
from inference_core.http.sse import ServerSentEvent
from inference_core.urls import safe_url

MAX_ANSWER_BYTES = 256 * 1024 * 1024

OnWait = Callable[[str, float], object]
"""Called before each wait with the reason and the seconds: "loading" (the model), "rate limit", "reconnecting" or
"queue" (of a provider)."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP request: a POST of `body`, or a GET without one. `model` and `task` are for its records only.

    `guarded` means that the URL comes from somebody who is not trusted. `private` are headers for the origin of `url`
    only (credentials, cookies, the caller's own headers): a redirect to another origin drops them. `largest` is the
    maximum size of the answer in bytes. `deadline` is when the caller gives up, in the loop's time. `may_wait` says
    whether to wait and retry when a model is loading or a rate limit applies. `silence` is the number of seconds a
    stream may go without an event.
    """

    url: str
    model: str = ""
    task: str = ""
    body: bytes | None = None
    content_type: str = "application/json"
    private: Mapping[str, str] = {}
    accept: str = "application/json"
    guarded: bool = False
    deadline: float | None = None
    may_wait: bool = True
    silence: float | None = None
    on_wait: OnWait | None = None
    observer: Observer | None = None
    recorder: Recorder | None = None
    largest: int = MAX_ANSWER_BYTES

    def __repr__(self) -> str:
        return f"Request({safe_url(self.url)!r}, {len(self.body or b'')} bytes)"


class Decoder(Protocol):
    """Finds the events in the chunks of a body: `sse.EventDecoder`, `lines.LineDecoder`."""

    end: bytes | None
    may_be_empty: bool

    def feed(self, chunk: bytes) -> Sequence[ServerSentEvent]: ...

    def finish(self) -> Sequence[ServerSentEvent]: ...
