"""Water that reflects what is above it."""

import numpy as np

from inference_core.engine.builtin.drawing.surface import noise
from inference_core.engine.builtin.drawing.surface.canvas import Canvas
from inference_core.engine.builtin.drawing.surface.scene import Wanted


def water(canvas: Canvas, wanted: Wanted, *, calm: bool) -> None:
    """From the horizon down: the mirrored picture, broken by ripples that grow nearer, in the water's own colour."""
    rng = canvas.random_for("water")
    first = int(canvas.horizon)
    rows = canvas.height - first
    if rows < 2 or first < 2:
        return
    above = canvas.rows(0, first)
    near = np.linspace(0, 1, rows, dtype=np.float32)
    size = (canvas.width, rows)
    ripple = noise.field(rng, size, (4 * canvas.width / canvas.height, 70), octaves=4, fade=0.55) - 0.5
    roughness = (0.35 if calm else 1.0) * canvas.unit
    shift = ripple * (1.5 + 9 * near[:, None]) * roughness
    y = np.clip(first - 1 - np.arange(rows)[:, None] * 0.92 - np.abs(shift) * 1.4, 0, first - 1).astype(int)
    x = np.clip(np.arange(canvas.width)[None, :] + shift, 0, canvas.width - 1).astype(int)
    mirrored = above[y, x]
    own = np.array(canvas.light.on(wanted.colour((26, 92, 136))), np.float32)
    share = np.clip((0.3 if calm else 0.36) + 0.32 * near, 0, 1)[:, None, None]
    mixed = mirrored * (1 - share) * 0.94 + own * share
    glint = np.clip(ripple * 2.6 - 0.5, 0, 1) * (0.2 if calm else 0.38)
    bright = np.array(canvas.light.sky[2], np.float32)
    canvas.put_rows(first, mixed + (bright - mixed) * glint[..., None] * (1 - 0.4 * near[:, None, None]))


def path_of_light(canvas: Canvas, x: float, colour: tuple[int, int, int]) -> None:
    """Glints under the sun or the moon at column `x`."""
    rng = canvas.random_for("path of light")
    first, rows = int(canvas.horizon), canvas.height - int(canvas.horizon)
    if rows < 2:
        return
    near = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    away = np.abs(np.arange(canvas.width, dtype=np.float32)[None, :] - x) / (canvas.unit * (4 + 16 * near))
    ripple = noise.field(rng, (canvas.width, rows), (10 * canvas.width / canvas.height, 90), octaves=3)
    share = np.clip(ripple * 2.4 - 0.75 - away, 0, 1) * (0.95 - 0.45 * near)
    canvas.mix_rows(first, colour, share.astype(np.float32))


def shore(canvas: Canvas, colour: tuple[int, int, int]) -> None:
    """Sand at the lower edge, wet and foaming where the water ends."""
    rng = canvas.random_for("shore")
    first = int(canvas.horizon)
    top = canvas.height - canvas.height * 0.16 * (0.55 + 0.8 * noise.line(rng, canvas.width, 1.2, octaves=3, fade=0.3))
    y = np.arange(first, canvas.height, dtype=np.float32)[:, None]
    below = y - top[None, :].astype(np.float32)
    sand = np.array(canvas.light.on(colour), np.float32)
    grain = rng.random(below.shape, np.float32)[..., None]
    wet = np.clip(below / (canvas.unit * 5), 0, 1)[..., None]
    canvas.mix_rows(first, sand * (0.72 + 0.28 * wet) * (0.95 + 0.08 * grain), np.clip(below, 0, 1))
    waves = noise.line(rng, canvas.width, 9, octaves=4)[None, :] * canvas.unit * 1.6
    for place, width in ((0.4, 1.1), (-4.5, 0.7), (-9.5, 0.45)):
        foam = np.exp(-(((below - place * canvas.unit - waves + canvas.unit) / (width * canvas.unit)) ** 2))
        canvas.mix_rows(first, canvas.light.on((250, 252, 252)), (foam * 0.8).astype(np.float32))
