"""How the engine says that it cannot draw something."""

from inference_core.engine.contract import Refusal

ADVICE = (
    "Describe a landscape with mountains, hills, a forest, flowers, a river, a lake, the sea, a desert, a city, "
    "houses, a castle, boats, balloons or birds, by day or night, horses and astronauts that stand, walk or ride in "
    "it, the surface of the moon, a view of space or an abstract pattern."
)


def undrawable(what: str) -> Refusal:
    return Refusal(f"{what!r} is nothing that can be drawn here. {ADVICE}")
