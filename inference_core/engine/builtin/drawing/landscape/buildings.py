"""Buildings: city skylines, houses, castles, lighthouses, bridges; their windows are lit in the dark."""

import math

import numpy as np

from inference_core.engine.builtin.drawing.landscape.plants import shadow
from inference_core.engine.builtin.drawing.surface.canvas import Canvas, Floats
from inference_core.engine.builtin.drawing.surface.scene import Colour, Wanted

_WALLS: tuple[Colour, ...] = ((236, 222, 198), (214, 190, 164), (226, 208, 190), (204, 152, 124))
_ROOF: Colour = (160, 72, 54)
_LAMP: Colour = (255, 212, 122)
_GLASS: Colour = (96, 126, 150)


def city(canvas: Canvas, wanted: Wanted, *, foot: float) -> None:
    """Three rows of towers in front of each other, standing on the row `foot`."""
    rng = canvas.random_for("city")
    for distance, tallest, width in ((0.62, 0.68, 0.045), (0.36, 0.54, 0.06), (0.08, 0.36, 0.08)):
        x = -canvas.unit * 4
        while x < canvas.width:
            span = canvas.unit * 100 * width * rng.uniform(0.7, 1.5)
            middle = 1 - 0.45 * abs(2 * (x + span / 2) / canvas.width - 1)
            height = canvas.horizon * tallest * rng.uniform(0.4, 1.0) * middle
            colour = wanted.colour(
                (96 + int(rng.integers(50)), 104 + int(rng.integers(40)), 122 + int(rng.integers(36)))
            )
            _tower(canvas, x, foot, span, height, colour, distance, rng)
            x += span * rng.uniform(0.9, 1.08)


def _tower(
    canvas: Canvas, x: float, foot: float, width: float, height: float, colour: Colour, distance: float,
    rng: np.random.Generator,
) -> None:  # fmt: skip
    wall = canvas.light.on(colour, distance, 0.8)
    top = foot - height
    canvas.box(x, top, x + width, foot, wall)
    canvas.box(x + width * 0.72, top, x + width, foot, canvas.light.on(colour, distance, 0.64))
    style = rng.random()
    if style < 0.25:
        canvas.box(x + width * 0.2, top - width * 0.3, x + width * 0.8, top, wall)
    elif style < 0.4:
        canvas.polygon([(x, top), (x + width / 2, top - width * 0.7), (x + width, top)], wall)
    if style < 0.14 or style > 0.9:
        mast = x + width / 2
        canvas.box(mast - canvas.unit * 0.12, top - height * 0.22, mast + canvas.unit * 0.12, top, wall)
    lamps = 0.5 if canvas.light.is_dark else 0.22 if canvas.light.lamps_are_on else 0.0
    step = canvas.unit * (1.25 + 0.7 * (1 - distance))
    for row in np.arange(top + step * 0.8, foot - step * 0.5, step):
        for column in np.arange(x + step * 0.5, x + width - step * 0.5, step * 0.8):
            lit = rng.random() < lamps
            pane = _mixed(_LAMP, canvas.light.haze, distance * 0.6) if lit else canvas.light.on(_GLASS, distance, 0.9)
            canvas.box(column, row, column + step * 0.38, row + step * 0.5, pane)


def houses(canvas: Canvas, line: Floats, wanted: Wanted, *, snowy: bool) -> None:
    """Cottages on the ground; one alone stands large near the middle."""
    rng = canvas.random_for("houses")
    count = min(wanted.count or 5, 12)
    room = canvas.height - float(line.mean())
    for index in range(count):
        near = 0.36 if count == 1 else 0.06 + 0.3 * index / count
        place = rng.uniform(0.36, 0.6) if count == 1 else (((index * 0.618 + 0.2) % 1) * 0.84 + 0.08)
        x = place * canvas.width
        foot = float(line[int(np.clip(x, 0, canvas.width - 1))]) + room * near
        size = canvas.unit * (9 + 34 * near) * (1.25 if count == 1 else rng.uniform(0.85, 1.1))
        wall = wanted.colours[index % len(wanted.colours)] if wanted.colours else _WALLS[int(rng.integers(len(_WALLS)))]
        _house(canvas, x, foot, size, wall, snowy)


