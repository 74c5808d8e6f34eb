"""Pictures with marked parts: boxes and masks over the picture and a list below it, which results.js draws and links.

The value of the component is JSON, so that Gradio gives the files their addresses and no word becomes an element.
"""

import json
from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING, Any

import gradio as gr
from gradio.data_classes import FileData
from PIL import Image, ImageColor, ImageFilter

from inference_core.media.pictures import encode_png
from inference_core.words import text
from tasks.gallery.cache import cached, shown_copy
from tasks.gallery.numbers import percent
from tasks.gallery.results.pieces import colours_of, first_of, header_row, html_result, known, tools
from tasks.views import Box, Region, Regions

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_FILLED, _SOLID = 90, 255
_MOST_REGIONS = 100
"""A mask takes some 50 ms and a file; nobody can tell more parts apart."""

_COLUMNS = ("label", "score", "left", "top", "right", "bottom")


def regions_component() -> gr.HTML:
    """An empty component that shows what `regions_value` made."""
    own = {
        "header": header_row(*(f"results.regions.{name}" for name in _COLUMNS)),
        "tools": tools("regions", "copy", "csv", "picture"),
        "words": {name: text(f"results.regions.{name}") for name in ("is", "picture", "least")},
    }
    return html_result(f"window.results.showRegions(element, props, watch, {json.dumps(own)});")


def regions_value(view: Regions) -> dict[str, Any]:
    """The picture and its first 100 regions, each with a `mask`, or with the `edges` of a box in the model's pixels.

    `box` is its left, top, width and height in percent of the picture, None if it is nowhere in it. Takes a while:
    call it in a thread.

    Raises:
        Unreadable: the file is not a picture.
    """
    picture, scale = shown_copy(view.picture)
    shown = view.regions[:_MOST_REGIONS]
    colours = colours_of(region.label for region in shown)
    regions = [_region(one, picture.size, scale, colours[one.label]) for one in shown]
    return {"picture": _file(picture), "regions": regions}


def left_out(view: Regions) -> str:
    """A sentence about regions that are not shown, "" if all are."""
    count = len(view.regions)
    return first_of(count, _MOST_REGIONS)


def _region(region: Region, size: tuple[int, int], scale: float, colour: str) -> dict[str, Any]:
    score = known(region.score)
    shown = {
        "label": region.label,
        "score": score,
        "number": "" if score is None else percent(score),
        "colour": colour,
    }
    if isinstance(region.area, Box):
        return shown | {"box": _place(region.area, size, scale), "edges": [f"{edge:g}" for edge in region.area]}
    return shown | {"mask": _file(_mask(region.area, size, colour))}


def _place(box: Box, size: tuple[int, int], scale: float) -> Sequence[float] | None:
    """The part of the box that is in the picture, in percent; None if there is none."""
    if any(map(isnan, box)):  # some servers send the text "nan"
        return None
    left, top, right, bottom = (
        round(100 * min(max(edge * scale / size[axis % 2], 0), 1), 3) for axis, edge in enumerate(box)
    )
    return left, top, max(0.0, right - left), max(0.0, bottom - top)


def _mask(mask: "Picture", size: tuple[int, int], colour: str) -> "Picture":
    """The mask in its colour over nothing, with a clear outline."""
    inside = mask.convert("L").resize(size, reducing_gap=2.0).point(lambda value: 255 if value > 127 else 0)
    outline = inside.filter(ImageFilter.FIND_EDGES).filter(ImageFilter.MaxFilter(3))
    filled = inside.point(lambda value: _FILLED if value else 0)
    overlay = Image.new("RGBA", size, (*ImageColor.getrgb(colour)[:3], 0))
    overlay.putalpha(Image.composite(Image.new("L", size, _SOLID), filled, outline))
    return overlay


def _file(picture: "Picture") -> dict[str, Any]:
    return FileData(path=cached(encode_png(picture), "picture.png")).model_dump()
