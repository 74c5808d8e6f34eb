"""The parts of figures: smooth outlines and limbs, shaded with light from the upper left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, pi, sin

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from inference_core.engine.builtin.drawing.surface.canvas import Canvas, Floats, Point
from inference_core.engine.builtin.drawing.surface.scene import Colour

Outline = Sequence[Point]
Joint = tuple[float, float, float]
"""A point of a limb (x, y), and half the limb's thickness there."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a figure stands: converts its coordinates to pixels. x is forward, y is up, (0, 0) is between its feet.

    `size` is the number of pixels in one unit, `facing` 1 to the right and -1 to the left, `tilt` a turn in radians.
    """

    canvas: Canvas
    foot: Point
    size: float
    facing: int = 1
    tilt: float = 0.0
    distance: float = 0.0

    def at(self, point: Point) -> Point:
        """A point of the figure in pixels of the canvas."""
        ahead, up = point[0] * self.size, point[1] * self.size
        right = ahead * cos(self.tilt) - up * sin(self.tilt)
        return self.foot[0] + self.facing * right, self.foot[1] - ahead * sin(self.tilt) - up * cos(self.tilt)

    def solid(self, outlines: Iterable[Outline], colour: Colour, *, tone: float = 1.0, bulge: float = 0.06) -> None:
        """Outlines joined to one body, with edges rounded over `bulge` units."""
        placed = [[self.at(point) for point in outline] for outline in outlines]
        radius = max(1.0, bulge * self.size)
        box = _box_around(placed, radius * 2)
        mask = Image.new("L", (box[2] - box[0], box[3] - box[1]))
        draw = ImageDraw.Draw(mask)
        for outline in placed:
            draw.polygon([(x - box[0], y - box[1]) for x, y in outline], fill=255)
        own = np.array(self._lit(colour, tone), np.float32)
        lit = (own * _rounded(mask, radius)[..., None]).clip(0, 255).astype(np.uint8)
        self.canvas.image.paste(Image.fromarray(lit), box[:2], mask)

    def flat(self, outline: Outline, colour: Colour, *, tone: float = 1.0) -> None:
        """An outline in one colour."""
        self.canvas.polygon([self.at(point) for point in outline], self._lit(colour, tone))

    def strap(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """A smooth line, `width` units wide."""
        line = [self.at((x, y)) for x, y, _ in _through([(x, y, 0.0) for x, y in points])]
        tone = self._lit(colour)
        self.canvas.draw.line(line, fill=tone, width=max(1, round(width * self.size)), joint="curve")

    def _lit(self, colour: Colour, tone: float = 1.0) -> Colour:
        # The subject of a picture must be visible at night too.
        in_the_dark = self.canvas.light.is_dark and self.canvas.light.lamps_are_on
        return self.canvas.light.on(colour, self.distance, tone * (1.4 if in_the_dark else 1.0))


def smooth(points: Sequence[Point]) -> list[Point]:
    """A closed curve through the points."""
    around = [(x, y, 0.0) for x, y in (points[-1], *points, points[0], points[1])]
    return [point[:2] for point in _curve(around)]


def limb(joints: Sequence[Joint]) -> list[Outline]:
    """A limb bent through its joints, round at both ends."""
    line = _through(joints)
    outlines: list[Outline] = [ellipse((x, y), half, half) for x, y, half in line]
    for (x, y, half), (to_x, to_y, to_half) in pairwise(line):
        length = hypot(to_x - x, to_y - y) or 1.0
        side_x, side_y = -(to_y - y) / length, (to_x - x) / length
        outlines.append(
            [
                (x + side_x * half, y + side_y * half),
                (to_x + side_x * to_half, to_y + side_y * to_half),
                (to_x - side_x * to_half, to_y - side_y * to_half),
                (x - side_x * half, y - side_y * half),
            ]
        )
    return outlines


def ellipse(centre: Point, across: float, up: float, turn: float = 0.0) -> list[Point]:
    """An ellipse by its half axes, turned by radians."""
    angles = [2 * pi * step / 28 for step in range(28)]
    return [
        (
            centre[0] + cos(angle) * across * cos(turn) - sin(angle) * up * sin(turn),
            centre[1] + cos(angle) * across * sin(turn) + sin(angle) * up * cos(turn),
        )
        for angle in angles
    ]


def _through(joints: Sequence[Joint]) -> list[Joint]:
    return _curve([joints[0], *joints, joints[-1]])


def _curve(joints: Sequence[Joint], steps: int = 7) -> list[Joint]:
    """A Catmull-Rom spline through all joints but the first and the last, which only set the direction at the ends."""
    table = np.array(joints)
    before, start, end, after = table[:-3], table[1:-2], table[2:-1], table[3:]
    part = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    own, going = start[:, None], (end - before)[:, None]
    bend = (2 * before - 5 * start + 4 * end - after)[:, None]
    turn = (3 * start - before - 3 * end + after)[:, None]
    places = own + 0.5 * (going * part + bend * part**2 + turn * part**3)
    flat = [*places.reshape(-1, 3).tolist(), table[-2].tolist()]
    return [(x, y, max(half, 0.0)) for x, y, half in flat]


def _box_around(outlines: Sequence[Outline], margin: float) -> tuple[int, int, int, int]:
    places = np.concatenate([np.array(outline) for outline in outlines])
    left, top = (places.min(axis=0) - margin).astype(int)
    right, bottom = (places.max(axis=0) + margin + 2).astype(int)
    return int(left), int(top), int(right), int(bottom)


def _rounded(mask: Image.Image, radius: float) -> Floats:
    """The brightness of each pixel of a body whose edges are rounded over `radius` pixels."""
    height = np.asarray(mask.filter(ImageFilter.GaussianBlur(radius)), np.float32) / 255
    height = np.sqrt(np.clip(height * 2 - 1, 0, 1)) * radius
    down, right = np.gradient(height)
    facing = 1 / np.sqrt(1 + down**2 + right**2)
    light = 0.36 + 0.66 * np.clip((right * 0.5 + down * 0.62 + 0.78) * facing, 0, 1.1)
    # Heights of 8 bits show steps, so they are blurred.
    soft = Image.fromarray((light * 200).astype(np.uint8)).filter(ImageFilter.GaussianBlur(max(1.0, radius * 0.22)))
    return (np.asarray(soft) / 200).astype(np.float32)
