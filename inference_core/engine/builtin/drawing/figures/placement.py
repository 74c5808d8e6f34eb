"""Places horses, astronauts and riders in a scene, with their size and pose."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import cycle, islice

import numpy as np

from inference_core.engine.builtin.drawing.figures.astronaut import SUIT, astronaut
from inference_core.engine.builtin.drawing.figures.figure import Frame, ellipse, smooth
from inference_core.engine.builtin.drawing.figures.horse import COATS, horse
from inference_core.engine.builtin.drawing.landscape.plants import shadow
from inference_core.engine.builtin.drawing.surface.canvas import Canvas, Floats, Point
from inference_core.engine.builtin.drawing.surface.scene import Colour, Scene, Wanted

FIGURES = ("horse", "astronaut", "rider")
_MOST = 16
_USUAL_COUNT = 4
_IN_A_ROW = 3
_BIG = ("castle", "house", "windmill", "lighthouse", "tree", "blossom", "pine", "city", "balloon", "bridge")
_LEATHER: Colour = (96, 56, 36)
_CLOTH: Colour = (176, 44, 52)

# In units of the canvas: a horse's withers, and an astronaut's height in horses.
_TALLEST = 37.0
_ASTRONAUT = 1.24
_ENDS = {"stand": (-0.7, 1.05), "walk": (-0.87, 1.05), "gallop": (-1.25, 1.06)}
_ASTRONAUT_ENDS = (-0.42, 0.42)


@dataclass(frozen=True, slots=True)
class _Figure:
    """One of the figures. `ends` are the x of its rear and front end; the unit is the height of a horse's withers."""

    ends: tuple[float, float]
    paint: Callable[[Frame], None]

    @property
    def width(self) -> float:
        return self.ends[1] - self.ends[0]

    def centred(self, canvas: Canvas, place: Point, size: float, facing: int, tilt: float = 0.0) -> Frame:
        """A frame that puts the figure's middle, and not its feet, above `place`."""
        middle = sum(self.ends) / 2 * size * facing
        return Frame(canvas, (place[0] - middle, place[1]), size, facing, tilt)


def standing(canvas: Canvas, line: Floats, scene: Scene) -> None:
    """All figures of the scene on the ground below `line` (a row per column), the far ones first."""
    figures = list(_figures(canvas, scene, "stand"))
    if not figures:
        return
    rng = canvas.random_for("figures")
    size, span = _size(canvas, figures)
    middle = canvas.width / 2
    if scene.has(*_BIG):
        # Smaller and, if there is room, next to what it would hide.
        size, span = size * 0.72, span * 0.85
        middle += canvas.width * (0.2 if rng.random() < 0.5 else -0.2) / len(figures)
    crowded = len(figures) > _IN_A_ROW
    depths = rng.uniform(0.3, 0.9, len(figures)) if crowded else rng.uniform(0.56, 0.7, len(figures))
    order = rng.permutation(len(figures))
    facing = 1 if rng.random() < 0.5 else -1
    for index in np.argsort(depths, kind="stable"):
        near = float(depths[index])
        x = middle + span * (int(order[index]) - (len(figures) - 1) / 2) + rng.uniform(-0.02, 0.02) * span
        own = size * (0.5 + 0.62 * near if crowded else 1.0)
        figure = figures[int(index)]
        margin = min(own * figure.width / 2, canvas.width / 2)
        x = float(np.clip(x, margin, canvas.width - margin))
        ground = float(line[int(np.clip(x, 0, canvas.width - 1))])
        foot = ground + (canvas.height - ground) * near
        shadow(canvas, x, foot, own * figure.width * 0.5)
        figure.paint(figure.centred(canvas, (x, foot), own, facing))


def floating(canvas: Canvas, scene: Scene) -> None:
    """All figures of the scene floating, slightly turned."""
    figures = list(_figures(canvas, scene, "float"))
    if not figures:
        return
    rng = canvas.random_for("figures")
    size, span = _size(canvas, figures)
    facing = 1 if rng.random() < 0.5 else -1
    for index, figure in enumerate(figures):
        x = canvas.width / 2 + span * (index - (len(figures) - 1) / 2)
        low = canvas.height * rng.uniform(0.46, 0.54) + size * (0.62 if figure.width < 1 else 0.75)
        figure.paint(figure.centred(canvas, (x, low), size, facing, rng.uniform(0.06, 0.24)))


