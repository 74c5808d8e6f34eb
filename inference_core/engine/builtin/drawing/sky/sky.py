"""The sky and what shines in it: gradient, stars, sun, moon, clouds, rainbow, aurora."""

import numpy as np

from inference_core.engine.builtin.drawing.surface import noise
from inference_core.engine.builtin.drawing.surface.canvas import Canvas, Floats, Point
from inference_core.engine.builtin.drawing.surface.scene import Colour, Wanted

_RAINBOW: tuple[Colour, ...] = (
    (150, 80, 190), (80, 100, 220), (70, 180, 220), (90, 200, 110), (245, 225, 90), (250, 160, 70), (235, 80, 80),
)  # fmt: skip


def sky(canvas: Canvas) -> None:
    """A gradient from the zenith to the horizon, slightly uneven so that no bands are visible."""
    rng = canvas.random_for("sky")
    depth = np.clip(np.arange(canvas.height, dtype=np.float32) / max(canvas.horizon, 1), 0, 1)
    stops = np.array(canvas.light.sky, np.float32)
    column = np.stack([np.interp(depth, [0, 0.55, 1], stops[:, channel]) for channel in range(3)], axis=1)
    uneven = noise.field(rng, (canvas.width, canvas.height), (2, 4), octaves=3)
    grain = rng.random((canvas.height, canvas.width), np.float32)
    shade = (uneven - 0.5) * 14 + grain * 3
    canvas.put_rows(0, column[:, None, :] + shade[..., None])


def stars(canvas: Canvas, wanted: Wanted, *, down_to: float) -> None:
    rng = canvas.random_for("stars")
    count = int(canvas.width * down_to / canvas.unit**2 * 0.035)
    for x, y, size in zip(
        rng.random(count) * canvas.width, rng.random(count) ** 1.3 * down_to, rng.pareto(2.2, count), strict=True
    ):
        radius = canvas.unit * min(0.12 + 0.05 * size, 0.42)
        fade = 1 - 0.75 * y / down_to
        red, green, blue = wanted.colour((255, 255, 246 - int(rng.random() * 50)))
        colour = (int(red * fade), int(green * fade), int(blue * fade))
        if radius > 0.3 * canvas.unit:
            canvas.glow((x, y), radius * 7, colour, 0.5)
        canvas.disc((x, y), radius, colour)


def milky_way(canvas: Canvas) -> None:
    """A band of pale dust across the sky."""
    rng = canvas.random_for("milky way")
    height = int(canvas.horizon)
    x = np.linspace(0, 1, canvas.width, dtype=np.float32)[None, :]
    y = np.linspace(0, 1, height, dtype=np.float32)[:, None]
    across = x * 0.75 + y * 0.65 - 0.72
    dust = noise.field(rng, (canvas.width, height), (5, 5), octaves=6, fade=0.6)
    share = np.exp(-((across / 0.16) ** 2)) * np.clip(dust * 1.5 - 0.35, 0, 1) * 0.55
    canvas.mix_rows(0, (190, 190, 230), share)


def sun(canvas: Canvas, wanted: Wanted, *, low: bool) -> None:
    rng = canvas.random_for("sun")
    x = canvas.width * rng.uniform(0.25, 0.75)
    y = canvas.horizon * (rng.uniform(0.74, 0.86) if low else rng.uniform(0.2, 0.36))
    colour = wanted.colour(canvas.light.sun)
    canvas.glow((x, y), canvas.unit * 75, colour, 0.55)
    canvas.glow((x, y), canvas.unit * 24, colour, 0.8)
    canvas.disc((x, y), canvas.unit * (6.5 if low else 5), colour)


def moon(canvas: Canvas, wanted: Wanted, *, crescent: bool) -> None:
    rng = canvas.random_for("moon")
    x, y = canvas.width * rng.uniform(0.2, 0.8), canvas.horizon * rng.uniform(0.2, 0.4)
    colour = wanted.colour((246, 242, 222))
    radius = canvas.unit * 6
    canvas.glow((x, y), radius * 6, colour, 0.4)
    if crescent:
        canvas.polygon(_sickle(x, y, radius), colour)
        return
    canvas.disc((x, y), radius, colour)
    shade = (int(colour[0] * 0.86), int(colour[1] * 0.86), int(colour[2] * 0.87))
    for _ in range(7):
        angle, far, size = rng.uniform(0, 6.3), rng.uniform(0, 0.66), rng.uniform(0.08, 0.24)
        canvas.disc((x + np.cos(angle) * far * radius, y + np.sin(angle) * far * radius), size * radius, shade)


