"""Vectors as HTML: a strip of colours for each, its length, and how close the vectors are to each other."""

import base64
import json
from html import escape
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from inference_core.media.pictures import encode_png
from inference_core.words import text
from tasks.gallery.numbers import written
from tasks.gallery.results.pieces import header_row, tools
from tasks.views import Vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

MOST_STRIPS = 100
_MOST_COMPARED = 12
"""Their table still fits beside the inputs."""

_MOST_NUMBERS = 20_000
"""More would make the page heavy; then the file to download has the lengths without the vectors."""

_FIRST = 4
_BELOW, _ZERO, _ABOVE, _UNKNOWN = (217, 119, 6), (248, 250, 252), (79, 70, 229), (148, 163, 184)
_STRONGEST = 99
"""Percentile of the absolute numbers that has the full colour; a few outliers would leave the others pale."""


def heat_strips(view: Vectors) -> str:
    """The HTML of the first `MOST_STRIPS` vectors."""
    vectors = np.asarray(view.vectors[:MOST_STRIPS], np.float64)
    texts = view.texts[:MOST_STRIPS]
    most = _full_colour(vectors)
    with_numbers = vectors.size <= _MOST_NUMBERS
    names = ("text", "numbers", "length", *(["vector"] if with_numbers else []))
    rows = "".join(
        _row(number, name, vector, most, with_numbers)
        for number, (name, vector) in enumerate(zip(texts, vectors, strict=True), 1)
    )
    legend = text("results.vectors.legend", least=written(-most, ".2g"), most=written(most, ".2g"))
    return (
        f'<div class="vectors" data-rows>{header_row(*(f"results.vectors.{name}" for name in names))}'
        f'<ol class="strips" role="list" tabindex="0">{rows}</ol>'
        f'<p class="legend"><i class="scale"></i>{escape(legend)}</p>{_matrix(vectors)}{tools("vectors")}</div>'
    )


def _full_colour(vectors: "Numbers") -> float:
    known = np.abs(vectors[np.isfinite(vectors)])
    return float(np.percentile(known, _STRONGEST)) if known.size and known.any() else 1.0


def _row(number: int, name: str, vector: "Numbers", most: float, with_numbers: bool) -> str:
    length = written(_length(vector), ".4f")
    first = text("results.vectors.between").join(written(value, ".4f") for value in vector[:_FIRST])
    facts = text("results.vectors.facts", size=len(vector), length=length, first=first)
    alt = text(
        "results.vectors.strip",
        size=len(vector),
        least=written(vector.min(), ".2g"),
        most=written(vector.max(), ".2g"),
    )
    whole = f'<span data-cell="{_as_json(vector)}" hidden></span>' if with_numbers else ""
    return (
        f'<li data-row><b aria-hidden="true">{number}</b>'
        f'<span class="label" dir="auto" data-cell>{escape(name)}</span>'
        f'<img class="strip" alt="{escape(alt)}" src="{_strip(vector, most)}">'
        f'<span class="facts">{escape(facts)}</span><span data-cell hidden>{len(vector)}</span>'
        f"<span data-cell hidden>{_length(vector):.6g}</span>{whole}</li>"
    )


def _length(vector: "Numbers") -> float:
    return float(np.linalg.norm(vector))


def _as_json(vector: "Numbers") -> str:
    return escape(json.dumps([float(f"{value:.6g}") if isfinite(value) else None for value in vector]))


def _strip(vector: "Numbers", most: float) -> str:
    """The address of a picture one pixel high, with a colour for each number; it holds the picture itself."""
    share = np.clip(np.nan_to_num(vector / most), -1, 1)[:, None]
    towards = np.where(share < 0, np.array(_BELOW), np.array(_ABOVE))
    colours = np.array(_ZERO) + np.abs(share) * (towards - np.array(_ZERO))
    colours[~np.isfinite(vector)] = _UNKNOWN
    png = encode_png(Image.fromarray(colours.round().astype(np.uint8)[None]))
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"


def _matrix(vectors: "Numbers") -> str:
    """A table with the cosine of each pair of the first vectors, "" if there is only one."""
    count, shown = len(vectors), min(len(vectors), _MOST_COMPARED)
    if count < 2:
        return ""
    key = "cosine" if shown == count else "cosine_of_first"
    cosines = _cosines(vectors[:shown])
    head = "".join(f'<th scope="col">{number}</th>' for number in range(1, shown + 1))
    body = "".join(
        f'<tr><th scope="row">{number}</th>{"".join(map(_cell, row))}</tr>' for number, row in enumerate(cosines, 1)
    )
    caption = escape(text(f"results.vectors.{key}", shown=shown, count=count))
    return (
        f'<p class="about-cosines">{caption}</p><div class="cosines" tabindex="0"><table aria-label="{caption}">'
        f"<thead><tr><td></td>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cosines(vectors: "Numbers") -> list[list[float]]:
    """The cosine of each pair, nan where a vector has no direction."""
    with np.errstate(all="ignore"):
        # Divided first by their largest number, because squares of the largest floats would overflow.
        scaled = vectors / np.abs(vectors).max(axis=1, keepdims=True)
        unit = scaled / np.linalg.norm(scaled, axis=1, keepdims=True)
        cosines: list[list[float]] = np.clip(unit @ unit.T, -1, 1).tolist()
    return cosines


def _cell(cosine: float) -> str:
    if not isfinite(cosine):
        return "<td>\N{EN DASH}</td>"
    sign = "below" if cosine < 0 else "above"
    return f'<td class="{sign}" style="--share:{abs(cosine):.2f}">{written(cosine, ".2f")}</td>'
