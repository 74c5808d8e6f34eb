"""Trees, forests, flowers and grass."""

from collections.abc import Callable
from math import cos, pi, sin

import numpy as np

from inference_core.engine.builtin.drawing.surface.canvas import Canvas, Floats
from inference_core.engine.builtin.drawing.surface.scene import Colour, Wanted

PINE: Colour = (38, 84, 62)
LEAVES: Colour = (70, 128, 58)
BLOSSOM: Colour = (244, 170, 196)
_AUTUMN: tuple[Colour, ...] = ((214, 120, 38), (196, 74, 40), (226, 168, 52), (170, 92, 44))
_BARK: Colour = (84, 62, 46)
_PETALS: tuple[Colour, ...] = ((232, 70, 84), (250, 206, 70), (236, 120, 190), (250, 250, 246), (150, 100, 214))

Tree = Callable[[Canvas, float, float, float, Colour, float, np.random.Generator], None]


def pine(
    canvas: Canvas, x: float, foot: float, height: float, colour: Colour, distance: float, rng: np.random.Generator
) -> None:
    """Tiers of branches, the sides away from the light darker."""
    width = height * rng.uniform(0.19, 0.25)
    trunk = height * 0.03
    canvas.box(x - trunk, foot - height * 0.16, x + trunk, foot, canvas.light.on(_BARK, distance))
    tiers = 5 if height < canvas.unit * 14 else 8
    for tier in range(tiers):
        part = tier / tiers
        low, high = foot - height * (0.1 + 0.82 * part), foot - height * min(1, 0.36 + 0.8 * part)
        half = width * (1 - part) ** 0.85 * rng.uniform(0.92, 1.08) + trunk
        shade = 0.8 + 0.3 * part
        tip = (x, high)
        droop = low + half * 0.12
        canvas.polygon([tip, (x - half, droop), (x, low)], canvas.light.on(colour, distance, shade * 1.12))
        canvas.polygon([tip, (x, low), (x + half, droop)], canvas.light.on(colour, distance, shade * 0.84))


def leafy(
    canvas: Canvas, x: float, foot: float, height: float, colour: Colour, distance: float, rng: np.random.Generator
) -> None:
    """A trunk with branches under a crown of leaves in three tones, lit from the upper left."""
    trunk, crown = height * 0.045, height * 0.3
    top = foot - height * 0.62
    bark = canvas.light.on(_BARK, distance)
    canvas.polygon(
        [(x - trunk * 1.5, foot), (x - trunk * 0.6, top), (x + trunk * 0.6, top), (x + trunk * 1.5, foot)], bark
    )
    clusters = [(rng.uniform(0, 2 * pi), rng.uniform(0.1, 1) ** 0.6) for _ in range(16)]
    for tone, size, shift in ((0.66, 0.5, 0.06), (0.88, 0.4, 0.0), (1.12, 0.25, -0.13)):
        for angle, far in clusters:
            centre = (
                x + crown * (cos(angle) * far * 0.85 + shift),
                top + crown * (sin(angle) * far * 0.75 + shift - 0.1),
            )
            canvas.disc(centre, crown * size * rng.uniform(0.7, 1.05), canvas.light.on(colour, distance, tone), 0.9)
    if height > canvas.unit * 14:
        for _ in range(140):
            angle, far = rng.uniform(0, 2 * pi), rng.uniform(0, 1) ** 0.5 * 1.15
            centre = (x + crown * cos(angle) * far, top + crown * (sin(angle) * far * 0.9 - 0.1))
            tone = rng.uniform(0.75, 1.3) * (1.1 - 0.2 * (cos(angle) + sin(angle)) * far)
            canvas.disc(centre, crown * 0.06, canvas.light.on(colour, distance, tone))


