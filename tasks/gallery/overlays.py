"""Pictures with marked parts as Gradio's AnnotatedImage shows them, drawn in a thread instead of on the event loop."""

import re
from collections.abc import Sequence
from math import isnan
from typing import TYPE_CHECKING

import gradio as gr
from gradio.components.annotated_image import AnnotatedImageData, Annotation
from gradio.data_classes import FileData
from PIL import Image, ImageDraw, ImageFilter

from inference_core.media.pictures import encode_png
from tasks.gallery.cache import cached, shown_copy
from tasks.gallery.subclass import component_with
from tasks.views import Box, Region, Regions

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

# The browser turns the hue of pure red for each part, so that each has its own colour.
_RED = (255, 0, 0)
_FILLED, _SOLID = 90, 255
_MOST_REGIONS = 100
"""An overlay takes some 50 ms and a file; nobody can tell more of them apart."""

_PERCENT = re.compile(r" (\d+)%$")


def annotated_picture() -> gr.AnnotatedImage:
    """An empty component that shows what `annotated` made; Gradio's own would draw large overlays much slower."""
    kind = component_with(gr.AnnotatedImage, postprocess=lambda self, value: value)
    return kind(show_label=False, height=400)


def annotated(view: Regions) -> AnnotatedImageData:
    """The picture and one transparent overlay per region, its score in its label. Takes a while: call it in a thread.

    Raises:
        Unreadable: the file is not a picture.
    """
    picture, scale = shown_copy(view.picture)
    overlays = [
        Annotation(image=_file(_overlay(region, picture.size, scale)), label=_label(region))
        for region in view.regions[:_MOST_REGIONS]
    ]
    return AnnotatedImageData(image=_file(picture), annotations=overlays)


def left_out(view: Regions) -> str:
    """A sentence about regions that `annotated` does not draw, "" if it draws them all."""
    count = len(view.regions)
    return f"The first {_MOST_REGIONS} of {count} are shown." if count > _MOST_REGIONS else ""


def at_least(percent: float, shown: tuple[str, Sequence[tuple[str, str]]] | None) -> AnnotatedImageData | None:
    """The regions whose score, as it is shown, is not below `percent`; those without a score stay."""
    if shown is None:
        return None
    picture, overlays = shown
    kept = [(path, label) for path, label in overlays if _percent(label) >= percent]
    annotations = [Annotation(image=FileData(path=path), label=label) for path, label in kept]
    return AnnotatedImageData(image=FileData(path=picture), annotations=annotations)


def _percent(label: str) -> int:
    score = _PERCENT.search(label)
    return int(score[1]) if score else 100


def _label(region: Region) -> str:
    return region.label if region.score is None else f"{region.label} {region.score:.0%}"


def _overlay(region: Region, size: tuple[int, int], scale: float) -> "Picture":
    strength = _box(region.area, size, scale) if isinstance(region.area, Box) else _mask(region.area, size)
    overlay = Image.new("RGBA", size, (*_RED, 0))
    overlay.putalpha(strength)
    return overlay


def _box(box: Box, size: tuple[int, int], scale: float) -> "Picture":
    strength = Image.new("L", size)
    if any(map(isnan, box)):  # some servers send the text "nan"
        return strength
    left, top, right, bottom = (
        round(min(max(edge * scale, -size[axis % 2]), 2 * size[axis % 2])) for axis, edge in enumerate(box)
    )
    right, bottom = max(left, right), max(top, bottom)
    ImageDraw.Draw(strength).rectangle((left, top, right, bottom), _FILLED, _SOLID, _line_width(size))
    return strength


def _mask(mask: "Picture", size: tuple[int, int]) -> "Picture":
    inside = mask.convert("L").resize(size, reducing_gap=2.0).point(lambda value: 255 if value > 127 else 0)
    outline = inside.filter(ImageFilter.FIND_EDGES).filter(ImageFilter.MaxFilter(3))
    return Image.composite(Image.new("L", size, _SOLID), inside.point(lambda value: _FILLED if value else 0), outline)


def _line_width(size: tuple[int, int]) -> int:
    return max(2, max(size) // 300)


def _file(picture: "Picture") -> FileData:
    return FileData(path=cached(encode_png(picture), "picture.png"))