def _figures(canvas: Canvas, scene: Scene, pose: str) -> Iterator[_Figure]:
    yield from _horses(canvas, scene.wanted("horse"), pose) if "horse" in scene else ()
    yield from _riders(canvas, scene, pose) if "rider" in scene else ()
    yield from _astronauts(scene.wanted("astronaut"), pose) if "astronaut" in scene else ()


def _horses(canvas: Canvas, wanted: Wanted, pose: str) -> Iterator[_Figure]:
    own = wanted.pose or ("gallop" if pose == "float" else "stand")
    for coat in _coats(canvas, wanted, "horses"):
        yield _Figure(_ENDS[own], partial(horse, coat=coat, pose=own))


def _astronauts(wanted: Wanted, pose: str) -> Iterator[_Figure]:
    own = wanted.pose or pose
    for suit in islice(cycle(wanted.colours or (SUIT,)), _count(wanted)):
        yield _Figure(_ASTRONAUT_ENDS, partial(_on_foot, suit=suit, pose=own))


def _riders(canvas: Canvas, scene: Scene, pose: str) -> Iterator[_Figure]:
    rider, mount = scene.wanted("rider"), scene.wanted("mount")
    own = mount.pose or ("gallop" if pose == "float" else "walk")
    suits = cycle(rider.colours or (SUIT,))
    for coat, suit in zip(_coats(canvas, mount, "mounts"), suits, strict=False):
        yield _Figure(_ENDS[own], partial(_mounted, coat=coat, suit=suit, pose=own))


def _coats(canvas: Canvas, wanted: Wanted, element: str) -> Iterator[Colour]:
    turn = int(canvas.random_for(element).integers(len(COATS)))
    return islice(cycle(wanted.colours or COATS[turn:] + COATS[:turn]), _count(wanted))


def _count(wanted: Wanted) -> int:
    return min(wanted.count or _USUAL_COUNT, _MOST)


def _size(canvas: Canvas, figures: list[_Figure]) -> tuple[float, float]:
    """The pixels of a horse's withers, and those from one figure to the next."""
    widest = max(figure.width for figure in figures)
    room = canvas.width * 0.96 / len(figures)
    size = min(canvas.unit * _TALLEST, room / widest * (0.9 if len(figures) <= _IN_A_ROW else 1.6))
    return size, min(room, size * widest * 1.15)


def _on_foot(frame: Frame, suit: Colour, pose: str) -> None:
    own = Frame(frame.canvas, frame.foot, frame.size * _ASTRONAUT, frame.facing, frame.tilt, frame.distance)
    astronaut(own, suit, pose)


def _mounted(frame: Frame, coat: Colour, suit: Colour, pose: str) -> None:
    """A horse with saddle and bridle, and an astronaut in the saddle who holds the reins."""
    horse(frame, coat, pose)
    frame.solid([smooth([(-0.20, 0.965), (-0.02, 0.945), (0.19, 0.985), (0.20, 0.80), (0.17, 0.68), (-0.17, 0.70),
                         (-0.22, 0.82)])], _CLOTH, bulge=0.04)  # fmt: skip
    frame.solid([smooth([(-0.20, 1.02), (-0.08, 0.965), (0.10, 0.985), (0.17, 1.04), (0.17, 0.94), (0.08, 0.86),
                         (-0.08, 0.86), (-0.19, 0.93)])], _LEATHER, bulge=0.03)  # fmt: skip
    for strap in ([(0.79, 1.45), (0.80, 1.30), (0.85, 1.12)], [(0.85, 1.12), (0.91, 1.16), (0.96, 1.235)]):
        frame.strap(strap, 0.018, _LEATHER)
    frame.solid([ellipse((0.935, 1.085), 0.018, 0.018)], (206, 196, 150), bulge=0.01)
    frame.strap([(0.935, 1.085), (0.66, 1.02), (0.27, 1.13)], 0.014, _LEATHER)
    seat = frame.at((-0.04, 0.46))
    astronaut(
        Frame(frame.canvas, seat, frame.size * _ASTRONAUT, frame.facing, frame.tilt, frame.distance), suit, "ride"
    )
