"""What the app keeps of its visitors, bounded: a session is light, and ends when its visitor is gone.

Gradio 6.31 keeps ten thousand sessions, which are light here because they share the page (`page_config`). It keeps the
answers that wait for two thousand of them, and drops those of the oldest first, also while they are being streamed. A
script that calls the API is a new session every time.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, cast

from gradio.routes import App
from gradio.state_holder import SessionState, StateHolder

MOST_IDLE = 500
"""Sessions without an open page and without a run that are kept, those used last."""

_KEPT_IDLE = 3600.0
"""Seconds: long enough for a laptop that sleeps, or a telephone in a pocket."""

_TIME_TO_FETCH = 60.0
"""Seconds for which an answer that is ready waits for its visitor however many others come."""

_RECORDS_OF_RUNS = 100
"""Gradio computes statistics of its last runs, ten thousand of them, after every run that fails."""


class _Mailboxes(dict[str, Any]):
    """Messages that wait for each session. Gradio forgets a mailbox when its reader leaves, and so do we."""

    def __delitem__(self, session: str) -> None:
        self.pop(session, None)


class Sessions(StateHolder):
    """The sessions of one app. One whose page is open, or whose run goes on, is not ended however many others come."""

    def __init__(self, app: App) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._app = app
        self._open: Counter[str] = Counter()
        page = app.get_blocks()
        self.set_blocks(page)
        self._queue = page._queue
        self._queue.pending_messages_per_session = cast(Any, _Mailboxes())
        self._queue.ANALYTICS_MAX_EVENTS = _RECORDS_OF_RUNS
        # In place of the page itself, of which a new session would go through every block.
        self._shared: Any = SimpleNamespace(default_config=page.default_config, blocks={})
        self._used: dict[str, float] = {}
        app.state_holder = self

    def __getitem__(self, session: str) -> SessionState:
        """The session, new if it is not known, which becomes the one used last."""
        if session not in self.session_data:
            self.session_data[session] = SessionState(self._shared)
            self._make_room(session)
        self.session_data.move_to_end(session)
        self._used[session] = time.monotonic()
        return self.session_data[session]

    @contextmanager
    def page_open(self, session: str) -> Iterator[None]:
        """While the browser keeps the page open."""
        self._open[session] += 1
        try:
            yield
        finally:
            self._open[session] -= 1
            if not self._open[session]:
                del self._open[session]
            if session in self.session_data:
                self[session]  # it counts as used until now

    @property
    def open_pages(self) -> int:
        """How many sessions have their page open."""
        return len(self._open)

    def has_messages(self, session: str) -> bool:
        """Whether there is, or may come, something for the session to fetch."""
        return session in self._queue.pending_messages_per_session

    def has_run(self, event: str) -> bool:
        """Whether the run goes on, or its result waits to be fetched."""
        waiting = self._queue.pending_event_ids_session.values()
        return event in self._queue.event_ids_to_events or any(event in events for events in waiting)

    async def end_those_gone(self, every: float = 60.0) -> None:
        """For ever: end the sessions that are idle for long, and forget what is left of others."""
        while True:
            await asyncio.sleep(every)
            active, now = self._active(), time.monotonic()
            for session, used in list(self._used.items()):
                if now - used > _KEPT_IDLE and session not in active:
                    self._end(session)
            for session in list(self._queue.pending_messages_per_session):
                if session not in self.session_data and session not in active:
                    self._end(session)
            self._app.iterators_to_reset.intersection_update(self._queue.event_ids_to_events)

    def _make_room(self, new: str) -> None:
        if len(self.session_data) <= MOST_IDLE:
            return
        active = self._active() | {new}
        idle = [session for session in self.session_data if session not in active]
        for session in idle[: max(0, len(idle) - MOST_IDLE)]:
            self._end(session)

    def _active(self) -> set[str]:
        running = {event.session_hash for event in self._queue.event_ids_to_events.values()}
        recently = time.monotonic() - _TIME_TO_FETCH
        waited_for = {
            session
            for session, events in self._queue.pending_event_ids_session.items()
            if events and self._used.get(session, 0.0) > recently
        }
        return running | waited_for | self._open.keys()

    def _end(self, session: str) -> None:
        self.delete_state(session)
        self.session_data.pop(session, None)
        self._used.pop(session, None)
        self._queue.pending_messages_per_session.pop(session, None)
        self._queue.pending_event_ids_session.pop(session, None)
