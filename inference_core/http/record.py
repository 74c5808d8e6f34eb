"""The record of one HTTP exchange, for showing or replaying it: what was sent, what was received, and when."""

import asyncio
import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

MAX_BODY_BYTES = 4 * 1024 * 1024
"""Maximum bytes of a body that are kept, enough for a picture of one megapixel."""

MAX_PARTS = 10_000
"""How many parts of a body are recorded separately."""

_SLOW_TO_DIGEST = 1024 * 1024
_BOUNDARY = re.compile(r'multipart/.*;\s*boundary="?([^";]+)', re.IGNORECASE)
_JSON = "application/json"


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
    first_byte: float | None = None
    ended: float | None = None
    parts: list[tuple[float, int]] = field(default_factory=list)
    response: bytearray = field(default_factory=bytearray)
    received: int = 0
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

    def begin_answer(self, status: int, content_type: str, engine: str | None) -> None:
        """Record the head of a response. It replaces an earlier response, such as a redirect or "still loading"."""
        self.status, self.content_type, self.engine = status, content_type, engine
        self.first_byte = None
        self.parts.clear()
        self.response.clear()
        self.received = 0

    def receive(self, chunk: bytes) -> None:
        """Record a part of the body."""
        at, size = self.elapsed, len(chunk)
        if self.first_byte is None:
            self.first_byte = at
        if len(self.parts) == MAX_PARTS:
            at, size = self.parts[-1][0], self.parts.pop()[1] + size
        self.parts.append((at, size))
        self.received += len(chunk)
        if len(self.response) < MAX_BODY_BYTES:
            self.response += chunk[: MAX_BODY_BYTES - len(self.response)]

    def end(self) -> None:
        """Record the end of the exchange, whether it succeeded or failed."""
        self.ended = self.elapsed


Observer = Callable[[Exchange], None]
"""Called once per request, when its exchange begins; the exchange is filled in while the answer arrives.

If it raises, the request is not sent, and the caller gets its error.
"""


def _digest(body: bytes, content_type: str) -> str:
    boundary = _BOUNDARY.match(content_type)
    content = body if boundary is None else body.replace(boundary[1].encode(), b"")
    return hashlib.sha256(content).hexdigest()
