"""All that the visitors of one gallery share, and what it says about a run."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import monotonic

from gradio import Request as GradioRequest
from starlette.requests import HTTPConnection

from inference_core.errors import CodedError
from inference_core.settings.description import GallerySettings
from inference_core.settings.hosts import is_loopback
from inference_core.urls import is_url
from tasks.gallery.error_text import is_refusal
from tasks.gallery.room.allowances import Allowances
from tasks.gallery.room.closing import Closing
from tasks.gallery.room.figures import Figures
from tasks.gallery.room.line import Line, Ticket
from tasks.gallery.room.paid_calls import PaidCalls
from tasks.gallery.room.put_off import PutOff
from tasks.gallery.room.run_log import log_run
from tasks.gallery.room.visitors import Visitor, address_of, session_of
from tasks.gallery.surroundings import host_of

MOST_RUNS_AT_ONCE = 200
_DOWNLOADS = 32
"""Files that are fetched from visitors' URLs at the same time."""

_RUNS, _RATE = 8, 120
"""What one visitor may run at once, and a minute, unless somebody says otherwise."""

STOPPED = "stopped"
"""How a run has ended of which nothing else was heard."""

_ID = re.compile(r"[a-z0-9][\w.-]*(/[\w.-]+)?(:[\w-]+)?", re.ASCII | re.IGNORECASE)
_LONGEST_ID = 120

_QUEUE = "/queue/"
"""Only there the page names its session: a call of the API gets a new one each time."""


@dataclass(slots=True)
class Noted:
    """What is noted of a run: the model that answers, the seconds to its first part, and how it ended."""

    task: str
    visitor: Visitor | None
    model: Callable[[], str]
    began: float = field(default_factory=monotonic)
    first: float | None = None
    outcome: str = ""
    code: str = ""

    def has_begun(self) -> None:
        """A part of the answer has come."""
        if self.first is None:
            self.first = monotonic() - self.began

    def has_failed(self, error: Exception) -> None:
        """It has ended with this error."""
        self.code = error.code if isinstance(error, CodedError) else "app_failed"
        self.outcome = "put_off" if isinstance(error, PutOff) else "refused" if is_refusal(error) else "failed"


@dataclass(frozen=True, slots=True)
class Room:
    """The visitors' shared limits, line, calls and figures. `is_operator` says it of who sends a request."""

    allowances: Allowances = field(default_factory=Allowances)
    calls: PaidCalls = field(default_factory=PaidCalls)
    trusted_proxies: int = 0
    is_operator: Callable[[HTTPConnection], bool] = lambda request: False
    line: Line = field(default_factory=lambda: Line(MOST_RUNS_AT_ONCE))
    downloads: Line = field(default_factory=lambda: Line(_DOWNLOADS))
    closing: Closing = field(default_factory=Closing)
    figures: Figures = field(default_factory=Figures)

    @classmethod
    def of(cls, settings: GallerySettings, is_operator: Callable[[HTTPConnection], bool]) -> "Room":
        """The room that the operator's settings describe."""
        is_for_many = settings.trust_proxy > 0 or not is_loopback(host_of(settings))
        runs, rate = (_RUNS, _RATE) if is_for_many else (0, 0)
        runs = runs if settings.runs is None else settings.runs
        rate = rate if settings.rate is None else settings.rate
        return cls(Allowances(runs, rate), PaidCalls(settings.calls), settings.trust_proxy, is_operator)

    def visitor(self, request: GradioRequest | HTTPConnection | None) -> Visitor | None:
        """Who sends this request; None if it is this process itself."""
        asked, session = (
            (request.request, request.session_hash) if isinstance(request, GradioRequest) else (request, None)
        )
        if not isinstance(asked, HTTPConnection):
            return None
        # uvicorn puts there what a neighbour has written into a header, and 0 for its port.
        peer = asked.client.host if asked.client and asked.client.port else "a proxy"
        page_session = session if _QUEUE in asked.url.path else None
        address = address_of(asked.headers, peer, self.trusted_proxies)
        return Visitor(address, session_of(asked.headers, page_session), self.is_operator(asked))

    def ticket(self, visitor: Visitor | None) -> Ticket:
        """A ticket for a line of which one address must not have all places; the operator, and the gallery, may."""
        if visitor is None or visitor.is_operator:
            return Ticket(first=visitor is not None)
        return Ticket(address=visitor.address)

    @contextmanager
    def noted(self, task: str, visitor: Visitor | None, model: Callable[[], str]) -> Iterator[Noted]:
        """A run, which is counted and logged when the block ends: its visitor may leave, so that it is stopped."""
        noted = Noted(task, visitor, model)
        try:
            with self.closing.run():
                yield noted
            noted.outcome = noted.outcome or "done"
        except Exception as error:
            noted.has_failed(error)
            raise
        finally:
            noted.outcome = noted.outcome or STOPPED
            self._note(noted)

    def _note(self, noted: Noted) -> None:
        if noted.first is not None:
            self.figures.first.note(noted.first)
        self.figures.note_end(noted.task, noted.outcome, noted.code)
        log_run(
            task=noted.task,
            model=_model(noted.model()),
            outcome=noted.outcome,
            code=noted.code or None,
            seconds=round(monotonic() - noted.began, 3),
            visitor=noted.visitor.name if noted.visitor else None,
        )


def _model(named: str) -> str:
    """The id of a model. The address of a visitor's endpoint, or what else was typed instead, is the visitor's."""
    if is_url(named):
        return "at a URL"
    return named if not named or (len(named) <= _LONGEST_ID and _ID.fullmatch(named)) else "another"
