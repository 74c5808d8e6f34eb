"""What is shown about a run next to its result: the status line and the raw JSON of request and response."""

import json
import math
import re
import time
from collections import deque
from collections.abc import Callable, MutableSequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from inference_core import Exchange, words
from tasks.gallery.numbers import day, written
from tasks.gallery.room.line import Ticket

_MOST_EVENTS = 20
_EXCHANGES_KEPT = 1
"""Only the last is shown, each may hold megabytes, and a run that waits for a job makes hundreds."""

_CUT = re.compile(rb'"finish_reason"\s*:\s*"length"')
_END_OF_A_STREAM = 4000
"""Bytes in which the reason of its end stands."""

_FILES = ("image/", "audio/", "application/octet-stream")
_BASE64 = re.compile(rb"([A-Za-z0-9+/]{24})[A-Za-z0-9+/]{400,}={0,2}")


@dataclass(slots=True)
class Run:
    """One press of Run: the last exchange it caused and how many there were, and how many parts of the answer came.

    `model` is the one that was named; if none was, the exchange says which one answered.
    """

    model: str = ""
    started: float = field(default_factory=time.monotonic)
    exchanges: MutableSequence[Exchange] = field(default_factory=lambda: deque(maxlen=_EXCHANGES_KEPT))
    calls: int = 0
    parts: int = 0
    streams: bool = False
    waiting: tuple[str, float] | None = None
    """Why the client waits before its next try, and until when (`time.monotonic`)."""
    ticket: Ticket = field(default_factory=Ticket)
    """With which it stands in the lines of the page."""

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    def note(self, exchange: Exchange) -> None:
        """A call begins; see `observer` of `AsyncInferenceClient`."""
        self.exchanges.append(exchange)
        self.calls += 1

    def wait(self, reason: str, seconds: float) -> None:
        """The client waits; see `on_wait` of `AsyncInferenceClient`."""
        self.waiting = reason.replace(" ", "_"), time.monotonic() + seconds

    @property
    def waits_for(self) -> str:
        """What the run waits for, and for how long or where in the line, in words; "" if it does not wait."""
        if place := self.ticket.place:
            return words.text("page.states.in_line", place=place[0], count=place[1])
        if self.waiting is None or (left := math.ceil(self.waiting[1] - time.monotonic())) <= 0:
            return ""
        return words.text(f"page.states.{self.waiting[0]}", seconds=left)

    def running(self, state: str = "running") -> str:
        """The status line while the run goes on, as HTML: what it does or waits for, for how long, and what came."""
        said = self.waits_for or words.text(f"page.states.{state}")
        return self._line("running", said, self._seconds, *self._count)

    def done(self) -> str:
        """The status line of an answer: how long it took, who gave it, and on demand how."""
        exchange = self._exchange
        is_cut = exchange is not None and _CUT.search(bytes(exchange.response[-_END_OF_A_STREAM:])) is not None
        said = words.text("page.states.cut" if is_cut else "page.states.done")
        return self._end("done", said, self._answerer, *self._count) + self._details

    def failed(self, message: str) -> str:
        """The status line of a run without an answer, for a reason outside the input."""
        return self._end("failed", words.text("page.states.failed", message=message))

    def refused(self) -> str:
        """The status line of a run whose input has no answer; the words are in the result."""
        return self._end("refused", words.text("page.states.refused"), self.answers) + self._details

    @property
    def _exchange(self) -> Exchange | None:
        return self.exchanges[-1] if self.exchanges else None

    @property
    def answers(self) -> str:
        """The model that answers, "" as long as nobody knows."""
        return (self._exchange and self._exchange.model) or self.model

    @property
    def _answerer(self) -> str:
        """The model, and when its answer was recorded if it is not one of now."""
        recorded = self._exchange and self._exchange.recorded
        if not recorded:
            return self.answers
        return words.text("run.facts.recorded", date=_day(recorded), model=self.answers)

    @property
    def _seconds(self) -> str:
        return _seconds(self.seconds)

    @property
    def _count(self) -> list[str]:
        """Tokens and their speed, where tokens are generated."""
        exchange = self._exchange
        if not self.streams or exchange is None or exchange.first_byte is None or self.parts < 2:
            return []
        writing = ((exchange.ended or exchange.elapsed) - exchange.first_byte) / 1000
        if writing <= 0:
            return []
        return [words.text("run.facts.tokens", count=self.parts, speed=written((self.parts - 1) / writing, ",.0f"))]

    @property
    def _details(self) -> str:
        exchange = self._exchange
        facts = [words.text("run.facts.engine", engine=exchange.engine)] if exchange and exchange.engine else []
        if self.streams and exchange and exchange.first_byte is not None:
            facts.append(words.text("run.facts.first_token", seconds=written(exchange.first_byte / 1000, ".2f")))
        if not facts:
            return ""
        said = escape(" · ".join(facts))
        return f" <details><summary>{escape(words.text('page.task.details'))}</summary>{said}</details>"

    def _end(self, kind: str, said: str, *facts: str) -> str:
        """A last line, of which scripts read how long the run took and who answered."""
        told = f" data-seconds='{self.seconds:.2f}' data-model='{escape(self.answers)}'"
        return self._line(kind, said, self._seconds, *facts, told=told)

    def _line(self, kind: str, *facts: str, told: str = "") -> str:
        # The browser sees a change only if there is one: no two runs have the same line.
        first, *others = (escape(fact, quote=False) for fact in facts if fact)
        state = f"<span class='{kind}' data-run='{self.started:.6f}'{told}>{first}</span>"
        return " · ".join([state, *(f"<span>{fact}</span>" for fact in others)])

    def wire(self, public: Callable[[str], str] = str) -> dict[str, Any]:
        """The last request and its response as they went over the wire, with the URL as it is `public`."""
        if not self.exchanges:
            return {}
        exchange = self.exchanges[-1]
        return {
            "request": {"url": public(exchange.url), "body": _request(exchange)},
            "response": {"status": exchange.status, "body": _response(exchange)},
        }


def stopped(line: str) -> str:
    """The status line of a run that was stopped, if the line says that one goes on."""
    _, end, facts = line.partition("</span>")
    if not line.startswith("<span class='running'"):
        return line
    return f"<span class='stopped'>{escape(words.text('page.states.stopped'))}{end}{facts}"


def _seconds(seconds: float) -> str:
    return words.text("run.facts.seconds", seconds=written(seconds, ".2f"))


def _day(recorded: str) -> str:
    try:
        return day(recorded[:10])
    except ValueError:  # any server can send a header
        return "–"


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
    return events if left_out <= 0 else [words.text("run.facts.events_before", count=left_out), *events[-_MOST_EVENTS:]]


def _file(content_type: str, size: int) -> str:
    return words.text("run.facts.bytes", type=content_type, size=written(size, ","))


def _shortened(found: re.Match[bytes]) -> bytes:
    return found[1] + words.text("run.facts.characters", count=len(found[0])).encode()


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
