"""A horse from the side: standing, walking or in full gallop. One unit is its height at the withers (shoulders)."""

from collections.abc import Sequence

from inference_core.engine.builtin.drawing.figures.figure import Frame, Joint, Outline, ellipse, limb, smooth
from inference_core.engine.builtin.drawing.surface.canvas import Point
from inference_core.engine.builtin.drawing.surface.scene import Colour

COATS: tuple[Colour, ...] = ((158, 94, 54), (126, 76, 48), (222, 214, 204), (196, 146, 88), (134, 62, 38))
_HOOF: Colour = (58, 50, 46)
_EYE: Colour = (20, 16, 16)

_TRUNK: list[Point] = [
    (0.20, 0.975), (0.05, 0.93), (-0.16, 0.945), (-0.34, 0.975), (-0.47, 0.93), (-0.545, 0.80), (-0.53, 0.66),
    (-0.42, 0.57), (-0.27, 0.555), (-0.08, 0.50), (0.14, 0.475), (0.32, 0.49), (0.45, 0.56), (0.515, 0.67),
    (0.545, 0.80), (0.59, 0.93), (0.66, 1.08), (0.745, 1.18), (0.80, 1.30), (0.78, 1.42), (0.70, 1.47),
    (0.60, 1.42), (0.50, 1.30), (0.40, 1.13), (0.31, 1.01),
]  # fmt: skip
_HEAD: list[Point] = [
    (0.67, 1.43), (0.71, 1.485), (0.78, 1.475), (0.86, 1.39), (0.94, 1.26), (1.02, 1.14), (1.045, 1.08),
    (1.02, 1.03), (0.965, 1.025), (0.90, 1.07), (0.82, 1.135), (0.74, 1.185), (0.69, 1.26), (0.66, 1.35),
]  # fmt: skip
_EARS: tuple[list[Point], ...] = (
    [(0.735, 1.465), (0.755, 1.55), (0.80, 1.61), (0.81, 1.54), (0.785, 1.46)],
    [(0.675, 1.455), (0.685, 1.55), (0.725, 1.63), (0.75, 1.55), (0.745, 1.46)],
)
_MANE: list[Point] = [
    (0.79, 1.50), (0.70, 1.525), (0.58, 1.47), (0.46, 1.34), (0.37, 1.17), (0.28, 1.015), (0.24, 0.985),
    (0.30, 0.95), (0.36, 0.93), (0.37, 0.99), (0.43, 0.98), (0.435, 1.06), (0.50, 1.06), (0.50, 1.15),
    (0.565, 1.17), (0.56, 1.26), (0.63, 1.29), (0.63, 1.36), (0.70, 1.40), (0.80, 1.41), (0.84, 1.36),
    (0.83, 1.45),
]  # fmt: skip