def palm(
    canvas: Canvas, x: float, foot: float, height: float, colour: Colour, distance: float, rng: np.random.Generator
) -> None:
    """A bent trunk and fronds that hang from its top."""
    lean = height * rng.uniform(-0.3, 0.3)
    steps = 12
    trunk = [(x + lean * (part / steps) ** 1.8, foot - height * part / steps) for part in range(steps + 1)]
    for part, (left, low) in enumerate(trunk[:-1]):
        half = height * (0.026 - 0.012 * part / steps)
        right, high = trunk[part + 1]
        canvas.polygon(
            [(left - half, low), (right - half, high), (right + half, high), (left + half, low)],
            canvas.light.on((128, 100, 72), distance, 0.9 + 0.14 * (part % 2)),
        )
    top = trunk[-1]
    for frond in range(11):
        angle = pi * (frond / 10) * 1.3 - 0.15 * pi + rng.uniform(-0.1, 0.1)
        length = height * rng.uniform(0.34, 0.44)
        spine = [
            (top[0] - cos(angle) * length * s, top[1] - sin(angle) * length * s * 0.6 + length * 0.75 * s * s)
            for s in np.linspace(0, 1, 8)
        ]
        under = [(px, py + length * 0.16 * sin(pi * k / 7)) for k, (px, py) in enumerate(spine)]
        canvas.polygon([*spine, *reversed(under)], canvas.light.on(colour, distance, rng.uniform(0.7, 1.15)))


def cactus(
    canvas: Canvas, x: float, foot: float, height: float, colour: Colour, distance: float, rng: np.random.Generator
) -> None:
    """A column with two raised arms."""
    half = height * 0.09
    dark, bright = canvas.light.on(colour, distance, 0.75), canvas.light.on(colour, distance, 1.05)
    for side in (-1, 1):
        arm, elbow = x + side * half * 3.2, foot - height * rng.uniform(0.36, 0.5)
        canvas.box(min(x, arm), elbow - half * 0.6, max(x, arm), elbow + half * 0.6, dark)
        canvas.draw.rounded_rectangle(
            (arm - half * 0.7, elbow - height * 0.3, arm + half * 0.7, elbow + half * 0.6), half * 0.7, fill=dark
        )
    canvas.draw.rounded_rectangle((x - half, foot - height, x + half, foot), half, fill=dark)
    canvas.draw.rounded_rectangle((x - half * 0.75, foot - height * 0.97, x, foot), half * 0.4, fill=bright)


def forest(canvas: Canvas, line: Floats, kind: Tree, colour: Colour, wanted: Wanted, *, autumn: bool) -> None:
    """Rows of trees along the upper line of the ground, from far and hazy to near and dark."""
    rng = canvas.random_for("forest")
    room = canvas.height - float(line.mean())
    for near in (0.0, 0.3, 0.62, 1.0):
        height = canvas.height * (0.09 + 0.2 * near)
        gap = max(height * (0.24 if near < 0.9 else 0.5), canvas.width / 70)
        for place in np.arange(-gap, canvas.width + gap, gap):
            x = place + rng.uniform(-0.5, 0.5) * gap
            if near > 0.9 and 0.28 < x / canvas.width < 0.72:
                continue
            foot = line[int(np.clip(x, 0, canvas.width - 1))] + room * (0.02 + 0.5 * near**1.5) + height * 0.06
            own = _own(colour, wanted, autumn, rng)
            kind(canvas, x, foot, height * rng.uniform(0.75, 1.2), own, 0.48 * (1 - near), rng)


def single_trees(canvas: Canvas, line: Floats, kind: Tree, colour: Colour, wanted: Wanted, *, autumn: bool) -> None:
    """A few trees in front, one of them large; the one that was asked for alone stands near the middle."""
    rng = canvas.random_for(kind.__name__)
    count = min(wanted.count or 4, 24)
    room = canvas.height - float(line.mean())
    trees = sorted((rng.uniform(0.08, 0.4), index) for index in range(count))
    for depth, index in trees:
        near = 0.42 if count == 1 else depth
        place = rng.uniform(0.34, 0.66) if count == 1 else (index + rng.uniform(0.2, 0.8)) / count
        x = place * canvas.width
        foot = line[int(np.clip(x, 0, canvas.width - 1))] + room * near
        height = canvas.height * (0.1 + 0.75 * near) * (1.15 if count == 1 else rng.uniform(0.8, 1.1))
        shadow(canvas, x, foot, height * 0.24)
        kind(canvas, x, foot, height, _own(colour, wanted, autumn, rng), 0.15 * (1 - near), rng)


