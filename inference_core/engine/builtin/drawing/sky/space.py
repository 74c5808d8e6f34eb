"""The view from space: nebulae, galaxies, planets."""

import numpy as np

from inference_core.engine.builtin.drawing.sky import sky
from inference_core.engine.builtin.drawing.surface import noise
from inference_core.engine.builtin.drawing.surface.canvas import Canvas, Floats
from inference_core.engine.builtin.drawing.surface.scene import Colour, Scene, Wanted

_CLOUDS: tuple[Colour, ...] = ((92, 46, 150), (30, 84, 170), (190, 60, 120))
_PLANETS: tuple[tuple[Colour, Colour], ...] = (
    ((206, 150, 104), (150, 88, 62)), ((92, 148, 206), (222, 232, 240)), ((190, 96, 74), (112, 48, 44)),
    ((214, 198, 160), (160, 134, 100)), ((110, 176, 164), (50, 104, 120)),
)  # fmt: skip


def paint_space(canvas: Canvas, scene: Scene) -> None:
    """Black sky, coloured dust, stars, and the planets or the galaxy that were asked for."""
    canvas.image.paste((6, 6, 16), (0, 0, canvas.width, canvas.height))
    colours = scene.wanted("nebula").colours or scene.wanted("space").colours or scene.loose_colours or _CLOUDS
    _nebula(canvas, colours, strength=1.0 if "nebula" in scene else 0.55)
    sky.stars(canvas, scene.wanted("stars"), down_to=canvas.height)
    if "galaxy" in scene:
        _galaxy(canvas, scene.wanted("galaxy"))
    if scene.has("planet", "rings") or not scene.has("galaxy", "nebula"):
        _planets(canvas, scene.wanted("planet"), ringed="rings" in scene)
    if "moon" in scene:
        _moons(canvas, scene.wanted("moon"))


def _nebula(canvas: Canvas, colours: tuple[Colour, ...], strength: float) -> None:
    rng = canvas.random_for("nebula")
    size = (canvas.width, canvas.height)
    for colour in colours[:4]:
        dust = noise.field(rng, size, (3, 3), octaves=6, fade=0.56)
        veil = noise.field(rng, size, (2, 2), octaves=2)
        share = np.clip(dust * 1.7 - 0.62, 0, 1) * np.clip(veil * 1.6 - 0.3, 0, 1)
        canvas.mix_rows(0, colour, share * strength * 0.85)


def _galaxy(canvas: Canvas, wanted: Wanted) -> None:
    """A tilted spiral of two arms around a bright core."""
    rng = canvas.random_for("galaxy")
    x = (np.arange(canvas.width, dtype=np.float32)[None, :] - canvas.width * 0.5) / (canvas.unit * 44)
    y = (np.arange(canvas.height, dtype=np.float32)[:, None] - canvas.height * 0.5) / (canvas.unit * 44)
    tilt = rng.uniform(-0.6, 0.6)
    along, across = x * np.cos(tilt) + y * np.sin(tilt), (y * np.cos(tilt) - x * np.sin(tilt)) / 0.52
    far = np.hypot(along, across) + 1e-3
    arms = 0.5 + 0.5 * np.cos(2 * (np.arctan2(across, along) - 3.4 * np.log(far + 0.12)))
    dust = noise.field(rng, (canvas.width, canvas.height), (12, 12), octaves=5, fade=0.62)
    body = np.exp(-2.6 * far) * (0.25 + arms**1.6) * (0.45 + dust) * 1.5
    canvas.mix_rows(0, wanted.colour((150, 170, 255)), np.clip(body, 0, 0.95).astype(np.float32))
    canvas.mix_rows(0, (255, 236, 204), np.clip(1.1 * np.exp(-((far / 0.16) ** 1.2)), 0, 1).astype(np.float32))


def _planets(canvas: Canvas, wanted: Wanted, *, ringed: bool) -> None:
    rng = canvas.random_for("planets")
    count = min(wanted.count or 2, 7)
    for index in range(count):
        pair = _PLANETS[int(rng.integers(len(_PLANETS)))]
        if wanted.colours:
            own = wanted.colours[index % len(wanted.colours)]
            pair = (own, (own[0] * 6 // 10, own[1] * 6 // 10, own[2] * 6 // 10))
        radius = canvas.unit * (20 if index == 0 else rng.uniform(4, 8))
        if index == 0:
            centre = (canvas.width * rng.uniform(0.4, 0.6), canvas.height * rng.uniform(0.42, 0.58))
        else:
            angle = 2.4 * index + rng.uniform(-0.3, 0.3)
            centre = (canvas.width * (0.5 + 0.38 * np.cos(angle)), canvas.height * (0.5 + 0.36 * np.sin(angle)))
        _planet(canvas, centre, radius, pair, rng, ringed=ringed and index == 0)


def _moons(canvas: Canvas, wanted: Wanted) -> None:
    rng = canvas.random_for("moons")
    grey = wanted.colour((196, 192, 186))
    for index in range(min(wanted.count or 2, 7)):
        angle = 2.1 * index + rng.uniform(0.2, 0.8)
        centre = (canvas.width * (0.5 + 0.36 * np.cos(angle)), canvas.height * (0.5 + 0.36 * np.sin(angle)))
        pair = (grey, (grey[0] * 7 // 10, grey[1] * 7 // 10, grey[2] * 7 // 10))
        _planet(canvas, centre, canvas.unit * rng.uniform(2.5, 4.5), pair, rng, ringed=False)


def _planet(
    canvas: Canvas,
    centre: tuple[float, float],
    radius: float,
    pair: tuple[Colour, Colour],
    rng: np.random.Generator,
    *,
    ringed: bool,
) -> None:
    """A ball with clouds in bands, lit from the upper left."""
    first, last = (int(np.clip(centre[1] + side * radius * 1.3, 0, canvas.height)) for side in (-1, 1))
    if last <= first:
        return
    x: Floats = ((np.arange(canvas.width)[None, :] - centre[0]) / radius).astype(np.float32)
    y: Floats = ((np.arange(first, last)[:, None] - centre[1]) / radius).astype(np.float32)
    far = np.hypot(x, y)
    depth = np.sqrt(np.clip(1 - far**2, 0, 1))
    light = np.clip(-0.58 * x - 0.46 * y + 0.68 * depth, 0.03, 1)
    swirl = noise.field(rng, (canvas.width, last - first), (6, 16), octaves=5) - 0.5
    bands = 0.5 + 0.5 * np.sin((y + 0.15 * swirl) * rng.uniform(7, 13) + 3 * swirl)
    one, other = (np.array(colour, np.float32) for colour in pair)
    surface = (one * bands[..., None] + other * (1 - bands[..., None])) * light[..., None]
    canvas.glow(centre, radius * 1.45, pair[0], 0.5)
    canvas.mix_rows(first, surface, np.clip((1 - far) * radius, 0, 1))
    if ringed:
        canvas.mix_rows(first, (226, 206, 170), _ring(x, y))


def _ring(x: Floats, y: Floats) -> Floats:
    """How much of each point a tilted ring covers, 0 to 1; x and y are in radii of the planet."""
    tilted = y + 0.22 * x
    far = np.hypot(x, tilted / 0.26)
    band = np.clip((far - 1.3) * 20, 0, 1) * np.clip((2.15 - far) * 20, 0, 1)
    # The far half is behind the ball.
    share: Floats = band * (0.62 + 0.25 * np.sin(far * 42)) * np.where((tilted < 0) & (np.hypot(x, y) < 1), 0, 1)
    return share