# Of every leg the joints from the body to the hoof: far fore, far hind, near hind, near fore.
_LEGS: dict[str, tuple[list[Joint], ...]] = {
    "stand": (
        [(0.44, 0.62, 0.10), (0.47, 0.42, 0.06), (0.475, 0.31, 0.05),
         (0.475, 0.17, 0.034), (0.48, 0.09, 0.042), (0.50, 0.04, 0.04)],
        [(-0.32, 0.70, 0.15), (-0.26, 0.54, 0.10), (-0.34, 0.36, 0.052),
         (-0.325, 0.20, 0.036), (-0.31, 0.09, 0.043), (-0.29, 0.04, 0.04)],
        [(-0.39, 0.72, 0.17), (-0.35, 0.55, 0.12), (-0.47, 0.36, 0.057),
         (-0.465, 0.20, 0.038), (-0.45, 0.09, 0.045), (-0.43, 0.04, 0.043)],
        [(0.36, 0.64, 0.11), (0.355, 0.43, 0.065), (0.36, 0.32, 0.054),
         (0.355, 0.17, 0.036), (0.36, 0.09, 0.044), (0.38, 0.04, 0.043)],
    ),
    "walk": (
        [(0.42, 0.62, 0.10), (0.55, 0.46, 0.06), (0.62, 0.36, 0.05),
         (0.58, 0.22, 0.034), (0.57, 0.14, 0.042), (0.60, 0.10, 0.04)],
        [(-0.32, 0.70, 0.15), (-0.20, 0.54, 0.10), (-0.22, 0.36, 0.052),
         (-0.14, 0.20, 0.036), (-0.10, 0.09, 0.043), (-0.07, 0.04, 0.04)],
        [(-0.39, 0.72, 0.17), (-0.38, 0.55, 0.12), (-0.56, 0.38, 0.057),
         (-0.60, 0.22, 0.038), (-0.63, 0.10, 0.045), (-0.61, 0.04, 0.043)],
        [(0.36, 0.64, 0.11), (0.31, 0.43, 0.065), (0.28, 0.32, 0.054),
         (0.21, 0.18, 0.036), (0.17, 0.09, 0.044), (0.19, 0.04, 0.043)],
    ),
    "gallop": (
        [(0.44, 0.64, 0.10), (0.66, 0.56, 0.06), (0.79, 0.51, 0.05),
         (0.92, 0.41, 0.034), (0.98, 0.34, 0.042), (1.02, 0.31, 0.04)],
        [(-0.34, 0.70, 0.15), (-0.46, 0.54, 0.10), (-0.68, 0.46, 0.052),
         (-0.84, 0.34, 0.036), (-0.91, 0.25, 0.043), (-0.94, 0.21, 0.04)],
        [(-0.40, 0.72, 0.17), (-0.46, 0.54, 0.12), (-0.64, 0.38, 0.057),
         (-0.76, 0.22, 0.038), (-0.83, 0.12, 0.045), (-0.85, 0.08, 0.043)],
        [(0.38, 0.64, 0.11), (0.54, 0.49, 0.065), (0.66, 0.40, 0.054),
         (0.60, 0.25, 0.036), (0.54, 0.19, 0.044), (0.55, 0.14, 0.043)],
    ),
}  # fmt: skip
_TAILS: dict[str, list[Joint]] = {
    "stand": [(-0.50, 0.92, 0.03), (-0.58, 0.90, 0.045), (-0.645, 0.76, 0.065),
              (-0.66, 0.56, 0.075), (-0.645, 0.38, 0.05), (-0.67, 0.24, 0.008)],
    "walk": [(-0.50, 0.92, 0.03), (-0.60, 0.91, 0.045), (-0.70, 0.78, 0.065),
             (-0.75, 0.58, 0.07), (-0.79, 0.42, 0.045), (-0.86, 0.30, 0.008)],
    "gallop": [(-0.49, 0.92, 0.03), (-0.62, 0.97, 0.05), (-0.80, 0.97, 0.075),
               (-0.98, 0.90, 0.075), (-1.12, 0.86, 0.045), (-1.24, 0.88, 0.006)],
}  # fmt: skip


def horse(frame: Frame, coat: Colour, pose: str) -> None:
    """Far legs first, then tail, body, near legs, mane and head."""
    legs = _LEGS[pose]
    hair = mane_of(coat)
    for joints in legs[:2]:
        frame.solid(limb(joints), coat, tone=0.62, bulge=0.05)
        frame.solid([_hoof(joints)], _HOOF, tone=0.7, bulge=0.02)
    frame.solid(limb(_TAILS[pose]), hair, bulge=0.05)
    frame.solid([smooth(_EARS[0])], coat, tone=0.7, bulge=0.02)
    near = [outline for joints in legs[2:] for outline in limb(joints)]
    frame.solid([smooth(_TRUNK), *near], coat, bulge=0.06)
    for joints in legs[2:]:
        frame.solid([_hoof(joints)], _HOOF, bulge=0.02)
    _head(frame, coat)
    frame.solid([smooth(_MANE)], hair, bulge=0.03)
    frame.solid([smooth(_EARS[1])], coat, bulge=0.02)


def mane_of(coat: Colour) -> Colour:
    """Mane and tail: darker than the coat; a dark horse's nearly black."""
    red, green, blue = coat
    share = 0.74 if sum(coat) > 560 else 0.36
    return int(red * share), int(green * share), int(blue * share)


def _hoof(joints: Sequence[Joint]) -> Outline:
    """A wedge that goes on from the last two joints."""
    (from_x, from_y, _), (x, y, half) = joints[-2:]
    lean = max(-1.2, min(1.2, (x - from_x) / max(abs(y - from_y), 0.03)))
    low = y - 0.045
    return [
        (x - half * 0.95, y + 0.012), (x + half, y + 0.012), (x + half * 1.5 + lean * 0.02, low),
        (x - half * 1.05 + lean * 0.02, low),
    ]  # fmt: skip


def _head(frame: Frame, coat: Colour) -> None:
    frame.solid([smooth(_HEAD)], coat, bulge=0.055)
    dark = mane_of(coat)
    frame.solid([smooth([(1.0, 1.155), (1.045, 1.08), (1.02, 1.03), (0.965, 1.025), (0.935, 1.06), (0.96, 1.11)])],
                coat, tone=0.78, bulge=0.04)  # fmt: skip
    frame.flat(ellipse((1.005, 1.095), 0.013, 0.02, -0.5), dark, tone=0.5)
    frame.strap([(1.015, 1.05), (0.975, 1.062), (0.945, 1.085)], 0.008, dark)
    frame.flat(ellipse((0.835, 1.355), 0.022, 0.018, -0.5), _EYE)
    frame.flat(ellipse((0.84, 1.361), 0.006, 0.006), (250, 250, 250))