def _house(canvas: Canvas, x: float, foot: float, size: float, wall: Colour, snowy: bool) -> None:
    """A gable in front and a longer side in the shade."""
    light = canvas.light
    shadow(canvas, x + size * 0.3, foot, size)
    front, side, eaves, ridge = size * 0.5, size * 0.75, foot - size * 0.5, foot - size * 0.95
    roof = light.on((242, 246, 252) if snowy else _ROOF)
    canvas.box(x + front * 0.5, eaves, x + front * 0.5 + side, foot, light.on(wall, 0, 0.78))
    canvas.box(x - front * 0.5, eaves, x + front * 0.5, foot, light.on(wall))
    canvas.polygon([(x - front * 0.5, eaves), (x, ridge), (x + front * 0.5, eaves)], light.on(wall, 0, 0.97))
    chimney = x + side * 0.75
    canvas.box(chimney, ridge - size * 0.14, chimney + size * 0.1, ridge + size * 0.2, light.on((140, 92, 78)))
    over = size * 0.06
    canvas.polygon(
        [
            (x, ridge),
            (x + side, ridge),
            (x + front * 0.5 + side + over, eaves + over),
            (x + front * 0.5 + over, eaves + over),
        ],
        roof,
    )
    canvas.polygon(
        [
            (x, ridge + over * 0.8),
            (x - front * 0.5 - over, eaves + over * 1.6),
            (x - front * 0.5 - over, eaves + over * 0.6),
            (x, ridge - over * 0.4),
        ],
        light.on(_ROOF, 0, 0.8) if not snowy else roof,
    )
    door = light.on((110, 70, 48))
    canvas.box(x - size * 0.06, foot - size * 0.26, x + size * 0.07, foot, door)
    _window(canvas, x, eaves - size * 0.08, size * 0.12)
    for part in (0.3, 0.72):
        _window(canvas, x + front * 0.5 + side * part, foot - size * 0.27, size * 0.13)


def _window(canvas: Canvas, x: float, y: float, size: float) -> None:
    frame = canvas.light.on((246, 242, 234))
    half = size / 2
    canvas.box(x - half * 1.25, y - half * 1.25, x + half * 1.25, y + half * 1.25, frame)
    dark = canvas.light.lamps_are_on
    canvas.box(x - half, y - half, x + half, y + half, _LAMP if dark else canvas.light.on(_GLASS, 0, 0.8))
    canvas.box(x - half * 0.12, y - half, x + half * 0.12, y + half, frame)
    if canvas.light.is_dark:
        canvas.glow((x, y), size * 3, _LAMP, 0.45)


def castle(canvas: Canvas, line: Floats, wanted: Wanted) -> None:
    """A keep and towers with pointed roofs and battlements."""
    rng = canvas.random_for("castle")
    x = canvas.width * rng.uniform(0.4, 0.6)
    foot = float(line[int(x)]) + (canvas.height - float(line[int(x)])) * 0.16
    size = canvas.unit * 34
    stone = wanted.colour((176, 168, 160))
    for place, width, height, pointed in (
        (-0.2, 0.16, 0.95, True), (0.2, 0.16, 0.85, True), (0, 0.5, 0.5, False), (-0.44, 0.17, 0.7, True),
        (0.44, 0.17, 0.66, True), (0, 0.84, 0.32, False),
    ):  # fmt: skip
        _keep(canvas, x + place * size, foot, width * size, height * size, stone, pointed=pointed)
    gate = canvas.light.on((58, 44, 40))
    canvas.box(x - size * 0.06, foot - size * 0.12, x + size * 0.06, foot, gate)
    canvas.disc((x, foot - size * 0.12), size * 0.06, gate)


