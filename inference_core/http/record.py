"""The record of one HTTP exchange, for whoever wants to show it: what was sent, what came, and when."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

LARGEST_RECORD = 256 * 1024


@dataclass(slots=True)
class Exchange:
    """What went over the wire in one call, without credentials.

    `url` is free of secrets, `request` the body as sent (its MIME type is `request_type`), `response` the first 256 kB
    of the body as received (`content_type`; in all they were `received` bytes), `engine` what the server says it is
    (`x-engine`), times are seconds of a monotonic clock.
    """

    url: str
    request: bytes
    request_type: str = "application/json"
    started: float = field(default_factory=time.monotonic)
    first_byte: float | None = None
    ended: float | None = None
    status: int | None = None
    engine: str | None = None
    content_type: str = ""
    response: bytearray = field(default_factory=bytearray)
    received: int = 0

    def begin_answer(self, status: int, content_type: str, engine: str | None) -> None:
        """Note the head of a response; what came before it (a redirect, a server still loading) is forgotten."""
        self.status, self.content_type, self.engine = status, content_type, engine
        self.first_byte = None
        self.response.clear()
        self.received = 0

    def receive(self, chunk: bytes) -> None:
        """Note the arrival of a part of the body."""
        if self.first_byte is None:
            self.first_byte = time.monotonic()
        self.received += len(chunk)
        if len(self.response) < LARGEST_RECORD:
            self.response += chunk[: LARGEST_RECORD - len(self.response)]

    def end(self) -> None:
        """Note the end of the exchange, good or bad."""
        self.ended = time.monotonic()


Observer = Callable[[Exchange], None]
"""Called once per call, when its exchange begins; the exchange fills up as the answer arrives."""
