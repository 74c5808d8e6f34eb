"""Paints a scene: distant things first, near things last."""

import numpy as np
from PIL import Image

from inference_core.engine.builtin.drawing.figures import placement as figures
from inference_core.engine.builtin.drawing.landscape import buildings, land, moonscape, plants, things
from inference_core.engine.builtin.drawing.landscape.water import path_of_light, shore, water
from inference_core.engine.builtin.drawing.patterns import PATTERNS, paint_pattern
from inference_core.engine.builtin.drawing.sky import sky, weather
from inference_core.engine.builtin.drawing.sky.space import paint_space
from inference_core.engine.builtin.drawing.surface.canvas import Canvas, Floats
from inference_core.engine.builtin.drawing.surface.light import SUNSET, light_of
from inference_core.engine.builtin.drawing.surface.scene import Colour, Scene

_WATER = ("sea", "lake", "boat", "bridge", "beach", "island")
_BARE: dict[str, Colour] = {
    "moon_surface": moonscape.DUST, "dunes": land.SAND, "snow": land.SNOW, "autumn": (168, 138, 68),
    "field": (222, 184, 84),
}  # fmt: skip
_ON_BANK = ("forest", "pine", "tree", "house", "castle", "meadow", "flowers", "windmill", "moon_surface")
_PAVEMENT: Colour = (128, 126, 128)


def paint(scene: Scene, size: tuple[int, int], seed: list[int]) -> Image.Image:
    """The scene as an RGB picture of `size` (width, height); the same seed paints the same."""
    canvas = Canvas(size, light_of(scene), _horizon(scene), seed)
    if scene.has("abstract", *PATTERNS):
        paint_pattern(canvas, scene)
    elif scene.has("space", "planet", "rings", "galaxy", "nebula") and "moon_surface" not in scene:
        paint_space(canvas, scene)
        figures.floating(canvas, scene)
    else:
        _paint_landscape(canvas, scene)
    return canvas.finished()


def _horizon(scene: Scene) -> float:
    if scene.has(*_WATER):
        return 0.56
    if scene.has("city"):
        return 0.8
    return 0.58 if scene.has("dunes", "flowers", "river", "road", "field") else 0.66


def _paint_landscape(canvas: Canvas, scene: Scene) -> None:
    _paint_sky(canvas, scene)
    _paint_distance(canvas, scene)
    if scene.has(*_WATER):
        _paint_water(canvas, scene)
    elif not scene.has("city"):
        _paint_ground(canvas, scene)
    elif scene.has(*figures.FIGURES):
        line = land.ground(canvas, _PAVEMENT, top=canvas.height * 0.84, rolling=0.01)
        figures.standing(canvas, line, scene)
    _paint_weather(canvas, scene)


def _paint_sky(canvas: Canvas, scene: Scene) -> None:
    if "moon_surface" in scene:
        moonscape.lunar_sky(canvas, scene.wanted("stars"))
        if "sun" in scene:
            sky.sun(canvas, scene.wanted("sun"), low=False)
        return
    sky.sky(canvas)
    covered = scene.has("storm", "rain", "snowfall", "lightning")
    if canvas.light.is_dark and not covered:
        sky.stars(canvas, scene.wanted("stars"), down_to=canvas.horizon)
    if "milky_way" in scene:
        sky.milky_way(canvas)
    if "aurora" in scene:
        sky.aurora(canvas, scene.wanted("aurora"))
    if "moon" in scene or ("night" in scene and not scene.has("stars", "aurora", "milky_way")):
        sky.moon(canvas, scene.wanted("moon"), crescent="crescent" in scene)
    elif "sun" in scene or (scene.has("sunset", "dawn") and not covered):
        sky.sun(canvas, scene.wanted("sun"), low=scene.has("sunset", "dawn"))
    if covered or "clouds" in scene or not (canvas.light.is_dark or "clear" in scene):
        sky.clouds(canvas, scene.wanted("clouds"), cover=0.95 if covered else 0.55 if "clouds" in scene else 0.18)
    if "lightning" in scene:
        weather.lightning(canvas)
    if "rainbow" in scene:
        sky.rainbow(canvas)


def _paint_distance(canvas: Canvas, scene: Scene) -> None:
    foot = canvas.horizon + 1 if scene.has(*_WATER) else canvas.horizon * 1.08
    if "mountains" in scene:
        snowy = scene.has("snow", "snowy_peaks")
        land.mountains(canvas, scene.wanted("mountains"), snowy=snowy, foot=foot)
    if "birds" in scene:
        things.birds(canvas, scene.wanted("birds"))
    if "balloon" in scene:
        things.balloons(canvas, scene.wanted("balloon"))
    if "hills" in scene or _is_bare(scene):
        land.hills(canvas, scene.wanted("hills"), foot=foot, colour=_ground_colour(scene))
    if "city" in scene:
        buildings.city(canvas, scene.wanted("city"), foot=canvas.horizon + 1 if scene.has(*_WATER) else canvas.height)


def _is_bare(scene: Scene) -> bool:
    """Whether nothing stands between the ground and the sky."""
    return not scene.has("mountains", "dunes", "city", "forest", *_WATER)


def _ground_colour(scene: Scene) -> Colour:
    usual = next((colour for element, colour in _BARE.items() if element in scene), land.GRASS)
    return scene.wanted("field" if "field" in scene else "meadow").colour(usual)


