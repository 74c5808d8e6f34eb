"""What falls and drifts in front of everything: rain, snow, fog, lightning."""

import numpy as np

from inference_core.engine.builtin.drawing.surface import noise
from inference_core.engine.builtin.drawing.surface.canvas import Canvas, Point


def rain(canvas: Canvas) -> None:
    rng = canvas.random_for("rain")
    canvas.mix_rows(0, canvas.light.haze, np.full((canvas.height, canvas.width), 0.16, np.float32))
    for _ in range(int(900 * max(1.0, canvas.width / canvas.height))):
        x, y = rng.random() * canvas.width * 1.1, rng.random() * canvas.height
        length = canvas.unit * rng.uniform(2, 6)
        shade = int(rng.uniform(150, 215))
        canvas.draw.line((x, y, x - length * 0.2, y + length), fill=(shade, shade + 6, shade + 14), width=1)


def snowfall(canvas: Canvas) -> None:
    rng = canvas.random_for("snowfall")
    for _ in range(int(750 * max(1.0, canvas.width / canvas.height))):
        centre = (rng.random() * canvas.width, rng.random() * canvas.height)
        canvas.disc(
            centre, canvas.unit * min(0.16 + 0.12 * rng.pareto(2.5), 0.8), canvas.light.on((252, 253, 255), 0.05, 1.2)
        )


def fog(canvas: Canvas) -> None:
    """Drifting banks of fog, densest around the horizon."""
    rng = canvas.random_for("fog")
    banks = noise.field(rng, (canvas.width, canvas.height), (3, 9), octaves=4)
    y = np.arange(canvas.height, dtype=np.float32)[:, None]
    thick = np.exp(-(((y - canvas.horizon) / (canvas.height * 0.24)) ** 2))
    canvas.mix_rows(0, canvas.light.haze, np.clip(thick * (0.35 + 0.75 * banks), 0, 0.88))


def lightning(canvas: Canvas) -> None:
    rng = canvas.random_for("lightning")
    x = canvas.width * rng.uniform(0.3, 0.7)
    canvas.glow((x, canvas.horizon * 0.35), canvas.unit * 60, (190, 200, 255), 0.5)
    _bolt(canvas, (x, 0), canvas.horizon * 0.98, canvas.unit * 0.5, rng, forks=3)


def _bolt(canvas: Canvas, start: Point, end: float, width: float, rng: np.random.Generator, forks: int) -> None:
    x, y = start
    points = [start]
    while y < end:
        y += canvas.unit * rng.uniform(1.5, 4)
        x += canvas.unit * rng.normal() * 2.2
        points.append((x, y))
    canvas.draw.line(points, fill=(150, 160, 236), width=max(1, int(width * 2)), joint="curve")
    canvas.draw.line(points, fill=(250, 250, 255), width=max(1, int(width)), joint="curve")
    for _ in range(forks):
        place = points[int(rng.integers(1, max(2, len(points) * 2 // 3)))]
        _bolt(canvas, place, place[1] + (end - place[1]) * rng.uniform(0.3, 0.6), width * 0.5, rng, 0)
