"""Reads a prompt as a scene: looks up its words among what can be drawn, and unknown ones by meaning."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from inference_core.engine.builtin.data import read_data
from inference_core.engine.builtin.drawing.prompts.figure_rules import FIGURES, FigureRules, paired_riders
from inference_core.engine.builtin.drawing.prompts.phrases import Piece, phrases_of
from inference_core.engine.builtin.drawing.surface.scene import Colour, Scene, Wanted
from inference_core.engine.builtin.encoder.prepared import encode_prepared
from inference_core.engine.builtin.encoder.shared import Encoder
from inference_core.engine.builtin.lexical.plurals import singulars
from inference_core.engine.builtin.lexical.words import words_of
from inference_core.engine.contract import CannotAnswer

_LONGEST_NAME = 4
_MOST_CHARACTERS = 1000

# Cosine from which an unknown word is taken for an element, unless it is as near to something that cannot be drawn.
_NEAR = 0.6


@dataclass(slots=True)
class _Pending:
    """Words before an element that describe it."""

    colours: list[Colour]
    count: int | None = None


class SceneReader:
    """Reads prompts; the names of the elements are encoded once."""

    def __init__(self, encoder: Encoder) -> None:
        data = tomllib.loads(read_data("scene_words.toml"))
        names = {element: _names(text) for element, text in data["elements"].items()}
        figures = {figure: _names(data["figures"].pop(figure)) for figure in ("horse", "astronaut")}
        self._elements = {
            tuple(name.split()): element for element, listed in (names | figures).items() for name in listed
        }
        self._compounds = _names(data["figures"].pop("compounds"))
        self._figure_rules = FigureRules(data["figures"])
        self._implied: dict[str, str] = {part: whole for part, whole in data["implied"].items() if whole}
        self._colours: dict[str, Colour] = {
            name: (red, green, blue) for name, (red, green, blue) in data["colours"].items()
        }
        self._numbers: dict[str, int] = data["numbers"]
        self._collectives = frozenset(data["words"].pop("collectives").split())
        self._kinds = {word: kind for kind in reversed(data["words"]) for word in data["words"][kind].split()}
        self._encoder = encoder
        self._owners = [element for element, listed in names.items() for name in listed]
        self._rows = encode_prepared(encoder, [name for listed in names.values() for name in listed])
        joined = (name.replace(" ", "") for name in self._compounds)
        self._known_undrawable = frozenset(data["others"]["words"].split()).union(joined) - self._figure_rules.parts
        # Being near to a figure is not enough: a donkey is not a horse.
        self._undrawable_rows = encode_prepared(encoder, sorted(self._known_undrawable | FIGURES))

    def read(self, prompt: str, unwanted: str = "") -> Scene:
        """The drawable elements of the prompt, without those that `unwanted` or a "without" names.

        Raises:
            CannotAnswer: nothing of it can be drawn, or its subject cannot.
        """
        if len(prompt) > _MOST_CHARACTERS:
            raise CannotAnswer("prompt_too_long", most=_MOST_CHARACTERS)
        pieces = _with_moon_as_ground(list(self._pieces(prompt)))
        self._refuse_unknown_subject(pieces)
        pieces = self._figure_rules.apply(pieces)
        excluded = self._excluded(unwanted)
        elements, other_colours = self._collected(pieces, excluded)
        elements = paired_riders(elements)
        for part, whole in self._implied.items():
            if part in elements and whole not in excluded:
                elements.setdefault(whole, elements[part])
        if not elements:
            raise CannotAnswer("nothing_to_draw")
        return Scene(elements, tuple(other_colours))

    def _excluded(self, unwanted: str) -> set[str]:
        named = {piece.element for piece in _with_moon_as_ground(list(self._pieces(unwanted))) if piece.element}
        ridden = {"astronaut": "rider", "horse": "mount"}
        return named | {ridden[element] for element in named & ridden.keys()}

    def _pieces(self, prompt: str) -> Iterator[Piece]:
        compounded = self._compounded(prompt.lower().replace("'s", ""))
        words = [word.text for word in words_of(compounded, marks=",;.!?", folded=True)]
        place = 0
        while place < len(words):
            for length in range(min(_LONGEST_NAME, len(words) - place), 0, -1):
                name = tuple(words[place : place + length])
                if element := self._element(name):
                    yield Piece(
                        " ".join(name),
                        element,
                        "element",
                        is_plural=name not in self._elements or name[0] in self._collectives,
                    )
                    place += length
                    break
            else:
                yield self._other(words[place])
                place += 1

    def _compounded(self, prompt: str) -> str:
        """Names of several words that mean something else than their parts, each as one word."""
        for name in self._compounds:
            prompt = prompt.replace(name, name.replace(" ", ""))
        return prompt

    def _element(self, name: tuple[str, ...]) -> str | None:
        *before, last = name
        return self._elements.get(name) or next(
            (found for single in singulars(last) if (found := self._elements.get((*before, single)))), None
        )

    def _other(self, word: str) -> Piece:
        if not word[0].isalnum():
            return Piece(word, None, "boundaries")
        if word in self._colours:
            return Piece(word, None, "colour")
        if word in self._numbers or word.isdecimal():
            return Piece(word, None, "number")
        if kind := self._kinds.get(word):
            return Piece(word, None, kind)
        if word in self._figure_rules.parts:
            return Piece(word, None, "unknown")
        if word in self._known_undrawable:
            return Piece(word, None, "unknown", is_undrawable=True)
        if len(word) > 5 and word.endswith("ing"):  # "a river running through a forest"
            return Piece(word, None, "boundaries")
        return self._nearest(word)

    def _nearest(self, word: str) -> Piece:
        """An unknown word as the element nearest to it in meaning, if that is near enough."""
        row = self._encoder.encode([word])[0]
        cosines = self._rows @ row
        best = int(cosines.argmax())
        other = float((self._undrawable_rows @ row).max())
        if cosines[best] >= _NEAR and cosines[best] > other:
            return Piece(word, self._owners[best], "element", is_plural=word.endswith("s"))
        return Piece(word, None, "unknown", is_undrawable=other >= _NEAR)

    def _refuse_unknown_subject(self, pieces: list[Piece]) -> None:
        """The last noun of the first phrase is the subject of the prompt; "a picture of" does not count."""
        subject: Piece | None = None
        for piece in pieces:
            if piece.kind == "boundaries" and subject:
                break
            if piece.kind in ("element", "unknown"):
                subject = piece
        if subject and subject.kind == "unknown":
            raise CannotAnswer("cannot_be_drawn", what=subject.text)

    def _collected(self, pieces: list[Piece], excluded: Iterable[str]) -> tuple[dict[str, Wanted], list[Colour]]:
        elements: dict[str, Wanted] = {}
        other_colours: list[Colour] = []
        pending = _Pending([])
        negated = False
        last: str | None = None
        for index, piece in enumerate(pieces):
            if piece.kind == "negations":
                negated = True
            elif piece.kind == "colour":
                colour = self._colours[piece.text]
                if last and index and pieces[index - 1].text in ("is", "are"):
                    elements[last] = replace(elements[last], colours=(colour,))
                else:
                    pending.colours.append(colour)
            elif piece.kind == "number":
                pending.count = self._numbers.get(piece.text) or min(int(piece.text or 0), 40) or None
            elif piece.element:
                if not negated and piece.element not in excluded:
                    elements[piece.element] = _requested(piece, pending, elements.get(piece.element))
                    last = piece.element
                pending, negated = _Pending([]), False
            elif piece.text == "of" and index and pieces[index - 1].kind == "number":  # "a pair of horses"
                continue
            elif piece.kind == "boundaries" and piece.text not in ("and", ","):
                other_colours += pending.colours
                pending, negated = _Pending([]), False
        return elements, other_colours + pending.colours


def _requested(piece: Piece, pending: _Pending, before: Wanted | None) -> Wanted:
    """An element with the colours and number before it; "a white horse and a black horse" are two."""
    count = pending.count if not (piece.is_plural and pending.count == 1) else None
    colours = tuple(pending.colours)
    if piece.element not in FIGURES:
        known = before or Wanted()
        return Wanted(colours or known.colours, count or known.count)
    if before is None:
        return Wanted(colours, count or (None if piece.is_plural else 1), piece.pose)
    if count and before.count:
        return Wanted(before.colours + colours, before.count + count, before.pose or piece.pose)
    return Wanted(colours or before.colours, count or before.count, before.pose or piece.pose)


def _with_moon_as_ground(pieces: list[Piece]) -> list[Piece]:
    """Make the moon the ground, not a light in the sky, if something is on it, as in "a horse on the moon"."""
    for phrase in phrases_of(pieces):
        if phrase.nouns and phrase.relation in ("on", "across", "upon"):
            head = pieces[phrase.nouns[-1]]
            if head.text == "moon":
                pieces[phrase.nouns[-1]] = replace(head, element="moon_surface")
    return pieces


def _names(text: str) -> list[str]:
    return [name.strip() for name in re.split(r"[|\n]", text) if name.strip()]
