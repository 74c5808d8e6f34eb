"""Score bars: the numbers are right, also below zero, and labels stay words."""

import re
from math import inf, nan

import pytest

from tasks.gallery.results.score_bars import score_bars
from tasks.views import LabelScores

_BAR = r'<i class="bar( below)?" style="left:([\d.]+)%;width:([\d.]+)%">'


def bars(**scores: float | None) -> list[tuple[float, float]]:
    """Begin and end of each bar, in percent of the track."""
    found = re.findall(_BAR, score_bars(LabelScores(scores)))
    return [(float(left), round(float(left) + float(width), 2)) for _, left, width in found]


def labels(html: str) -> list[str]:
    return re.findall(r'<li data-row><span class="label" dir="auto" data-cell>(.*?)</span>', html)


def numbers(html: str) -> list[str]:
    return re.findall(r'<span class="number" data-cell="[^"]*">(.*?)</span></li>', html)


def test_shares_are_percent_of_the_whole_track() -> None:
    assert bars(yes=0.9, no=0.1) == [(0, 90), (0, 10)]
    assert numbers(score_bars(LabelScores({"yes": 0.9, "no": 0.1}))) == ["90.0%", "10.0%"]


def test_a_negative_score_is_left_of_zero_and_as_long_as_it_is_large() -> None:
    (near_begin, near_end), (far_begin, far_end) = bars(near=0.09, far=-0.04)
    assert far_begin == 0 and far_end == near_begin
    assert (near_end - near_begin) / (far_end - far_begin) == pytest.approx(0.09 / 0.04, rel=0.01)
    html = score_bars(LabelScores({"near": 0.09, "far": -0.04}))
    assert numbers(html) == ["9.0%", "−4.0%"] and 'class="bar below"' in html and 'class="zero"' in html


def test_all_negative_scores_end_at_zero() -> None:
    assert bars(a=-0.5, b=-1) == [(25, 50), (0, 50)]


def test_what_is_not_a_share_is_shown_as_it_is() -> None:
    assert numbers(score_bars(LabelScores({"a": 4.25, "b": -3}))) == ["4.25", "−3"]
    assert bars(a=3, b=-1) == [(25, 100), (0, 25)]


@pytest.mark.parametrize("scores", [(1e308, -1e308), (5e-324, -5e-324), (0, 0), (-0.0, 0), (1, -1e-320)])
def test_extreme_numbers_stay_within_the_track(scores: tuple[float, float]) -> None:
    shown = bars(a=scores[0], b=scores[1])
    assert len(shown) == 2 and all(0 <= begin <= end <= 100.01 for begin, end in shown)


def test_zero_has_no_minus_sign() -> None:
    assert numbers(score_bars(LabelScores({"a": -0.0001, "b": -2e-9}))) == ["0.0%", "0.0%"]


def test_labels_are_ranked_and_the_first_is_the_headline() -> None:
    html = score_bars(LabelScores({"low": 0.1, "high": 0.8, "middle": 0.2}))
    assert labels(html) == ["high", "middle", "low"]
    assert '<p class="headline"><b dir="auto">high</b> <span class="number">80.0%</span></p>' in html


@pytest.mark.parametrize("unknown", [None, nan, inf, -inf])
def test_an_unknown_score_has_no_bar_and_the_order_stays_the_models(unknown: float | None) -> None:
    html = score_bars(LabelScores({"first": unknown, "second": 0.5}))
    assert labels(html) == ["first", "second"]
    assert numbers(html) == ["no score", "50.0%"]
    assert len(re.findall(_BAR, html)) == 1


def test_without_labels_it_says_so() -> None:
    assert "There are no labels." in score_bars(LabelScores({})) and "<li" not in score_bars(LabelScores({}))


def test_a_label_is_escaped_wherever_it_stands() -> None:
    html = score_bars(LabelScores({'<img src="x" onerror=alert(1)>&\'': 0.5}))
    assert "<img" not in html and html.count("&lt;img src=&quot;x&quot; onerror=alert(1)&gt;&amp;&#x27;") == 2


def test_the_first_thousand_of_many_labels_are_shown() -> None:
    html = score_bars(LabelScores({str(number): number / 2_000 for number in range(2_000)}))
    assert len(labels(html)) == 1_000 and labels(html)[0] == "1999"
