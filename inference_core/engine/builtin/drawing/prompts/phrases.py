"""Splits a prompt into phrases: nouns, and the words that connect them to the words before."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

# "on top of a horse" is on it, "in the middle of a lake" in it; "in front of" is neither.
_WITHIN = frozenset({"top", "back", "middle", "centre", "center"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A word or name of the prompt, with the element it names, or otherwise with its kind of word.

    `is_undrawable` marks what certainly cannot be drawn, `pose` is what a figure does.
    """

    text: str
    element: str | None
    kind: str
    is_plural: bool = False
    is_undrawable: bool = False
    pose: str | None = None


@dataclass(slots=True)
class Phrase:
    """`lead` are the words before the first noun; the last of `nouns`, places among the pieces, is the head."""

    lead: list[Piece] = field(default_factory=list)
    nouns: list[int] = field(default_factory=list)

    @property
    def links(self) -> list[str]:
        """The words of the lead that say how the phrase relates to the words before it."""
        return [piece.text for piece in self.lead if piece.kind == "boundaries"]

    @property
    def relation(self) -> str:
        """The last link, "on" for "on top of"; empty without one."""
        links = self.links
        if len(links) > 1 and links[-1] == "of" and any(piece.text in _WITHIN for piece in self.lead):
            return links[-2]
        return links[-1] if links else ""

    @property
    def is_negated(self) -> bool:
        return any(piece.kind == "negations" for piece in self.lead)


def phrases_of(pieces: Sequence[Piece]) -> Iterator[Phrase]:
    """All phrases in order; the last has no nouns if the prompt ends without one."""
    phrase = Phrase()
    for place, piece in enumerate(pieces):
        if piece.kind in ("element", "unknown"):
            phrase.nouns.append(place)
            continue
        if phrase.nouns and piece.kind in ("boundaries", "negations", "number"):
            yield phrase
            phrase = Phrase()
        phrase.lead.append(piece)
    if phrase.nouns or phrase.links:
        yield phrase
