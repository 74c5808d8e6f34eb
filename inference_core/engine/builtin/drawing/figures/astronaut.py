"""An astronaut in a suit, half turned to the right: standing, walking, floating or in the saddle.

One unit is the height.
"""

from inference_core.engine.builtin.drawing.figures.figure import Frame, Joint, ellipse, limb, smooth
from inference_core.engine.builtin.drawing.surface.canvas import Point
from inference_core.engine.builtin.drawing.surface.scene import Colour

SUIT: Colour = (236, 238, 242)
_GREY: Colour = (128, 134, 144)
_DARK: Colour = (70, 76, 88)
_STRIPE: Colour = (206, 62, 48)
_VISOR: Colour = (34, 44, 74)
_SHINE: Colour = (250, 206, 120)

Limbs = tuple[list[Joint], list[Joint], list[Joint], list[Joint]]
"""Far arm, far leg, near leg, near arm, each from the body outwards."""

_LIMBS: dict[str, Limbs] = {
    "stand": (
        [(0.13, 0.695, 0.062), (0.20, 0.575, 0.058), (0.225, 0.455, 0.048)],
        [(0.075, 0.45, 0.085), (0.095, 0.26, 0.075), (0.10, 0.09, 0.066)],
        [(-0.065, 0.45, 0.088), (-0.085, 0.26, 0.078), (-0.09, 0.09, 0.068)],
        [(-0.14, 0.695, 0.064), (-0.205, 0.575, 0.06), (-0.20, 0.45, 0.05)],
    ),
    "walk": (
        [(0.12, 0.695, 0.062), (0.20, 0.60, 0.058), (0.30, 0.57, 0.048)],
        [(0.05, 0.45, 0.085), (0.15, 0.29, 0.075), (0.17, 0.11, 0.066)],
        [(-0.05, 0.45, 0.088), (-0.09, 0.27, 0.078), (-0.20, 0.12, 0.068)],
        [(-0.13, 0.695, 0.064), (-0.215, 0.585, 0.06), (-0.15, 0.475, 0.05)],
    ),
    "float": (
        [(0.13, 0.70, 0.062), (0.25, 0.70, 0.058), (0.335, 0.785, 0.048)],
        [(0.07, 0.45, 0.085), (0.19, 0.32, 0.075), (0.13, 0.16, 0.066)],
        [(-0.06, 0.45, 0.088), (-0.06, 0.27, 0.078), (-0.17, 0.13, 0.068)],
        [(-0.14, 0.695, 0.064), (-0.26, 0.645, 0.06), (-0.32, 0.54, 0.05)],
    ),
    "ride": (
        [(0.12, 0.69, 0.06), (0.21, 0.575, 0.056), (0.33, 0.57, 0.046)],
        [],
        [(-0.02, 0.46, 0.095), (0.18, 0.36, 0.082), (0.12, 0.135, 0.066)],
        [(-0.06, 0.695, 0.064), (0.04, 0.545, 0.06), (0.22, 0.525, 0.05)],
    ),
}
_TORSO: list[Point] = [
    (-0.155, 0.715), (-0.08, 0.765), (0.08, 0.765), (0.15, 0.715), (0.16, 0.60), (0.145, 0.48), (0.11, 0.415),
    (-0.11, 0.415), (-0.15, 0.48), (-0.165, 0.60),
]  # fmt: skip
_PACK: list[Point] = [
    (-0.265, 0.76), (-0.235, 0.80), (-0.06, 0.80), (0.02, 0.77), (0.02, 0.48), (-0.06, 0.45), (-0.235, 0.45),
    (-0.265, 0.49),
]  # fmt: skip
_HELMET: Point = (0.01, 0.865)


def astronaut(frame: Frame, suit: Colour, pose: str) -> None:
    """Backpack and far limbs first, then the body, the near limbs and the helmet."""
    far_arm, far_leg, near_leg, near_arm = _LIMBS[pose]
    frame.solid([smooth(_PACK)], suit, tone=0.74, bulge=0.035)
    frame.strap([(-0.255, 0.65), (-0.10, 0.655)], 0.012, _GREY)
    _arm(frame, far_arm, suit, 0.78)
    if far_leg:
        _leg(frame, far_leg, suit, 0.82)
    if pose == "ride":
        frame.solid([smooth(_TORSO)], suit, bulge=0.06)
        _leg(frame, near_leg, suit, 1.0)
    else:
        _leg(frame, near_leg, suit, 1.0)
        frame.solid([smooth(_TORSO)], suit, bulge=0.06)
    _chest(frame)
    _helmet(frame, suit)
    _arm(frame, near_arm, suit, 1.0)