def _keep(canvas: Canvas, x: float, foot: float, width: float, height: float, stone: Colour, *, pointed: bool) -> None:
    top, half = foot - height, width / 2
    canvas.box(x - half, top, x + half, foot, canvas.light.on(stone, 0.08))
    canvas.box(x + half * 0.3, top, x + half, foot, canvas.light.on(stone, 0.08, 0.8))
    teeth = max(3, int(width / (canvas.unit * 1.4)) | 1)
    for tooth in range(0, teeth, 2):
        left = x - half + width * tooth / teeth
        canvas.box(left, top - canvas.unit, left + width / teeth, top, canvas.light.on(stone, 0.08))
    if pointed:
        roof = [(x - half * 1.3, top), (x, top - width * 1.7), (x + half * 1.3, top)]
        canvas.polygon(roof, canvas.light.on((70, 84, 130), 0.05))
        canvas.polygon([roof[1], roof[2], (x + half * 0.2, top)], canvas.light.on((70, 84, 130), 0.05, 0.75))
        pane = _LAMP if canvas.light.lamps_are_on else canvas.light.on((60, 62, 74))
        canvas.box(x - half * 0.14, top + width * 0.4, x + half * 0.14, top + width * 0.75, pane)


def lighthouse(canvas: Canvas, foot: float, x: float, wanted: Wanted) -> None:
    """A banded tower on a rock; its beam is seen in the dark."""
    height, half = canvas.unit * 40, canvas.unit * 3.6
    colours: tuple[Colour, Colour] = ((240, 238, 232), wanted.colour((196, 52, 46)))
    top = foot - height
    rock = canvas.light.on((86, 82, 82), 0.05)
    canvas.polygon(
        [(x - half * 5, foot + half * 1.2), (x - half * 2.6, foot - half * 0.5), (x - half, foot - half * 0.9),
         (x + half * 1.8, foot - half * 0.7), (x + half * 3.4, foot), (x + half * 5.5, foot + half * 1.2)], rock,
    )  # fmt: skip
    if canvas.light.lamps_are_on:
        _beam(canvas, x, top - half * 0.8)
    for band in range(6):
        low, high = foot - height * band / 6, foot - height * (band + 1) / 6
        below, above = half * (1 - 0.42 * band / 6), half * (1 - 0.42 * (band + 1) / 6)
        tone = canvas.light.on(colours[band % 2])
        canvas.polygon([(x - below, low), (x - above, high), (x + above, high), (x + below, low)], tone)
        canvas.polygon(
            [(x + below * 0.3, low), (x + above * 0.3, high), (x + above, high), (x + below, low)],
            canvas.light.on(colours[band % 2], 0, 0.8),
        )
    canvas.box(x - half * 0.8, top - half * 0.15, x + half * 0.8, top + half * 0.15, canvas.light.on((60, 60, 66)))
    canvas.box(x - half * 0.42, top - half * 1.4, x + half * 0.42, top - half * 0.15, (255, 236, 170))
    canvas.polygon(
        [(x - half * 0.6, top - half * 1.4), (x, top - half * 2.3), (x + half * 0.6, top - half * 1.4)],
        canvas.light.on((150, 44, 40)),
    )
    canvas.glow((x, top - half * 0.8), half * 5, _LAMP, 0.8 if canvas.light.lamps_are_on else 0.25)


def _beam(canvas: Canvas, x: float, y: float) -> None:
    across = np.arange(canvas.width, dtype=np.float32)[None, :] - x
    last = int(canvas.horizon)
    down = np.arange(last, dtype=np.float32)[:, None] - y
    far = np.abs(across) / canvas.width
    spread = np.abs(across) * 0.11 + canvas.unit * 0.5
    share = np.clip(1 - np.abs(down + across * 0.12) / spread, 0, 1) * np.clip(0.6 - 0.62 * far, 0, 1)
    canvas.mix_rows(0, (255, 240, 190), share.astype(np.float32))


