"""The picture of a card: what a view shows as one small picture, with its parts marked and cut out to be seen."""

import colorsys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from inference_core.media.pictures import decode_picture, upright_rgb
from tasks.views import BeforeAfter, Box, GeneratedPicture, Region, Regions, View

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

_LONGEST_EDGE, _LONGEST_EDGE_DRAWN = 560, 800
_SHAPE = 2.3
"""Width by height of what is cut out, about that of a card."""

_LEAST_PART = 0.62
"""How much of a page is cut out at least, of its width: a box alone would not be known for a part of one."""

_FILLED = 70
_GOLDEN = 0.618


def thumbnail(view: View, given: Path | None) -> bytes | None:
    """A WebP of the picture that the view shows, or else of the one that was `given`; None if there is neither."""
    match view:
        case GeneratedPicture(picture=picture):
            return webp(picture, _LONGEST_EDGE_DRAWN)
        case BeforeAfter(before=before, after=after):
            return webp(_side_by_side(opened(before), after))
        case Regions(picture=path, regions=regions):
            picture = _marked(opened(path), regions)
            boxes = [one.area for one in regions if isinstance(one.area, Box)]
            return webp(picture.crop(_around(boxes, picture.size)) if boxes else picture)
    return webp(opened(given)) if given else None


def opened(path: Path) -> "Picture":
    """The picture in a file, upright."""
    return upright_rgb(decode_picture(path.read_bytes()))


def webp(picture: "Picture", longest: int = _LONGEST_EDGE) -> bytes:
    """A WebP of the picture, whose edges are made at most `longest` pixels long."""
    small = picture.convert("RGB")
    small.thumbnail((longest, longest))
    file = BytesIO()
    small.save(file, "WEBP", quality=78, method=6)
    return file.getvalue()


def _side_by_side(before: "Picture", after: "Picture") -> "Picture":
    """The same part of both, in one picture of a card's shape."""
    half = (_LONGEST_EDGE // 2 - 1, round(_LONGEST_EDGE / _SHAPE))
    both = Image.new("RGB", (_LONGEST_EDGE, half[1]), "white")
    for picture, left in ((before, 0), (after, half[0] + 2)):
        both.paste(ImageOps.fit(picture.convert("RGB"), half), (left, 0))
    return both


def _marked(picture: "Picture", regions: Sequence[Region]) -> "Picture":
    marked = picture.convert("RGB")
    for number, region in enumerate(regions):
        colour = Image.new("RGB", marked.size, _colour(number))
        marked.paste(
            colour, mask=_box(region.area, marked.size) if isinstance(region.area, Box) else _mask(region.area)
        )
    return marked


def _colour(number: int) -> tuple[int, int, int]:
    red, green, blue = colorsys.hls_to_rgb((0.65 + number * _GOLDEN) % 1, 0.5, 0.8)
    return round(255 * red), round(255 * green), round(255 * blue)


def _box(box: Box, size: tuple[int, int]) -> "Picture":
    strength = Image.new("L", size)
    ImageDraw.Draw(strength).rectangle(tuple(box), _FILLED, 255, max(3, max(size) // 250))
    return strength


def _mask(mask: "Picture") -> "Picture":
    inside = mask.convert("L").point(lambda value: _FILLED if value > 127 else 0)
    edges = mask.convert("L").filter(ImageFilter.FIND_EDGES).filter(ImageFilter.MaxFilter(3))
    return Image.composite(Image.new("L", mask.size, 255), inside, edges)


def _around(boxes: Sequence[Box], size: tuple[int, int]) -> tuple[int, int, int, int]:
    """The part of a picture of this size that holds the boxes, in a card's shape where they leave the choice."""
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    width = min(size[0], max((max(rights) - min(lefts)) * 1.15, size[0] * _LEAST_PART))
    height = min(size[1], width / _SHAPE)
    left = min(max((min(lefts) + max(rights) - width) / 2, 0), size[0] - width)
    top = min(max((min(tops) + max(bottoms) - height) / 2, 0), size[1] - height)
    return round(left), round(top), round(left + width), round(top + height)
