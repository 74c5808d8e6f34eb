"""The file of results: what each task's first example really gave, when, and by which model.

`results.json` is one object, from task id to entry, in the order of the page. An entry has these keys:

- `model`, `engine`, `level`: who answered, as the engine names them. `engine` and `level` may be null.
- `seconds`: from the call to the whole answer, the least of a few runs. `date`: the day of the run.
- `asked`: the first text of the example, "" if there is none. `headline`: the answer in a few words, or "".
- `picture`: a file in `pictures/`, or null. It shows the answer where that is a picture, else what was asked about.
- `shown`: the answer in little, by its `kind`. `Shown` below lists the kinds.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, TypedDict

FOLDER = Path(__file__).parent
PICTURES = FOLDER / "pictures"


class Labels(TypedDict):
    """Labels with scores from 0 to 1, best first."""

    kind: Literal["labels"]
    labels: list[tuple[str, float | None]]


class Words(TypedDict):
    """A text, cut to its beginning."""

    kind: Literal["text"]
    text: str


class Marked(TypedDict):
    """A text in pieces, each with its label or null."""

    kind: Literal["marked"]
    pieces: list[tuple[str, str | None]]


class Turns(TypedDict):
    """A conversation as pairs of role and text."""

    kind: Literal["turns"]
    turns: list[tuple[str, str]]


class Table(TypedDict):
    """A few columns and rows of a table; `marked` are the [row, column] that hold the answer."""

    kind: Literal["table"]
    headers: list[str]
    rows: list[list[str]]
    marked: list[tuple[int, int]]


class Wave(TypedDict):
    """The loudness of a sound over its length, from 0 to 100."""

    kind: Literal["wave"]
    peaks: list[int]


class Pictured(TypedDict):
    """The entry's picture is the answer."""

    kind: Literal["picture"]


Shown = Labels | Words | Marked | Turns | Table | Wave | Pictured


class Result(TypedDict):
    """One entry of the file."""

    model: str
    engine: str | None
    level: str | None
    seconds: float
    date: str
    asked: str
    headline: str
    picture: str | None
    shown: Shown


Results = Mapping[str, Result]


def read_results(folder: Path = FOLDER) -> dict[str, Result]:
    """The entries by task id."""
    entries: dict[str, Result] = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return entries


def write_results(results: Results, folder: Path = FOLDER) -> None:
    """Write the file, an entry per line, so that a change of one is a change of one line."""
    lines = [f"{json.dumps(task)}: {json.dumps(entry, ensure_ascii=False)}" for task, entry in results.items()]
    (folder / "results.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
