"""What `/metrics` says: figures of all runs, with labels from the registry and the catalogue of words, never a visitor.

The engine's own `/metrics` has its figures in the same text format, by `inference_core/metrics_text.py`. The library
prometheus_client would bring a registry for the whole process, threads and an app of its own for these few lines.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from inference_core import words
from inference_core.metrics_text import Histogram, labels, metric

_PREFIX = "gallery_"
_FIRST = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
"""Seconds: a built-in model writes after tens of milliseconds, one that has to be loaded after a minute."""


@dataclass(frozen=True, slots=True)
class Now:
    """What is the case when somebody asks. `engine_bytes` is None if there is no engine here, or nobody knows."""

    running: int
    waiting: int
    visitors: int
    paid_calls: int
    engine_bytes: int | None


@dataclass(slots=True)
class Figures:
    """What has been counted since the start."""

    runs: Counter[tuple[str, str]] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    first: Histogram = field(default_factory=lambda: Histogram(_FIRST))

    def note_end(self, task: str, outcome: str, code: str) -> None:
        """Count a run that has ended; `code` is that of its error, "" if there was none."""
        self.runs[task, outcome] += 1
        if code:
            self.errors[code if words.is_known(f"errors.{code}") else "other"] += 1

    def lines(self, now: Now) -> Iterator[str]:
        """The text of `/metrics`, line by line."""
        runs = [(labels(task=task, outcome=outcome), count) for (task, outcome), count in sorted(self.runs.items())]
        errors = [(labels(code=code), count) for code, count in sorted(self.errors.items())]
        yield from metric(f"{_PREFIX}runs_total", "counter", "Runs that have ended", runs)
        yield from metric(f"{_PREFIX}errors_total", "counter", "Runs that ended with an error, by its code", errors)
        yield from self.first.lines(f"{_PREFIX}first_token_seconds", "Seconds from a run to its first token")
        yield from _single("paid_calls_total", "counter", "Calls to hosted models or a server", now.paid_calls)
        yield from _single("runs_running", "gauge", "Runs that go on, those that wait included", now.running)
        yield from _single("runs_waiting", "gauge", "Runs that stand in a line", now.waiting)
        yield from _single("visitors", "gauge", "Pages that are open", now.visitors)
        if now.engine_bytes is not None:
            yield from _single("engine_memory_bytes", "gauge", "Memory of the local engine", now.engine_bytes)


def _single(name: str, kind: str, about: str, value: float) -> Iterator[str]:
    return metric(f"{_PREFIX}{name}", kind, about, [("", value)])