def clouds(canvas: Canvas, wanted: Wanted, *, cover: float) -> None:
    """Clouds from noise, lit from above; `cover` from 0 (a few) to 1 (overcast)."""
    rng = canvas.random_for("clouds")
    height = max(2, int(canvas.horizon))
    size = (canvas.width, height)
    wide = max(1.5, 3 * canvas.width / canvas.height)
    heaps = noise.field(rng, size, (wide, 4.5), octaves=6, fade=0.52)
    edge = 0.62 - 0.42 * cover
    body = np.clip((heaps - edge) / 0.2, 0, 1)
    body = body * body * (3 - 2 * body)
    # With less cloud above, more light comes through.
    lift = max(1, int(canvas.unit * 3.5))
    above = np.vstack([np.repeat(heaps[:1], min(lift, height), axis=0), heaps[:-lift]])[:height]
    lit = np.clip(0.62 + (heaps - above) * 2.2 + 0.25 * (1 - body), 0, 1)[..., None]
    fade = np.clip(1.15 - np.linspace(0, 1, height, dtype=np.float32) ** 2, 0, 1)[:, None]
    bright, dark = _cloud_colours(canvas, wanted)
    canvas.mix_rows(0, dark + (bright - dark) * lit, body * fade * 0.92)


def rainbow(canvas: Canvas) -> None:
    rng = canvas.random_for("rainbow")
    centre = (canvas.width * rng.uniform(0.4, 0.6), canvas.horizon * 1.08)
    radius = min(canvas.width * 0.52, canvas.horizon * 0.9)
    height = int(canvas.horizon)
    x = np.arange(canvas.width, dtype=np.float32)[None, :] - centre[0]
    y = np.arange(height, dtype=np.float32)[:, None] - centre[1]
    place = (np.hypot(x, y) - radius) / (canvas.unit * 8)
    inside = np.clip(1 - (2 * place - 1) ** 2, 0, 1)
    steps = np.linspace(0, 1, len(_RAINBOW))
    table = np.array(_RAINBOW, np.float32)
    band = np.stack([np.interp(place, steps, table[:, channel]) for channel in range(3)], axis=-1).astype(np.float32)
    canvas.mix_rows(0, band, inside.astype(np.float32) ** 0.7 * 0.62)


def aurora(canvas: Canvas, wanted: Wanted) -> None:
    """Curtains with a bright lower edge that fade upwards."""
    rng = canvas.random_for("aurora")
    height = int(canvas.horizon)
    y = np.arange(height, dtype=np.float32)[:, None]
    for curtain, colour in enumerate(wanted.colours or ((80, 240, 150), (110, 220, 200), (170, 110, 220))):
        rim = height * (0.45 + 0.3 * noise.line(rng, canvas.width, 2.5, octaves=3) - 0.12 * curtain)
        rays = 0.45 + 0.55 * noise.line(rng, canvas.width, 24, octaves=3)
        up = (rim[None, :] - y) / (height * 0.42)
        share = np.where(up > 0, np.exp(-3.2 * up), np.exp(22 * up)) * rays[None, :] * 0.75
        canvas.mix_rows(0, colour, share.astype(np.float32))


def _sickle(x: float, y: float, radius: float) -> list[Point]:
    """The outline of a crescent open to the upper right: half a circle out and a flatter arc back."""
    angles = np.linspace(0.5 * np.pi, 1.5 * np.pi, 40) + 0.35
    along = np.array([np.cos(0.35), np.sin(0.35)])
    outer = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    inner = outer - 0.62 * (outer @ along)[:, None] * along
    return [(x + radius * right, y + radius * down) for right, down in np.concatenate([outer, inner[::-1]]).tolist()]


def _cloud_colours(canvas: Canvas, wanted: Wanted) -> tuple[Floats, Floats]:
    light = canvas.light
    own = np.array(wanted.colour((255, 255, 255))) / 255
    low, middle = np.array(light.sky[2]), np.array(light.sky[1])
    if light.is_dark:
        bright, dark = own * (middle * 1.5 + 22), own * (middle * 0.9)
    else:
        bright, dark = own * (low * 0.5 + 128), own * (middle * 0.72 + low * 0.2)
    return bright.astype(np.float32), dark.astype(np.float32)
