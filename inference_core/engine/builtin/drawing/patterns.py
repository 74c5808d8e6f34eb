"""Patterns without a subject: waves, stripes, circles, tiles, gradients."""

import colorsys
from collections.abc import Callable

import numpy as np

from inference_core.engine.builtin.drawing.surface import noise
from inference_core.engine.builtin.drawing.surface.canvas import Canvas
from inference_core.engine.builtin.drawing.surface.scene import Colour, Scene


def paint_pattern(canvas: Canvas, scene: Scene) -> None:
    """The pattern that was asked for; "abstract" alone chooses one at random. Raises KeyError if the scene has none."""
    rng = canvas.random_for("pattern")
    kinds = [kind for kind in PATTERNS if kind in scene]
    kind = kinds[0] if kinds else list(PATTERNS)[int(rng.integers(len(PATTERNS)))]
    colours = scene.wanted(kind).colours or scene.wanted("abstract").colours or scene.loose_colours
    PATTERNS[kind](canvas, _palette(colours, rng), rng)


def _palette(colours: tuple[Colour, ...], rng: np.random.Generator) -> list[Colour]:
    """At least five colours: lighter and darker variants of the named ones, else a random harmony."""
    if not colours:
        start = rng.random()
        hues = [(start + step * 0.09) % 1 for step in range(4)] + [(start + 0.5) % 1]
        return [_of_hue(hue, light) for hue, light in zip(hues, (0.32, 0.5, 0.62, 0.76, 0.6), strict=True)]
    kin = [_shaded(colour, tone) for tone in (1.0, 0.62, 1.35, 0.82, 1.18) for colour in colours]
    return kin[: max(5, len(colours))]


def _of_hue(hue: float, light: float) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(hue, light, 0.62)
    return int(red * 255), int(green * 255), int(blue * 255)


def _shaded(colour: Colour, tone: float) -> Colour:
    red, green, blue = (
        int(part * tone) if tone <= 1 else int(part + (255 - part) * (tone - 1) * 1.6) for part in colour
    )
    return min(red, 255), min(green, 255), min(blue, 255)


def _gradient(canvas: Canvas, palette: list[Colour], rng: np.random.Generator) -> None:
    flow = noise.field(rng, (canvas.width, canvas.height), (1.5, 1.5), octaves=2, fade=0.4)
    stops = np.linspace(0, 1, len(palette))
    table = np.array(palette, np.float32)
    colours = np.stack([np.interp(flow, stops, table[:, channel]) for channel in range(3)], axis=-1)
    canvas.put_rows(0, colours.astype(np.float32) + rng.random((*flow.shape, 1), np.float32) * 4 - 2)


def _waves(canvas: Canvas, palette: list[Colour], rng: np.random.Generator) -> None:
    canvas.image.paste(palette[-1], (0, 0, canvas.width, canvas.height))
    layers = 11
    for layer in range(layers):
        top = canvas.height * (layer / layers) - canvas.height * 0.12 * noise.line(rng, canvas.width, 2.2, 2, 0.3)
        points = [(float(x), float(y)) for x, y in enumerate(top)]
        colour = palette[layer % len(palette)]
        shifted = [(x, y - canvas.unit * 0.5) for x, y in points]
        canvas.polygon([*shifted, (canvas.width, canvas.height), (0, canvas.height)], _shaded(colour, 1.3))
        canvas.polygon([*points, (canvas.width, canvas.height), (0, canvas.height)], colour)


def _stripes(canvas: Canvas, palette: list[Colour], rng: np.random.Generator) -> None:
    lean = canvas.height * rng.uniform(0.15, 0.5)
    x, index = -lean, 0
    while x < canvas.width:
        width = canvas.unit * rng.uniform(3, 12)
        corners = [(x, canvas.height), (x + lean, 0), (x + lean + width, 0), (x + width, canvas.height)]
        canvas.polygon(corners, palette[index % len(palette)])
        x, index = x + width - 1, index + 1


def _circles(canvas: Canvas, palette: list[Colour], rng: np.random.Generator) -> None:
    canvas.image.paste(_shaded(palette[0], 0.4), (0, 0, canvas.width, canvas.height))
    for size in np.sort(rng.pareto(1.6, 90))[::-1]:
        radius = canvas.unit * min(2 + 4.5 * size, 22)
        centre = (rng.random() * canvas.width, rng.random() * canvas.height)
        colour = palette[int(rng.integers(len(palette)))]
        canvas.disc(centre, radius, colour)
        if rng.random() < 0.6:
            canvas.disc(centre, radius * 0.68, palette[int(rng.integers(len(palette)))])
            canvas.disc(centre, radius * 0.36, _shaded(colour, 1.25))


def _tiles(canvas: Canvas, palette: list[Colour], rng: np.random.Generator) -> None:
    """Triangles between jittered points, with a gradient of light across the picture."""
    step = canvas.unit * 11
    across, down = int(canvas.width / step) + 3, int(canvas.height / step) + 3
    jitter = rng.uniform(-0.32, 0.32, (down, across, 2))
    points = [
        [((col - 1 + jitter[row, col, 0]) * step, (row - 1 + jitter[row, col, 1]) * step) for col in range(across)]
        for row in range(down)
    ]
    for row in range(down - 1):
        for col in range(across - 1):
            a, b, c, d = points[row][col], points[row][col + 1], points[row + 1][col + 1], points[row + 1][col]
            for corners in ((a, b, c), (a, c, d)):
                tone = 0.72 + 0.4 * (col / across) + rng.uniform(-0.12, 0.12)
                colour = palette[int(len(palette) * ((row / down + rng.uniform(-0.15, 0.15)) % 1))]
                canvas.polygon(corners, _shaded(colour, tone))


PATTERNS: dict[str, Callable[[Canvas, list[Colour], np.random.Generator], None]] = {
    "gradient": _gradient,
    "waves": _waves,
    "stripes": _stripes,
    "circles": _circles,
    "tiles": _tiles,
}
