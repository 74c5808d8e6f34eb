"""What is to be drawn."""

from dataclasses import dataclass, field

Colour = tuple[int, int, int]
"""Red, green and blue from 0 to 255."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the prompt describes an element.

    `colours` are empty and `count` is None if the prompt does not say; the painter then chooses. `pose` is what a
    figure does, "walk" or "gallop"; None is the usual pose where the figure is.
    """

    colours: tuple[Colour, ...] = ()
    count: int | None = None
    pose: str | None = None

    def colour(self, usual: Colour) -> Colour:
        return self.colours[0] if self.colours else usual


@dataclass(frozen=True, slots=True)
class Scene:
    """The elements by name, and the colours that were named without one."""

    elements: dict[str, Wanted]
    loose_colours: tuple[Colour, ...] = field(default=())

    def __contains__(self, element: str) -> bool:
        return element in self.elements

    def has(self, *elements: str) -> bool:
        """Whether any of the elements is in the scene."""
        return any(element in self.elements for element in elements)

    def wanted(self, element: str) -> Wanted:
        return self.elements.get(element, Wanted())