def flowers(canvas: Canvas, line: Floats, wanted: Wanted) -> None:
    """Dots far away, petals on stalks near by."""
    rng = canvas.random_for("flowers")
    colours = wanted.colours or _PETALS
    room = canvas.height - line
    for near in np.sort(rng.random(1500)) ** 1.2:
        x = rng.random() * canvas.width
        column = int(min(x, canvas.width - 1))
        y = line[column] + room[column] * (0.03 + 0.97 * near)
        size = canvas.unit * (0.14 + 1.0 * near**2.4)
        colour = colours[int(rng.integers(len(colours)))]
        tone = float(rng.uniform(0.85, 1.1))
        if near < 0.6:
            canvas.disc((x, y), size, canvas.light.on(colour, 0.16 * (1 - near), tone), 0.7)
        elif rng.random() < 0.42:
            _blossom(canvas, x, y, size, colour, tone, rng)


def grass(canvas: Canvas, line: Floats, colour: Colour) -> None:
    """Blades of grass; near ones are longer."""
    rng = canvas.random_for("grass")
    room = canvas.height - line
    for near in np.sort(rng.random(1800)) ** 0.8:
        x = rng.random() * canvas.width
        column = int(min(x, canvas.width - 1))
        y = line[column] + room[column] * (0.06 + near)
        length = canvas.unit * (0.5 + 3.2 * near**2)
        half = canvas.unit * 0.08 * (1 + near)
        tip = (x + length * rng.uniform(-0.4, 0.4), y - length)
        canvas.polygon([(x - half, y), tip, (x + half, y)], canvas.light.on(colour, 0, rng.uniform(0.5, 1.2)))


def shadow(canvas: Canvas, x: float, foot: float, half: float) -> None:
    """The shadow of a thing on the ground."""
    first, last = int(max(0, foot - half * 0.2)), int(min(canvas.height, foot + half * 0.2))
    if last <= first:
        return
    across = (np.arange(canvas.width, dtype=np.float32)[None, :] - x - half * 0.3) / half
    down = (np.arange(first, last, dtype=np.float32)[:, None] - foot) / (half * 0.18)
    canvas.mix_rows(first, (12, 18, 30), np.clip(1 - np.hypot(across, down), 0, 1) * 0.55)


def _blossom(
    canvas: Canvas, x: float, y: float, size: float, colour: Colour, tone: float, rng: np.random.Generator
) -> None:
    stalk = canvas.light.on((66, 118, 52), 0, 0.8)
    canvas.draw.line(
        (x, y, x + size * rng.uniform(-0.6, 0.6), y + size * 4), fill=stalk, width=max(1, int(size * 0.28))
    )
    turn = rng.uniform(0, pi)
    for petal in range(5):
        angle = turn + petal * 2 * pi / 5
        centre = (x + cos(angle) * size * 0.8, y + sin(angle) * size * 0.6)
        canvas.disc(centre, size * 0.62, canvas.light.on(colour, 0, tone * (0.94 + 0.06 * (petal % 2))), 0.85)
    canvas.disc((x, y), size * 0.42, canvas.light.on((250, 214, 90)), 0.8)


def _own(colour: Colour, wanted: Wanted, autumn: bool, rng: np.random.Generator) -> Colour:
    choices = wanted.colours or (_AUTUMN if autumn else (colour,))
    red, green, blue = choices[int(rng.integers(len(choices)))]
    shift = rng.uniform(0.88, 1.1)
    return (
        min(255, int(red * shift)),
        min(255, int(green * shift * rng.uniform(0.95, 1.05))),
        min(255, int(blue * shift)),
    )
