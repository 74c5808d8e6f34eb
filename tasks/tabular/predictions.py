"""What both tabular tasks show: the table they were given, with a column more."""

from collections.abc import Mapping, Sequence

from tasks.views import Grid

PREDICTION = "Prediction"


def with_predictions(table: Mapping[str, Sequence[str]], predictions: Sequence[str]) -> Grid:
    """The table behind a column of predictions, first because that is where it is seen; an old one gives way."""
    columns = {PREDICTION: predictions} | {name: cells for name, cells in table.items() if name != PREDICTION}
    rows = list(zip(*columns.values(), strict=True))
    return Grid(list(columns), rows, [(row, 0) for row in range(len(rows))])