def _arm(frame: Frame, joints: list[Joint], suit: Colour, tone: float) -> None:
    frame.solid(limb(joints), suit, tone=tone, bulge=0.04)
    _band(frame, joints[0], joints[1], 0.55, _STRIPE)
    x, y, half = joints[-1]
    _band(frame, joints[1], joints[2], 0.75, _GREY)
    frame.solid([ellipse((x + (x - joints[1][0]) * 0.2, y + (y - joints[1][1]) * 0.2), half, half)], _DARK, tone=tone,
                bulge=0.025)  # fmt: skip


def _leg(frame: Frame, joints: list[Joint], suit: Colour, tone: float) -> None:
    frame.solid(limb(joints), suit, tone=tone, bulge=0.045)
    _band(frame, joints[0], joints[1], 0.72, _STRIPE)
    x, y, half = joints[-1]
    frame.solid(
        [smooth([(x - half * 1.05, y + 0.02), (x + half, y + 0.02), (x + half * 1.75, y - 0.045),
                 (x + half * 1.7, y - 0.088), (x - half * 1.05, y - 0.088)])],
        _GREY, tone=tone, bulge=0.03,
    )  # fmt: skip
    _band(frame, joints[1], joints[2], 0.84, _DARK)


def _band(frame: Frame, start: Joint, end: Joint, part: float, colour: Colour) -> None:
    """A stripe around a limb, `part` of the way from one joint to the next."""
    x, y, half = (one + (other - one) * part for one, other in zip(start, end, strict=True))
    length = ((end[0] - start[0]) ** 2 + (end[1] - start[1]) ** 2) ** 0.5
    side = (-(end[1] - start[1]) / length * half * 0.94, (end[0] - start[0]) / length * half * 0.94)
    frame.strap([(x - side[0], y - side[1]), (x + side[0], y + side[1])], 0.02, colour)


def _chest(frame: Frame) -> None:
    """The box of controls, and the belt."""
    frame.solid([smooth([(-0.02, 0.675), (0.11, 0.675), (0.115, 0.575), (-0.025, 0.575)])], _GREY, bulge=0.02)
    for place, colour in ((0.01, _STRIPE), (0.045, (250, 204, 84)), (0.08, (88, 168, 226))):
        frame.flat(ellipse((place, 0.64), 0.013, 0.013), colour)
    frame.flat([(0.0, 0.615), (0.09, 0.615), (0.09, 0.595), (0.0, 0.595)], _DARK)
    frame.strap([(-0.15, 0.475), (0.0, 0.462), (0.145, 0.475)], 0.018, _GREY)


def _helmet(frame: Frame, suit: Colour) -> None:
    """A ball with a ring at the neck; the visor mirrors the light."""
    x, y = _HELMET
    frame.solid([ellipse((x, 0.755), 0.105, 0.028)], _GREY, bulge=0.02)
    frame.solid([ellipse(_HELMET, 0.138, 0.132)], suit, bulge=0.07)
    frame.solid([ellipse((x + 0.033, y - 0.004), 0.104, 0.096)], _GREY, bulge=0.02)
    frame.solid([ellipse((x + 0.035, y - 0.004), 0.094, 0.086)], _VISOR, tone=1.1, bulge=0.05)
    frame.solid([smooth([(x - 0.03, y + 0.04), (x + 0.03, y + 0.066), (x + 0.07, y + 0.052), (x + 0.02, y + 0.038),
                         (x - 0.02, y + 0.006), (x - 0.04, y + 0.008)])], _SHINE, bulge=0.02)  # fmt: skip
    frame.flat(ellipse((x + 0.085, y - 0.035), 0.014, 0.02, 0.5), _SHINE, tone=0.8)
