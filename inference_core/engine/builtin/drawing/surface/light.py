"""The light of a scene: the colours of the sky, and how they change the colours of things."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from inference_core.engine.builtin.drawing.surface.scene import Colour, Scene

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Light:
    """`sky` goes from the zenith to the horizon; far things fade into `haze`; `ambient` multiplies every colour."""

    sky: tuple[Colour, Colour, Colour]
    haze: Colour
    ambient: tuple[float, float, float]
    sun: Colour
    is_dark: bool = False

    def on(self, colour: Colour, distance: float = 0.0, brightness: float = 1.0) -> Colour:
        """The colour of a thing in this light, at a distance from 0 (here) to 1 (lost in haze)."""
        red, green, blue = (
            min(255, int(own * lit * brightness * (1 - distance) + far * distance))
            for own, lit, far in zip(colour, self.ambient, self.haze, strict=True)
        )
        return red, green, blue

    @property
    def lamps_are_on(self) -> bool:
        return sum(self.ambient) < 2.4


DAY = Light(((48, 116, 196), (122, 180, 228), (214, 232, 240)), (200, 220, 234), (1.0, 1.0, 1.0), (255, 248, 214))
SUNSET = Light(((52, 46, 104), (204, 92, 98), (255, 196, 104)), (226, 138, 104), (0.72, 0.55, 0.56), (255, 226, 150))
DAWN = Light(((92, 130, 192), (220, 178, 200), (255, 224, 188)), (234, 204, 206), (0.88, 0.8, 0.82), (255, 240, 206))
NIGHT = Light(((5, 9, 28), (15, 26, 62), (46, 62, 108)), (40, 56, 100), (0.33, 0.41, 0.6), (240, 240, 224), True)
STORM = Light(((40, 46, 56), (80, 90, 100), (142, 150, 154)), (118, 128, 136), (0.55, 0.58, 0.62), (226, 228, 224))
GREY = Light(((150, 164, 178), (186, 198, 208), (222, 228, 230)), (206, 214, 220), (0.84, 0.87, 0.9), (250, 248, 240))
LUNAR = Light(((3, 3, 8), (4, 4, 10), (8, 8, 14)), (84, 84, 90), (1.0, 1.0, 1.0), (255, 255, 250), True)

_BY_ELEMENT = {
    "moon_surface": LUNAR, "aurora": NIGHT, "stars": NIGHT, "night": NIGHT, "lightning": STORM, "storm": STORM,
    "sunset": SUNSET, "dawn": DAWN, "rain": STORM, "fog": GREY, "snowfall": GREY, "moon": NIGHT,
}  # fmt: skip


def light_of(scene: Scene) -> Light:
    """The light for the scene's time and weather, with the sky in the requested colours."""
    sunny = scene.has("day") and not scene.has("moon_surface", "storm", "lightning", "rain", "fog", "snowfall")
    light = DAY if sunny else next((own for name, own in _BY_ELEMENT.items() if name in scene), DAY)
    colours = scene.wanted("sky").colours
    if not colours:
        return light
    top, bottom = (np.array(colour) for colour in (colours[0], colours[-1]))
    own = (top * 0.75, top * 0.5 + bottom * 0.5, bottom * 0.5 + 128)
    high, middle, low = (
        _as_colour(wish * 0.65 + np.array(usual) * 0.35) for wish, usual in zip(own, light.sky, strict=True)
    )
    sky = (high, middle, low)
    ambient = np.array(light.ambient) * (0.75 + 0.25 * bottom / 255)
    red, green, blue = (float(value) for value in ambient)
    return Light(sky, _as_colour(bottom * 0.6 + 90), (red, green, blue), light.sun, light.is_dark)


def _as_colour(values: NDArray[np.float64]) -> Colour:
    red, green, blue = (int(value) for value in values.clip(0, 255))
    return red, green, blue