def bridge(canvas: Canvas, wanted: Wanted) -> None:
    """A suspension bridge over the water at the horizon."""
    colour = wanted.colour((176, 68, 52))
    deck = canvas.horizon - canvas.unit * 5
    high = canvas.unit * 26
    towers = (canvas.width * 0.27, canvas.width * 0.73)
    tone, thin = canvas.light.on(colour, 0.1), max(1, int(canvas.unit * 0.18))
    for x in np.arange(0, canvas.width, canvas.unit * 2.2):
        y = deck - _cable(float(x), towers, high)
        canvas.draw.line((x, y, x, deck), fill=canvas.light.on(colour, 0.3), width=thin)
    cable = [(float(x), deck - _cable(float(x), towers, high)) for x in np.arange(0, canvas.width + 4, 4)]
    canvas.draw.line(cable, fill=tone, width=thin * 3)
    canvas.box(0, deck, canvas.width, deck + canvas.unit * 1.3, canvas.light.on(colour, 0.1, 0.85))
    for tower in towers:
        for side in (-1, 1):
            left = tower + side * canvas.unit * 1.3
            canvas.box(
                left - canvas.unit * 0.6, deck - high, left + canvas.unit * 0.6, canvas.horizon + canvas.unit, tone
            )
        for part in (0.98, 0.6, 0.25):
            row = deck - high * part
            canvas.box(tower - canvas.unit * 1.4, row, tower + canvas.unit * 1.4, row + canvas.unit, tone)


def _cable(x: float, towers: tuple[float, float], high: float) -> float:
    """How far above the deck the cable hangs at column `x`."""
    left, right = towers
    span = right - left
    if x < left:
        return high * math.pow(x / left, 1.6)
    if x > right:
        return high * math.pow(max(0.0, 1 - (x - right) / left), 1.6)
    return high * (0.06 + 0.94 * (2 * (x - left) / span - 1) ** 2)


def windmill(canvas: Canvas, line: Floats, wanted: Wanted) -> None:
    rng = canvas.random_for("windmill")
    x = canvas.width * rng.uniform(0.34, 0.66)
    foot = float(line[int(x)]) + (canvas.height - float(line[int(x)])) * 0.2
    size = canvas.unit * 24
    shadow(canvas, x, foot, size * 0.4)
    wall = wanted.colour((232, 222, 206))
    top = foot - size
    canvas.polygon(
        [(x - size * 0.2, foot), (x - size * 0.12, top), (x + size * 0.12, top), (x + size * 0.2, foot)],
        canvas.light.on(wall),
    )
    canvas.polygon(
        [(x + size * 0.05, foot), (x + size * 0.03, top), (x + size * 0.12, top), (x + size * 0.2, foot)],
        canvas.light.on(wall, 0, 0.8),
    )
    canvas.polygon(
        [(x - size * 0.15, top), (x, top - size * 0.18), (x + size * 0.15, top)], canvas.light.on((120, 66, 52))
    )
    canvas.box(x - size * 0.05, foot - size * 0.2, x + size * 0.05, foot, canvas.light.on((96, 64, 46)))
    turn = rng.uniform(0.2, 1.2)
    for blade in range(4):
        angle = turn + blade * np.pi / 2
        along, across = (np.cos(angle), np.sin(angle)), (-np.sin(angle), np.cos(angle))
        corners = [(0.08, 0), (0.62, 0), (0.62, 0.12), (0.08, 0.12)]
        points = [
            (x + size * (far * along[0] + side * across[0]), top + size * (far * along[1] + side * across[1]))
            for far, side in corners
        ]
        canvas.polygon(points, canvas.light.on((244, 238, 226), 0, 0.9 + 0.08 * math.sin(blade)))
        canvas.draw.line((x, top, *points[1]), fill=canvas.light.on((90, 66, 50)), width=max(1, int(canvas.unit * 0.3)))


def _mixed(colour: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (int(own * (1 - share) + far * share) for own, far in zip(colour, other, strict=True))
    return red, green, blue