def _paint_water(canvas: Canvas, scene: Scene) -> None:
    has_figures = scene.has(*figures.FIGURES)
    on_land = has_figures or scene.has(*_ON_BANK)
    if "bridge" in scene:
        buildings.bridge(canvas, scene.wanted("bridge"))
    if "island" in scene:
        _paint_island(canvas, scene)
    if "lighthouse" in scene:
        buildings.lighthouse(canvas, canvas.horizon + canvas.unit, canvas.width * 0.76, scene.wanted("lighthouse"))
    water(canvas, scene.wanted("sea") if "sea" in scene else scene.wanted("lake"), calm="lake" in scene)
    if scene.has("sunset", "dawn", "moon", "night", "sun"):
        _paint_glints(canvas, scene)
    if "boat" in scene:
        things.boats(canvas, scene.wanted("boat"))
    if "beach" in scene or ("sea" in scene and has_figures and not scene.has(*_ON_BANK)):
        shore(canvas, scene.wanted("beach").colour(land.SAND))
        if scene.has("palm"):
            line = _level(canvas, canvas.height * 0.88)
            plants.single_trees(canvas, line, plants.palm, plants.LEAVES, scene.wanted("palm"), autumn=False)
        figures.standing(canvas, _level(canvas, canvas.height * 0.86), scene)
    elif on_land:
        line = land.ground(canvas, _ground_colour(scene), top=canvas.height * 0.84, rolling=0.08)
        _paint_things(canvas, line, scene)


def _paint_glints(canvas: Canvas, scene: Scene) -> None:
    moonlit = scene.has("moon", "night")
    rng = canvas.random_for("moon" if moonlit else "sun")
    x = canvas.width * (rng.uniform(0.2, 0.8) if moonlit else rng.uniform(0.25, 0.75))
    path_of_light(canvas, x, canvas.light.sun if canvas.light is not SUNSET else (255, 214, 150))


def _paint_island(canvas: Canvas, scene: Scene) -> None:
    middle, half = canvas.width * 0.5, canvas.unit * 26
    points = [
        (middle + half * part, canvas.horizon + 1 - canvas.unit * 7 * (1 - part**2) ** 1.3)
        for part in (step / 20 - 1 for step in range(41))
    ]
    canvas.polygon(points, canvas.light.on(land.SAND, 0.1))
    line = _level(canvas, canvas.horizon - canvas.unit * 4)
    rng = canvas.random_for("island")
    for step in range(3):
        x = middle + half * (step - 1) * 0.4 + rng.normal() * canvas.unit
        plants.palm(canvas, x, float(line[0]), canvas.unit * rng.uniform(18, 26), plants.LEAVES, 0.1, rng)


def _level(canvas: Canvas, row: float) -> Floats:
    return np.full(canvas.width, row, np.float32)


def _paint_ground(canvas: Canvas, scene: Scene) -> None:
    if "dunes" in scene and not scene.has("road", "river"):
        land.dunes(canvas, scene.wanted("dunes"))
        _paint_things(canvas, _level(canvas, canvas.height * 0.74), scene)
        return
    colour = _ground_colour(scene)
    line = land.ground(
        canvas, colour, top=canvas.horizon * 1.04, rolling=0.07, darker=0.86 if "snow" in scene else 0.62
    )
    if "moon_surface" in scene:
        moonscape.craters(canvas, line, colour)
    if "river" in scene:
        land.river(canvas, line, scene.wanted("river"))
    if "road" in scene:
        land.river(canvas, line, scene.wanted("road"), is_road=True)
    _paint_things(canvas, line, scene)


def _paint_things(canvas: Canvas, line: Floats, scene: Scene) -> None:
    """Paint what stands on the ground."""
    autumn = "autumn" in scene
    if "forest" in scene:
        kind, colour = _forest_kind(scene)
        plants.forest(canvas, line, kind, colour, scene.wanted("forest"), autumn=autumn and "pine" not in scene)
    grassy = not scene.has("snow", "dunes", "road", "moon_surface")
    if scene.has("meadow", "flowers", "field") and grassy:
        plants.grass(canvas, line, _ground_colour(scene))
    if "flowers" in scene:
        plants.flowers(canvas, line, scene.wanted("flowers"))
    if "castle" in scene:
        buildings.castle(canvas, line, scene.wanted("castle"))
    if "house" in scene:
        buildings.houses(canvas, line, scene.wanted("house"), snowy="snow" in scene)
    if "windmill" in scene:
        buildings.windmill(canvas, line, scene.wanted("windmill"))
    if "lighthouse" in scene and not scene.has(*_WATER):
        foot = float(line[int(canvas.width * 0.6)]) + canvas.unit * 4
        buildings.lighthouse(canvas, foot, canvas.width * 0.6, scene.wanted("lighthouse"))
    for element, kind, colour in (
        ("pine", plants.pine, plants.PINE),
        ("tree", plants.leafy, plants.LEAVES),
        ("blossom", plants.leafy, plants.BLOSSOM),
        ("palm", plants.palm, plants.LEAVES),
        ("cactus", plants.cactus, (78, 128, 74)),
    ):
        if element in scene and "forest" not in scene:
            plants.single_trees(canvas, line, kind, colour, scene.wanted(element), autumn=autumn and element == "tree")
    figures.standing(canvas, line, scene)


def _forest_kind(scene: Scene) -> tuple[plants.Tree, Colour]:
    if "pine" in scene or "snow" in scene or not scene.has("tree", "autumn", "blossom"):
        return plants.pine, plants.PINE
    return plants.leafy, plants.BLOSSOM if "blossom" in scene else plants.LEAVES


def _paint_weather(canvas: Canvas, scene: Scene) -> None:
    if "fog" in scene:
        weather.fog(canvas)
    if "rain" in scene:
        weather.rain(canvas)
    if "snowfall" in scene:
        weather.snowfall(canvas)
