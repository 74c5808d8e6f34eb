"""The answers of the file of results as HTML, small enough for a card. Everything that a model said is escaped."""

import re
from collections.abc import Sequence
from html import escape

from tasks.gallery.front.results import Labels, Marked, Result, Table, Turns, Wave, Words
from tasks.gallery.front.retold import quoted, retold
from tasks.gallery.numbers import local, percent

_BAR, _STEP, _HEIGHT = 2, 4, 48
_HUES = 4
_NUMBERS = re.compile(r"[-+]?\d+(\.\d+)?( [-+]?\d+(\.\d+)?)*( …)?")

_LEAST_SHOWN = 0.005  # what is rounded to 0 % has no bar


def picture_of(result: Result) -> str:
    """The answer in little: a picture with the answer on it if there is one, else bars, marked words, text …"""
    if result["picture"]:
        return _photo(result)
    shown = result["shown"]
    if shown["kind"] == "labels":
        return _bars(shown)
    if shown["kind"] == "marked":
        return _marked(shown)
    if shown["kind"] == "turns":
        return _turns(shown)
    if shown["kind"] == "table":
        return _table(shown)
    if shown["kind"] == "wave":
        return _wave(shown)
    return _text(shown, result["asked"]) if shown["kind"] == "text" else ""


def image(result: Result) -> str:
    """The picture of an entry; the browser fetches it when it comes near the screen."""
    return f"<img src='pictures/{escape(result['picture'] or '')}' alt='' loading='lazy' decoding='async'>"


def _photo(result: Result) -> str:
    words = retold(result["headline"])
    return image(result) + (f"<span class='said'>{escape(words)}</span>" if words else "")


def _bars(shown: Labels) -> str:
    rows = [_bar(label, score) for label, score in shown["labels"]]
    return f"<span class='bars'>{''.join(rows)}</span>"


def _bar(label: str, score: float | None) -> str:
    width = f"<u style='width:{min(score, 1.0):.1%}'></u>" if score is not None and score > _LEAST_SHOWN else ""
    return f"<span>{escape(label)}</span><span>{width}</span><span>{'' if score is None else percent(score, 0)}</span>"


def _marked(shown: Marked) -> str:
    labels = list(dict.fromkeys(label for _, label in shown["pieces"] if label))
    return "<span class='words'>" + "".join(_piece(text, label, labels) for text, label in shown["pieces"]) + "</span>"


def _piece(text: str, label: str | None, labels: Sequence[str]) -> str:
    return f"<mark class='m{labels.index(label) % _HUES}'>{escape(text)}</mark>" if label else escape(text)


def _turns(shown: Turns) -> str:
    return "".join(
        f"<span class='turn {escape(role)}'><span>{escape(text)}</span></span>" for role, text in shown["turns"]
    )


def _table(shown: Table) -> str:
    marked = {(row, column) for row, column in shown["marked"]}
    head = "".join(f"<th>{escape(retold(header))}</th>" for header in shown["headers"])
    rows = [
        "".join(_cell(cell, (row, at) in marked) for at, cell in enumerate(cells))
        for row, cells in enumerate(shown["rows"])
    ]
    return f"<table><tr>{head}</tr>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


def _cell(cell: str, is_marked: bool) -> str:
    shown = escape(local(cell) if _NUMBERS.fullmatch(cell) else cell)
    return f"<td>{f'<mark class=m0>{shown}</mark>' if is_marked else shown}</td>"


def _wave(shown: Wave) -> str:
    bars = [
        f"M{at * _STEP + _BAR // 2} {(_HEIGHT - height) / 2:g}v{height:g}"
        for at, height in enumerate(max(2.0, peak * _HEIGHT / 100) for peak in shown["peaks"])
    ]
    size = f"{len(bars) * _STEP} {_HEIGHT}"
    return f"<svg viewBox='0 0 {size}' aria-hidden='true'><path d='{''.join(bars)}'/></svg>"


def _text(shown: Words, asked: str) -> str:
    """The text in quotes; what it goes on from stands back."""
    text = shown["text"]
    if asked and text.startswith(asked):
        return f"<span class='words'><i>{escape(asked)}</i>{escape(text[len(asked) :])}</span>"
    return f"<span class='words'>{escape(quoted(text))}</span>"
