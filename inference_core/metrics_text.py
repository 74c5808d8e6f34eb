"""Figures in the text format of Prometheus, which a server answers at `/metrics`."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Histogram:
    """Durations in seconds, counted by upper bounds."""

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0

    def note(self, seconds: float) -> None:
        """Count one."""
        self._counts[bisect_left(self._bounds, seconds)] += 1
        self._sum += seconds

    def lines(self, name: str, about: str) -> Iterator[str]:
        """Its text, line by line."""
        yield from metric(name, "histogram", about, [])
        count = 0
        for bound, more in zip([*map(str, self._bounds), "+Inf"], self._counts, strict=True):
            count += more
            yield f"{name}_bucket{labels(le=bound)} {count}"
        yield f"{name}_sum {self._sum}"
        yield f"{name}_count {count}"


def metric(name: str, kind: str, about: str, samples: Iterable[tuple[str, float]]) -> Iterator[str]:
    """The text of a metric, line by line; each sample has its `labels`, or "", and its value."""
    yield f"# HELP {name} {about}."
    yield f"# TYPE {name} {kind}"
    for labelled, value in samples:
        yield f"{name}{labelled} {value}"


def labels(**values: str) -> str:
    """The labels of a sample."""
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in values.items())
    return f"{{{pairs}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
