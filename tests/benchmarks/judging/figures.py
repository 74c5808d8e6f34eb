"""Figures over many items, with the interval in which the true figure lies in 95 of 100 such samples."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Rows = NDArray[np.float64]
"""One row per item; what the columns mean depends on the statistic."""

_RESAMPLES = 2000
_SEED = 1
_FEW = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` with its interval from `low` to `high`, over `n` items."""

    value: float
    low: float
    high: float
    n: int


def mean(rows: Rows) -> float:
    """Columns: (score,)."""
    return float(rows[:, 0].mean())


def ratio(rows: Rows) -> float:
    """Columns: (count, of how many)."""
    return float(rows[:, 0].sum() / rows[:, 1].sum())


def f1_of_all(rows: Rows) -> float:
    """Columns: (right, given, expected); over all items together."""
    right, given, expected = rows.sum(axis=0)
    return float(2 * right / (given + expected)) if given + expected else 0.0


def rank_correlation(rows: Rows) -> float:
    """Columns: (expected, given). Spearman's rank correlation; 0 if all that is given is the same."""
    if (rows == rows[0]).all(axis=0).any():
        return 0.0
    return float(stats.spearmanr(rows[:, 0], rows[:, 1]).statistic)


def explained(rows: Rows) -> float:
    """Columns: (expected, given). R², the share of the variance that is explained; the mean alone gets 0."""
    spread = ((rows[:, 0] - rows[:, 0].mean()) ** 2).sum()
    return float(1 - ((rows[:, 0] - rows[:, 1]) ** 2).sum() / spread) if spread else 0.0


Statistic = Callable[[Rows], float]


def figure(rows: Rows, statistic: Statistic) -> Figure:
    """Wilson's interval for shares of items that are right or wrong, else that of the bootstrap.

    A ratio over fewer than ten items (words wrong in two recordings) has Wilson's interval over what is counted, as if
    each word were an item of its own: it is somewhat too narrow.
    """
    value, count = statistic(rows), len(rows)
    if statistic is mean and np.isin(rows, (0, 1)).all():
        return Figure(value, *_wilson(rows.sum(), count), count)
    if statistic is ratio and count < _FEW:
        return Figure(value, *_wilson(*rows.sum(axis=0)), count)
    return Figure(value, *_bootstrapped(count, lambda chosen: statistic(rows[chosen])), count)


def difference(one: Rows, other: Rows, statistic: Statistic) -> Figure:
    """By how much the first is above the second, both having answered the same items, in the same order."""
    chosen = np.arange(len(one))
    values = _bootstrapped(len(one), lambda chosen: statistic(one[chosen]) - statistic(other[chosen]))
    return Figure(statistic(one[chosen]) - statistic(other[chosen]), *values, len(one))


def _wilson(count: float, of: float) -> tuple[float, float]:
    whole = round(of)
    interval = stats.binomtest(min(round(count), whole), whole).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def _bootstrapped(count: int, value: Callable[[NDArray[np.intp]], float]) -> tuple[float, float]:
    rng = np.random.default_rng(_SEED)
    values = [value(rng.integers(0, count, count)) for _ in range(_RESAMPLES)]
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)
