"""What floats and flies: boats, balloons, birds."""

from math import cos, pi, pow, sin, sqrt

import numpy as np

from inference_core.engine.builtin.drawing.surface.canvas import Canvas
from inference_core.engine.builtin.drawing.surface.scene import Colour, Wanted

_STRIPES: tuple[tuple[Colour, Colour], ...] = (
    ((226, 72, 66), (252, 214, 96)), ((60, 122, 196), (246, 240, 226)), ((240, 148, 60), (250, 236, 200)),
    ((112, 84, 176), (244, 172, 196)), ((64, 150, 120), (248, 222, 110)),
)  # fmt: skip
_MOST = 16


def boats(canvas: Canvas, wanted: Wanted) -> None:
    """Sailing boats, each with its reflection."""
    rng = canvas.random_for("boats")
    count = min(wanted.count or 3, _MOST)
    room = canvas.height - canvas.horizon
    for index in range(count):
        near = 0.3 if count == 1 else 0.06 + 0.38 * (index + rng.random()) / count
        place = rng.uniform(0.35, 0.65) if count == 1 else ((index * 0.618 + 0.25) % 1) * 0.8 + 0.1
        size = canvas.unit * (5 + 30 * near) * (1.3 if count == 1 else 1)
        sail = wanted.colours[index % len(wanted.colours)] if wanted.colours else (248, 244, 234)
        _boat(canvas, place * canvas.width, canvas.horizon + room * near, size, sail, 0.3 * (0.5 - near))


def _boat(canvas: Canvas, x: float, y: float, size: float, sail: Colour, distance: float) -> None:
    light = canvas.light
    for row in range(int(size * 0.9)):
        # The reflection: broken rows, paler downwards.
        half = size * 0.42 * (1 - row / size) * (0.6 + 0.4 * sin(row * 0.9))
        if row % 4 < 2:
            canvas.box(x - half, y + row, x + half, y + row, light.on(sail, 0.45 + 0.3 * row / size, 0.8))
    mast = y - size * 1.25
    canvas.polygon(
        [(x + size * 0.04, mast), (x + size * 0.04, y - size * 0.2), (x + size * 0.46, y - size * 0.2)],
        light.on(sail, distance),
    )
    canvas.polygon(
        [(x - size * 0.03, mast + size * 0.1), (x - size * 0.03, y - size * 0.2), (x - size * 0.36, y - size * 0.2)],
        light.on(sail, distance, 0.84),
    )
    canvas.draw.line(
        (x, mast, x, y - size * 0.1), fill=light.on((86, 64, 48), distance), width=max(1, int(size * 0.03))
    )
    hull = [
        (x - size * 0.5, y - size * 0.16),
        (x + size * 0.56, y - size * 0.18),
        (x + size * 0.36, y + size * 0.05),
        (x - size * 0.36, y + size * 0.05),
    ]
    canvas.polygon(hull, light.on((134, 66, 46), distance))
    canvas.polygon(
        [hull[0], hull[1], (x + size * 0.52, y - size * 0.12), (x - size * 0.46, y - size * 0.1)],
        light.on((238, 226, 206), distance),
    )


def balloons(canvas: Canvas, wanted: Wanted) -> None:
    """Striped hot-air balloons, far and near."""
    rng = canvas.random_for("balloons")
    count = min(wanted.count or 6, _MOST)
    for index in range(count):
        near = 1.0 if count == 1 else ((index * 0.382 + 0.1) % 1) * 0.8 + 0.15
        x = canvas.width * (rng.uniform(0.35, 0.65) if count == 1 else ((index * 0.618 + 0.15) % 1) * 0.84 + 0.08)
        y = canvas.horizon * (rng.uniform(0.34, 0.45) if count == 1 else rng.uniform(0.16, 0.72))
        pair = _STRIPES[int(rng.integers(len(_STRIPES)))]
        if wanted.colours:
            own = wanted.colours[index % len(wanted.colours)]
            other = wanted.colours[(index + 1) % len(wanted.colours)] if len(wanted.colours) > 1 else (250, 244, 230)
            pair = (own, other)
        _balloon(canvas, x, y, canvas.unit * (3.5 + 7.5 * near), pair, 0.32 * (1 - near))


def _balloon(canvas: Canvas, x: float, y: float, radius: float, pair: tuple[Colour, Colour], distance: float) -> None:
    heights = np.linspace(-1, 1.35, 26)
    profile = [_half_width(float(height)) for height in heights]
    gores = 8
    for gore in range(gores):
        left, right = (-cos(pi * edge / gores) for edge in (gore, gore + 1))
        tone = 1.06 - 0.34 * (gore / gores)
        points = [
            (x + left * girth * radius, y + height * radius) for height, girth in zip(heights, profile, strict=True)
        ]
        points += [
            (x + right * girth * radius, y + height * radius)
            for height, girth in zip(reversed(heights), reversed(profile), strict=True)
        ]
        canvas.polygon(points, canvas.light.on(pair[gore % 2], distance, tone))
    basket = y + radius * 1.68
    rope = canvas.light.on((92, 70, 52), distance)
    for side in (-1, 1):
        line = (x + side * radius * 0.2, y + radius * 1.34, x + side * radius * 0.14, basket)
        canvas.draw.line(line, fill=rope, width=max(1, int(radius * 0.03)))
    canvas.box(
        x - radius * 0.16, basket, x + radius * 0.16, basket + radius * 0.24, canvas.light.on((140, 96, 58), distance)
    )
    if canvas.light.is_dark:
        canvas.glow((x, y + radius * 0.6), radius * 1.5, (255, 190, 100), 0.6)


def _half_width(height: float) -> float:
    """The half width of a balloon of radius 1: a ball whose lower part tapers to the mouth."""
    if height <= 0.25:
        return sqrt(1 - min(1.0, abs(height)) ** 2)
    return 0.968 - (0.968 - 0.2) * pow((height - 0.25) / 1.1, 1.15)


def birds(canvas: Canvas, wanted: Wanted) -> None:
    """Two bent wings each, in a loose flock."""
    rng = canvas.random_for("birds")
    count = min(wanted.count or 9, 40)
    middle = (canvas.width * rng.uniform(0.3, 0.7), canvas.horizon * rng.uniform(0.28, 0.5))
    colour = canvas.light.on(wanted.colour((44, 48, 60)), 0.1)
    for _ in range(count):
        x, y = middle[0] + rng.normal() * canvas.unit * 13, middle[1] + rng.normal() * canvas.unit * 6
        span = canvas.unit * (3.4 if count == 1 else rng.uniform(1.1, 2.4))
        lift = rng.uniform(0.25, 0.7)
        for side in (-1, 1):
            wing = [(0, 0), (0.45, -lift), (1.0, -lift * 0.55), (0.5, -lift * 0.62), (0.04, 0.16)]
            canvas.polygon([(x + side * far * span, y + up * span) for far, up in wing], colour)
