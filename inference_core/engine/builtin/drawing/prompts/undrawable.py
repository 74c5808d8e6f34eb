"""How the engine says that it cannot draw something."""

from inference_core.engine.contract import CannotAnswer

ADVICE = (
    "Describe a landscape with mountains, hills, a forest, flowers, a river, a lake, the sea, a desert, a city, "
    "houses, a castle, boats, balloons or birds, by day or night, horses and astronauts that stand, walk or ride in "
    "it, the surface of the moon, a view of space or an abstract pattern."
)


def undrawable(what: str) -> CannotAnswer:
    return CannotAnswer(f"{what!r} is nothing that can be drawn here. {ADVICE}")
