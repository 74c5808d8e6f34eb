"""The ground: mountains in layers of haze, hills, meadows, snow, sand, dunes and the river through them."""

import numpy as np

from inference_core.engine.builtin.drawing.surface import noise
from inference_core.engine.builtin.drawing.surface.canvas import Canvas, Floats
from inference_core.engine.builtin.drawing.surface.scene import Colour, Wanted

ROCK: Colour = (92, 102, 118)
GRASS: Colour = (104, 152, 66)
SAND: Colour = (232, 190, 124)
SNOW: Colour = (238, 244, 252)


def mountains(canvas: Canvas, wanted: Wanted, *, snowy: bool, foot: float) -> None:
    """Three ranges, the nearest one darkest and, if snowy, with white tops. `foot` is the row where they end."""
    rng = canvas.random_for("mountains")
    for distance, height, peaks in ((0.68, 0.62, 2.2), (0.42, 0.46, 3.2), (0.14, 0.26, 5.0)):
        top = foot - canvas.horizon * height * (
            0.18 + 1.05 * _range(rng, canvas.width, peaks * canvas.width / canvas.height)
        )
        colour = canvas.light.on(wanted.colour(ROCK), distance)
        slope(canvas, top, foot, colour, canvas.light.on(wanted.colour(ROCK), min(1, distance + 0.3)), 0.16)
        _relief(canvas, top, foot, distance, snowy)


def _range(rng: np.random.Generator, width: int, peaks: float) -> Floats:
    """A line of straight-sided peaks, roughened, from 0 to 1."""
    x = np.linspace(0, 1, width, dtype=np.float32)
    height = np.full(width, 0.25, np.float32)
    count = max(2, round(peaks * 2))
    for place in (np.arange(count) + rng.uniform(0.1, 0.9, count)) / count:
        tall, steep = rng.uniform(0.45, 0.95), rng.uniform(0.7, 1.4) * peaks
        left_of = x < place
        side = np.where(left_of, rng.uniform(0.8, 1.2), rng.uniform(0.8, 1.2))
        height = np.maximum(height, tall - np.abs(x - place) * steep * side)
    rough = noise.line(rng, width, 3 * peaks, octaves=6, fade=0.55) - 0.5
    jagged: Floats = np.clip(height + 0.2 * rough, 0, 1.05).astype(np.float32)
    return jagged


