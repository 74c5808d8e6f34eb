"""CPU time of this process for the same work done in several ways, which take turns round by round."""

import gc
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from statistics import median, quantiles

Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Target:
    """How many times the CPU time of `other` the way `way` may cost (`at_most`) or must cost (`at_least`)."""

    way: str
    other: str
    at_most: float = float("inf")
    at_least: float = 0.0

    def __str__(self) -> str:
        return f"at least {self.at_least:g}" if self.at_least else f"at most {self.at_most:g}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same work done in several ways by name, each time `units` requests, tokens or chunks."""

    name: str
    units: int
    ways: Mapping[str, Work]
    targets: tuple[Target, ...] = ()


@dataclass(frozen=True, slots=True)
class Figures:
    """One figure per round."""

    rounds: list[float]

    @property
    def median(self) -> float:
        return median(self.rounds)

    @property
    def middle_half(self) -> tuple[float, float]:
        """What half of the rounds lie between."""
        low, _, high = quantiles(self.rounds, n=4, method="inclusive")
        return low, high


@dataclass(frozen=True, slots=True)
class Costs:
    """Microseconds of CPU time per unit, for every way."""

    of: Mapping[str, Figures]

    def ratio(self, way: str, other: str) -> Figures:
        """What `way` costs compared with `other`, round by round: both then ran under the same load of the machine."""
        pairs = zip(self.of[way].rounds, self.of[other].rounds, strict=True)
        return Figures([cost / other_cost for cost, other_cost in pairs])

    def meet(self, target: Target) -> bool:
        return target.at_least <= self.ratio(target.way, target.other).median <= target.at_most


async def measure(comparison: Comparison, rounds: int) -> Costs:
    """Do the work in every way, once to warm up and then `rounds` times."""
    for work in comparison.ways.values():
        await work()
    costs: dict[str, list[float]] = {name: [] for name in comparison.ways}
    for _ in range(rounds):
        for name, work in comparison.ways.items():
            costs[name].append(await _microseconds(work) / comparison.units)
    return Costs({name: Figures(figures) for name, figures in costs.items()})


async def _microseconds(work: Work) -> float:
    gc.collect()
    started = time.process_time_ns()
    await work()
    return (time.process_time_ns() - started) / 1000
