"""Labels with scores as HTML: the best in large letters, then a bar for each, to the left of zero if it is negative."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import islice

from inference_core.words import text
from tasks.gallery.limits import MOST_ENTRIES
from tasks.gallery.numbers import percent, written
from tasks.gallery.results.pieces import header_row, known, tools
from tasks.views import LabelScores

_LONG_LABEL = 24
"""Characters that fit beside a bar; longer labels are above theirs."""


@dataclass(frozen=True, slots=True)
class _Scale:
    """The numbers at both ends of the bars; zero is always between them."""

    lowest: float
    highest: float

    def place(self, score: float) -> tuple[float, float]:
        """Where a bar begins and how long it is, in percent of the track."""
        unit = max(self.highest, -self.lowest)  # first, because the difference of the largest floats would overflow
        lowest, highest, length = self.lowest / unit, self.highest / unit, (score or 0) / unit
        width = highest - lowest
        return 100 * (min(length, 0) - lowest) / width, 100 * abs(length) / width

    def words(self, score: float) -> str:
        """Shares as percent; what a model computes without turning it into shares as it is."""
        return percent(score) if self.highest <= 1 and self.lowest >= -1 else written(score, ".4g")


def score_bars(view: LabelScores) -> str:
    """The HTML of labels with scores, the first `MOST_ENTRIES` of them.

    If a score is not known, the labels keep the order in which the model gave them.
    """
    rows = _ranked(view)
    if not rows:
        return f'<div class="scores"><p class="nothing">{escape(text("results.scores.none"))}</p></div>'
    scale = _scale(rows)
    best, score = rows[0]
    number = f'<span class="number">{scale.words(score)}</span>' if score is not None else ""
    is_ranked = all(score is not None for _, score in rows)
    about = escape(text("results.scores.is" if is_ranked else "results.scores.given"))
    long = " long" if max(len(label) for label, _ in rows) > _LONG_LABEL else ""
    return (
        f'<div class="scores" data-rows>'
        f'<p class="headline"><b dir="auto">{escape(best)}</b> {number}</p>'
        f"{header_row('results.scores.label', 'results.scores.score')}"
        f'<ol class="bars{long}" role="list" tabindex="0" aria-label="{about}">'
        f"{''.join(_row(label, score, scale) for label, score in rows)}</ol>{tools('scores')}</div>"
    )


def _ranked(view: LabelScores) -> list[tuple[str, float | None]]:
    scores = {label: known(score) for label, score in view.scores.items()}
    if all(score is not None for score in scores.values()):
        return sorted(scores.items(), key=lambda pair: -(pair[1] or 0))[:MOST_ENTRIES]
    return list(islice(scores.items(), MOST_ENTRIES))


def _scale(rows: Sequence[tuple[str, float | None]]) -> _Scale:
    scores = [score for _, score in rows if score is not None]
    highest = max([0, *scores])
    lowest = min([0, *scores])
    return _Scale(lowest, 1 if highest <= 1 and lowest >= -1 else highest)


def _row(label: str, score: float | None, scale: _Scale) -> str:
    bar, raw, words = "", "", escape(text("results.scores.unknown"))
    if score is not None:
        begin, width = scale.place(score)
        zero = f'<i class="zero" style="left:{scale.place(0)[0]:.2f}%"></i>' if scale.lowest < 0 else ""
        sign = " below" if score < 0 else ""
        bar = f'<i class="bar{sign}" style="left:{begin:.2f}%;width:{width:.2f}%"></i>{zero}'
        raw, words = f"{score:.6g}", scale.words(score)
    return (
        f'<li data-row><span class="label" dir="auto" data-cell>{escape(label)}</span>'
        f'<span class="track" aria-hidden="true">{bar}</span>'
        f'<span class="number" data-cell="{raw}">{words}</span></li>'
    )