def _relief(canvas: Canvas, top: Floats, foot: float, distance: float, snowy: bool) -> None:
    """Shaded slopes, and snow down to a jagged line."""
    rng = canvas.random_for(f"relief {distance}")
    first, last = int(max(0, top.min())), int(foot)
    if last - first < 2:
        return
    size = (canvas.width, last - first)
    rough = noise.field(rng, size, (14, 8), octaves=5, fade=0.6)
    y = np.arange(first, last, dtype=np.float32)[:, None]
    inside = np.clip(y - top[None, :], 0, 1)
    width = max(3, int(canvas.unit * 2)) | 1
    smooth = np.convolve(np.pad(top, width // 2, mode="edge"), np.ones(width) / width, mode="valid")
    steep = np.tanh(np.gradient(smooth) * 1.8)
    columns = np.clip(np.arange(canvas.width)[None, :] + ((rough - 0.5) * canvas.unit * 26).astype(int), 0, None)
    face = steep[np.minimum(columns, canvas.width - 1)]
    shade = inside * np.clip(0.16 + 0.2 * face + 0.35 * (rough - 0.5), 0, 0.5) * (1 - distance)
    if snowy:
        reach = canvas.horizon * (0.05 + 0.13 * rough) * (1.25 - 0.5 * distance)
        highest = canvas.horizon * 0.1 * np.clip((top.mean() - top) / max(float(np.ptp(top)), 1), -0.5, 1)
        white = inside * np.clip((reach + highest[None, :] - (y - top[None, :])) / canvas.unit, 0, 1)
        bright = np.array(canvas.light.on(SNOW, distance * 0.6), np.float32)
        canvas.mix_rows(first, bright * (0.84 - 0.16 * face[..., None]), white * 0.95)
        shade = shade * (1 - 0.7 * white)
    canvas.mix_rows(first, canvas.light.on((20, 26, 48), distance * 0.4), shade.astype(np.float32))


def hills(canvas: Canvas, wanted: Wanted, *, foot: float, colour: Colour) -> None:
    """Soft ridges one behind the other."""
    rng = canvas.random_for("hills")
    for distance, height in ((0.5, 0.4), (0.3, 0.27), (0.12, 0.15)):
        waves = max(1.0, 1.6 * canvas.width / canvas.height) + 2 * distance
        top = foot - canvas.horizon * height * (0.2 + noise.line(rng, canvas.width, waves, octaves=3, fade=0.3))
        own = wanted.colour(colour)
        slope(canvas, top, foot, canvas.light.on(own, distance), canvas.light.on(own, distance + 0.12, 0.8), 0.1)


def slope(
    canvas: Canvas, top: Floats, foot: float, upper: Colour, lower: Colour, uneven: float, grain: float = 0.5
) -> None:
    """Ground from the line `top` (a row per column) to the row `foot`, its colour changing downwards."""
    first, last = int(np.clip(top.min(), 0, canvas.height - 1)), int(min(foot, canvas.height))
    if last - first < 1:
        return
    rng = canvas.random_for(f"slope {first} {last}")
    y = np.arange(first, last, dtype=np.float32)[:, None]
    inside = np.clip(y - top[None, :] + 0.5, 0, 1)
    depth = np.clip((y - top[None, :]) / max(foot - float(top.mean()), 1), 0, 1)[..., None]
    size = (canvas.width, last - first)
    texture = noise.field(rng, size, (8, 10), octaves=6, fade=0.62) - 0.5
    texture += grain * (rng.random(texture.shape, np.float32) - 0.5) * 0.5
    colours = np.array(upper, np.float32) * (1 - depth) + np.array(lower, np.float32) * depth
    canvas.mix_rows(first, colours * (1 + uneven * 1.6 * texture[..., None]), inside)


def ground(canvas: Canvas, colour: Colour, *, top: float, rolling: float, darker: float = 0.62) -> Floats:
    """The ground in front, down to the lower edge; returns its upper line, a row per column."""
    rng = canvas.random_for("ground")
    rise = noise.line(rng, canvas.width, 1.5, octaves=3, fade=0.35)
    line: Floats = (top - rolling * canvas.height * rise).astype(np.float32)
    light = canvas.light
    slope(canvas, line, canvas.height, light.on(colour, 0.14), light.on(colour, 0, darker), 0.2, grain=1)
    return line


def dunes(canvas: Canvas, wanted: Wanted) -> None:
    """Waves of sand, each with a lit and a shaded side along a winding crest."""
    rng = canvas.random_for("dunes")
    own = wanted.colour(SAND)
    layers = 5
    for layer in range(layers):
        near = layer / (layers - 1)
        base = canvas.horizon * 0.97 + (canvas.height - canvas.horizon) * 0.85 * near**1.3
        swing = canvas.height * (0.05 + 0.09 * near)
        top = base - swing * noise.line(rng, canvas.width, 1.4 + 0.6 * rng.random(), octaves=2, fade=0.25)
        distance = 0.42 * (1 - near)
        slope(
            canvas,
            top,
            canvas.height,
            canvas.light.on(own, distance, 1.05),
            canvas.light.on(own, distance, 0.72),
            0.05,
            0.3,
        )
        _lee_side(canvas, top, own, distance, swing, rng)


def _lee_side(
    canvas: Canvas, top: Floats, own: Colour, distance: float, swing: float, rng: np.random.Generator
) -> None:
    first = int(max(0, top.min()))
    last = int(min(canvas.height, top.max() + swing * 2.2))
    if last - first < 2:
        return
    y = np.arange(first, last, dtype=np.float32)[:, None]
    bend = noise.line(rng, canvas.width, 2.5, octaves=3) - 0.35
    reach = np.clip(np.tanh(np.gradient(top) * 9) + bend, 0, None) * swing * 1.5
    below = y - top[None, :]
    share = np.clip(below, 0, 1) * np.clip((reach[None, :] - below) / (canvas.unit * 0.6), 0, 1)
    canvas.mix_rows(first, canvas.light.on(own, distance, 0.6), (share * 0.75).astype(np.float32))


def river(canvas: Canvas, line: Floats, wanted: Wanted, *, is_road: bool = False) -> None:
    """A band that winds from the ground's upper line to the lower edge, wider where it is nearer."""
    rng = canvas.random_for("road" if is_road else "river")
    middle = canvas.width * rng.uniform(0.4, 0.6)
    start = int(line[int(middle)]) + 1
    rows = np.arange(start, canvas.height, dtype=np.float32)
    if not len(rows):
        return
    near = (rows - start) / max(len(rows), 1)
    swing = canvas.width * 0.2 * near * np.sin(2 * np.pi * (1.25 * near**0.55 + rng.random()))
    half = canvas.width * (0.004 + (0.1 if is_road else 0.15) * near**1.4)
    x = np.arange(canvas.width, dtype=np.float32)[None, :]
    centre = middle + swing[:, None]
    inside = np.clip(half[:, None] - np.abs(x - centre) + 0.5, 0, 1)
    if is_road:
        canvas.mix_rows(start, canvas.light.on(wanted.colour((112, 106, 102))), inside)
        dashes = np.clip(half[:, None] * 0.05 - np.abs(x - centre) + 0.5, 0, 1) * (np.sin(near**0.4 * 70) > 0)[:, None]
        canvas.mix_rows(start, canvas.light.on((236, 228, 206)), (dashes * 0.9).astype(np.float32))
        return
    bank = np.clip(half[:, None] * 1.18 + canvas.unit * 0.3 - np.abs(x - centre) + 0.5, 0, 1)
    canvas.mix_rows(start, canvas.light.on((120, 104, 74)), bank * 0.7)
    ripple = noise.field(rng, (canvas.width, len(rows)), (5, 60), octaves=3) - 0.5
    water = np.array(canvas.light.on(wanted.colour((70, 140, 190)), 0.12), np.float32)
    sky = np.array(canvas.light.sky[2], np.float32)
    share = np.clip(0.38 - 0.25 * near[:, None] + 0.35 * ripple, 0, 1)[..., None]
    canvas.mix_rows(start, water * (1 - share) + sky * share, inside)
