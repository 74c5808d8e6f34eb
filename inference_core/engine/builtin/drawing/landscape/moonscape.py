"""The surface of the moon: craters and stones in grey dust, under a black sky with the Earth in it."""

import numpy as np

from inference_core.engine.builtin.drawing.sky import sky
from inference_core.engine.builtin.drawing.surface import noise
from inference_core.engine.builtin.drawing.surface.canvas import Canvas, Floats
from inference_core.engine.builtin.drawing.surface.scene import Colour, Wanted

DUST: Colour = (168, 166, 164)
_SEA: Colour = (38, 92, 176)
_LAND: Colour = (92, 128, 74)
_CLOUD: Colour = (244, 248, 252)


def lunar_sky(canvas: Canvas, stars: Wanted) -> None:
    """Black with stars down to the horizon, and the Earth, half of it dark."""
    sky.sky(canvas)
    sky.stars(canvas, stars, down_to=canvas.horizon)
    rng = canvas.random_for("earth")
    side = 0.8 if rng.random() < 0.5 else 0.2
    centre = (canvas.width * (side + rng.uniform(-0.06, 0.06)), canvas.horizon * rng.uniform(0.2, 0.3))
    _earth(canvas, centre, canvas.unit * 9, rng)


def _earth(canvas: Canvas, centre: tuple[float, float], radius: float, rng: np.random.Generator) -> None:
    first, last = (int(np.clip(centre[1] + side * radius * 1.05, 0, canvas.height)) for side in (-1, 1))
    if last - first < 2:
        return
    canvas.glow(centre, radius * 1.5, (110, 170, 255), 0.5)
    x: Floats = ((np.arange(canvas.width)[None, :] - centre[0]) / radius).astype(np.float32)
    y: Floats = ((np.arange(first, last)[:, None] - centre[1]) / radius).astype(np.float32)
    far = np.hypot(x, y)
    size, cells = (canvas.width, last - first), (3 * canvas.width / radius / 2, 3.0)
    land = np.clip((noise.field(rng, size, cells, octaves=5) - 0.52) * 14, 0, 1)
    cloud = np.clip((noise.field(rng, size, (cells[0] * 0.7, 5), octaves=5, fade=0.6) - 0.55) * 6, 0, 1)
    cloud = np.maximum(cloud, np.clip((np.abs(y) - 0.84) * 12, 0, 1))
    surface = _mixed(_mixed(np.array(_SEA, np.float32), _LAND, land), _CLOUD, cloud * 0.9)
    depth = np.sqrt(np.clip(1 - far**2, 0, 1))
    light = np.clip(-0.62 * x - 0.36 * y + 0.72 * depth, 0.05, 1)
    canvas.mix_rows(first, surface * light[..., None], np.clip((1 - far) * radius, 0, 1))


def _mixed(below: Floats, above: Colour, share: Floats) -> Floats:
    mixed: Floats = below + (np.array(above, np.float32) - below) * share[..., None]
    return mixed


def craters(canvas: Canvas, line: Floats, colour: Colour) -> None:
    """Pits and stones on the ground below `line`, wider and rounder the nearer they are."""
    rng = canvas.random_for("craters")
    room = canvas.height - float(line.mean())
    for near in np.sort(rng.random(34)) ** 1.5:
        x = rng.uniform(-0.05, 1.05) * canvas.width
        y = float(line[int(np.clip(x, 0, canvas.width - 1))]) + room * (0.05 + 0.95 * near)
        _crater(canvas, x, y, canvas.unit * rng.uniform(1.0, 2.6) * (0.5 + 3.4 * near), 0.2 + 0.14 * near, colour)
    for near in np.sort(rng.random(70)):
        x = rng.random() * canvas.width
        y = float(line[int(min(x, canvas.width - 1))]) + room * (0.04 + 0.96 * near)
        _stone(canvas, x, y, canvas.unit * rng.uniform(0.15, 0.6) * (0.4 + 1.6 * near), colour)


def _crater(canvas: Canvas, x: float, y: float, radius: float, flat: float, colour: Colour) -> None:
    """A hollow with a bright rim; its wall towards the light is in the shade."""
    light, high = canvas.light, radius * flat
    canvas.disc((x, y + high * 0.10), radius * 1.12, light.on(colour, 0, 0.66), flat)
    canvas.disc((x, y - high * 0.06), radius * 1.10, light.on(colour, 0, 1.14), flat)
    canvas.disc((x, y), radius, light.on(colour, 0, 0.36), flat)
    canvas.disc((x + radius * 0.10, y + high * 0.20), radius * 0.86, light.on(colour, 0, 0.58), flat * 0.88)
    canvas.disc((x + radius * 0.16, y + high * 0.34), radius * 0.66, light.on(colour, 0, 0.82), flat * 0.74)


def _stone(canvas: Canvas, x: float, y: float, radius: float, colour: Colour) -> None:
    canvas.disc((x + radius * 0.5, y + radius * 0.5), radius * 1.3, canvas.light.on(colour, 0, 0.34), 0.36)
    canvas.disc((x, y), radius, canvas.light.on(colour, 0, 0.62), 0.74)
    canvas.disc((x - radius * 0.2, y - radius * 0.2), radius * 0.7, canvas.light.on(colour, 0, 1.06), 0.7)
