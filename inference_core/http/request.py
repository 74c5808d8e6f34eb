"""A request as the rest of the client makes it: what is sent where, and what may be waited for."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from inference_core.http.record import Observer
from inference_core.http.sse import ServerSentEvent
from inference_core.urls import safe_url

LARGEST_ANSWER = 256 * 1024 * 1024

OnWait = Callable[[str, float], object]
"""Called before each wait with the reason and the seconds: "loading" (the model), "rate limit", "reconnecting" or
"queue" (of a provider)."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One call: POST of a `body`, or GET without one. `model` is what is asked, for the record.

    `guarded` says that the URL came from somebody who is not trusted. `private` are the headers meant for the origin of
    `url` alone (credentials, cookies, what the caller set): a redirect elsewhere drops them. `largest` is the size in
    bytes of the answer that is read at most. `deadline` is when the caller gives up, in the loop's time: a rate limit
    that outlasts it is not waited for; `may_wait` says whether any refusal is. `silence` are the seconds that a stream
    may bring no event.
    """

    url: str
    model: str = ""
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
    largest: int = LARGEST_ANSWER

    def __repr__(self) -> str:
        return f"Request({safe_url(self.url)!r}, {len(self.body or b'')} bytes)"


class Decoder(Protocol):
    """What finds the events in the chunks of a body: `sse.EventDecoder`, `lines.LineDecoder`."""

    end: bytes | None
    may_be_empty: bool

    def feed(self, chunk: bytes) -> Sequence[ServerSentEvent]: ...

    def finish(self) -> Sequence[ServerSentEvent]: ...
