"""The gallery before a model server of the test's own."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.support.upstream import Answer, Upstream


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An app that takes uploads up to 0.05 MiB, and its backend, which answers what the test says."""

    url: str
    model: Upstream


Answering = Callable[[Answer], Endpoint]
