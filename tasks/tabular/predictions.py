"""What both tabular tasks show: the table they were given, with one more column."""

from collections.abc import Mapping, Sequence

from inference_core import words
from tasks.views import Grid

_PREDICTION = "results.notes.prediction"


def with_predictions(table: Mapping[str, Sequence[str]], predictions: Sequence[str]) -> Grid:
    """The table with a column of predictions in front, where it is seen first; an old one is replaced."""
    old = {words.template(_PREDICTION, language) for language in words.LANGUAGES}
    columns = {words.text(_PREDICTION): predictions} | {name: cells for name, cells in table.items() if name not in old}
    rows = list(zip(*columns.values(), strict=True))
    return Grid(list(columns), rows, [(row, 0) for row in range(len(rows))])
