"""The record of one HTTP exchange, for showing it: what was sent, what was received, and when.

A `Recorder` is told more, of every attempt: all that is needed to replay it.
"""

import asyncio
import hashlib
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

MAX_BODY_BYTES = 4 * 1024 * 1024
"""Maximum bytes of a body that are kept, enough for a picture of one megapixel."""

MAX_PARTS = 10_000
"""How many parts of a body are recorded separately."""

_SLOW_TO_DIGEST = 1024 * 1024
_BOUNDARY = re.compile(r'multipart/.*?;\s*boundary="?([^";,]+)', re.IGNORECASE)
_JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One attempt of a request as a recorder is told of it.

    `private` are the headers with credentials, which tell a recorder what it must not write, as the values in `url` do.
    `model` is as in `Exchange`, and `task` the Hub's id of the call's task, "" for what is not the call of a task.
    """

    method: str
    url: str = field(repr=False)
    body: bytes | None = field(repr=False)
    content_type: str
    accept: str
    model: str
    task: str
    private: Mapping[str, str] = field(repr=False)


class Take(Protocol):
    """What a recorder keeps of one attempt. Without `end`, which means that its answer is complete, nothing is kept."""

    def begin_answer(self, status: int, headers: Mapping[str, str]) -> None: ...

    def receive(self, chunk: bytes) -> None: ...

    def end(self) -> None: ...


Recorder = Callable[[Sent], Take]
"""Called before every attempt of every request, also of look-ups and downloads; it must not block."""


@dataclass(slots=True)
class Exchange:
    """One HTTP request and its answer, without credentials. Of a file that is sent, only the digest is kept.

    The request: `method`, `url` (without secrets), `model` (id or URL without secrets, "" if none), `accept` (the
    header), `request_type` (MIME type of the body), `request_size` in bytes, `request_digest` (hexadecimal SHA-256 of
    the body; the random boundary of a multipart body is left out), and `request`, the body itself if it is JSON of at
    most `MAX_BODY_BYTES` bytes, else None.

    The answer: `status`, `content_type`, `engine` (the server's `x-engine` header), `received` (size in bytes),
    `response` (the first `MAX_BODY_BYTES` bytes; at the end, secrets that the server repeats are removed), and `parts`,
    one (time, bytes) per part of the body as it arrived. From the `MAX_PARTS`th on, all parts are recorded as one.

    `recorded` is when a recording was made that answered (ISO 8601; the server's `x-recorded` header), else None.

    `first_byte` (of the body), `ended` and the times in `parts` are milliseconds since `began`, by a monotonic clock.
    """

    method: str
    url: str
    model: str = ""
    request: bytes | None = None
    request_type: str = ""
    request_size: int = 0
    request_digest: str = ""
    accept: str = ""
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    status: int | None = None
    content_type: str = ""
    engine: str | None = None
    recorded: str | None = None
    first_byte: float | None = None
    ended: float | None = None
    parts: list[tuple[float, int]] = field(default_factory=list)
    response: bytearray = field(default_factory=bytearray)
    received: int = 0
    take: Take | None = field(default=None, repr=False)
    _started: float = field(default_factory=time.monotonic, repr=False)

    @classmethod
    async def begin(cls, url: str, model: str, body: bytes | None, content_type: str, accept: str = "") -> "Exchange":
        """A new record, for a request that is about to be sent."""
        if body is None:
            return cls("GET", url, model, accept=accept)
        is_slow = len(body) > _SLOW_TO_DIGEST
        digest = await asyncio.to_thread(_digest, body, content_type) if is_slow else _digest(body, content_type)
        kept = body if content_type == _JSON and len(body) <= MAX_BODY_BYTES else None
        return cls("POST", url, model, kept, content_type, len(body), digest, accept)

    @property
    def elapsed(self) -> float:
        """Milliseconds since it began."""
        return (time.monotonic() - self._started) * 1000

    def begin_answer(self, status: int, content_type: str, headers: Mapping[str, str]) -> None:
        """Record the head of a response. It replaces an earlier response, such as a redirect or "still loading"."""
        self.status, self.content_type = status, content_type
        self.engine, self.recorded = headers.get("x-engine"), headers.get("x-recorded")
        self.first_byte = None
        self.parts.clear()
        self.response.clear()
        self.received = 0
        if self.take is not None:
            self.take.begin_answer(status, headers)

    def receive(self, chunk: bytes) -> None:
        """Record a part of the body."""
        if self.take is not None:
            self.take.receive(chunk)
        at, size = self.elapsed, len(chunk)
        if self.first_byte is None:
            self.first_byte = at
        if len(self.parts) == MAX_PARTS:
            at, size = self.parts[-1][0], self.parts.pop()[1] + size
        self.parts.append((at, size))
        self.received += len(chunk)
        if len(self.response) < MAX_BODY_BYTES:
            self.response += chunk[: MAX_BODY_BYTES - len(self.response)]

    def complete(self) -> None:
        """Note that the present answer has arrived, as far as anybody reads it."""
        if self.take is not None:
            self.take.end()
            self.take = None

    def end(self) -> None:
        """Record the end of the exchange, whether it succeeded or failed."""
        self.ended = self.elapsed


def boundary_of(content_type: str) -> bytes:
    """What stands between the parts of a form; b"" if it is something else."""
    found = _BOUNDARY.match(content_type)
    return found[1].strip().encode() if found else b""


Observer = Callable[[Exchange], None]
"""Called once per request, when its exchange begins; the exchange is filled in while the answer arrives.

If it raises, the request is not sent, and the caller gets its error.
"""


def _digest(body: bytes, content_type: str) -> str:
    boundary = boundary_of(content_type)
    content = body.replace(boundary, b"") if boundary else body
    return hashlib.sha256(content).hexdigest()
