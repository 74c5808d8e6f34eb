"""What is shown about a run next to its result: the status line and the raw JSON of request and response."""

import json
import re
import time
from collections import deque
from collections.abc import MutableSequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from inference_core import Exchange

_MOST_EVENTS = 20
_EXCHANGES_KEPT = 1
"""Only the last is shown, each may hold megabytes, and a run that waits for a job makes hundreds."""

_FILES = ("image/", "audio/", "application/octet-stream")
_BASE64 = re.compile(rb"([A-Za-z0-9+/]{24})[A-Za-z0-9+/]{400,}={0,2}")


@dataclass(slots=True)
class Run:
    """One press of Run: the last exchange it caused, and how many parts of the answer have come.

    `model` is the one that was named; if none was, the exchange says which one answered.
    """

    model: str = ""
    started: float = field(default_factory=time.monotonic)
    exchanges: MutableSequence[Exchange] = field(default_factory=lambda: deque(maxlen=_EXCHANGES_KEPT))
    parts: int = 0
    streams: bool = False

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def status(self, state: str) -> str:
        """The status line, as HTML: state, model, engine, time, time to first token, tokens per second."""
        exchange = self.exchanges[-1] if self.exchanges else None
        facts = [state, escape(exchange.model if exchange and exchange.model else self.model)]
        if exchange and exchange.engine:
            facts.append(f"engine: {escape(exchange.engine)}")
        facts.append(f"{self.seconds:.2f} s")
        if self.streams and exchange and exchange.first_byte is not None:
            facts.append(f"first token {exchange.first_byte / 1000:.2f} s")
            writing = ((exchange.ended or exchange.elapsed) - exchange.first_byte) / 1000
            if self.parts > 1 and writing > 0:
                facts.append(f"{self.parts} tokens, {(self.parts - 1) / writing:,.0f} tokens/s")
        line = " · ".join(f"<span>{fact}</span>" for fact in facts if fact)
        return line.replace("<span>", "<span class='failed'>", 1) if state.startswith("✗") else line

    def wire(self) -> dict[str, Any]:
        """The last request and its response as they went over the wire."""
        if not self.exchanges:
            return {}
        exchange = self.exchanges[-1]
        return {
            "request": {"url": exchange.url, "body": _request(exchange)},
            "response": {"status": exchange.status, "body": _response(exchange)},
        }


def _request(exchange: Exchange) -> Any:
    if exchange.request is None:  # a visitor's file, whatever it is, or very long
        return _file(exchange.request_type, exchange.request_size)
    return _json(exchange.request)


def _response(exchange: Exchange) -> Any:
    if exchange.content_type != "text/event-stream":
        is_file = exchange.content_type.startswith(_FILES)
        return _file(exchange.content_type, exchange.received) if is_file else _json(bytes(exchange.response))
    lines = bytes(exchange.response).decode("utf-8", "replace").splitlines()
    events = [_json(line.removeprefix("data:").strip().encode()) for line in lines if line.startswith("data:")]
    left_out = len(events) - _MOST_EVENTS
    return events if left_out <= 0 else [f"… {left_out} events before these", *events[-_MOST_EVENTS:]]


def _file(content_type: str, size: int) -> str:
    return f"{content_type}, {size:,} bytes"


def _shortened(found: re.Match[bytes]) -> bytes:
    return b"%s\xe2\x80\xa6 (%d characters)" % (found[1], len(found[0]))


def _small(digits: str) -> int | str:
    """What the browser gets for a number: it and Gradio's encoder know 64 bits at most."""
    number = int(digits) if len(digits) < 20 else 2**63
    return number if -(2**63) <= number < 2**63 else digits


def _json(body: bytes) -> Any:
    body = _BASE64.sub(_shortened, body)
    try:
        return json.loads(body, parse_int=_small)
    except ValueError:
        return body.decode("utf-8", "replace")
