"""Figures as Prometheus reads them."""

import math

import pytest

from inference_core.metrics_text import Histogram, labels, metric


def test_a_metric_says_what_it_is_and_has_a_line_for_each_sample() -> None:
    assert list(metric("runs_total", "counter", "Runs", [(labels(task="a"), 2), ("", 3)])) == [
        "# HELP runs_total Runs.",
        "# TYPE runs_total counter",
        'runs_total{task="a"} 2',
        "runs_total 3",
    ]


def test_no_value_of_a_label_ends_it_early() -> None:
    assert labels(a='x"} 1\ny', b="\\") == '{a="x\\"} 1\\ny",b="\\\\"}'


@pytest.mark.parametrize(
    ("seconds", "counts"), [(0.5, [1, 1, 1]), (1.0, [1, 1, 1]), (1.5, [0, 1, 1]), (9.0, [0, 0, 1])]
)
def test_a_duration_counts_for_every_bound_that_it_does_not_exceed(seconds: float, counts: list[int]) -> None:
    durations = Histogram((1.0, 2.0))
    durations.note(seconds)
    _, _, *buckets, total, count = durations.lines("waits", "Waits")
    assert buckets == [
        f'waits_bucket{{le="{bound}"}} {n}' for bound, n in zip(("1.0", "2.0", "+Inf"), counts, strict=True)
    ]
    assert math.isclose(float(total.removeprefix("waits_sum ")), seconds) and count == "waits_count 1"
