"""A prompt as a scene: its words looked up among what can be drawn, unknown ones by the nearest in meaning."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from inference_core.local.contract import Refusal
from inference_core.local.data_files import read_data
from inference_core.local.encoder import Encoder
from inference_core.local.scenery.scene import Colour, Scene, Wanted

_WORD = re.compile(r"[a-z0-9]+|[,;.!?]")
_LONGEST_NAME = 4
_MOST_CHARACTERS = 1000

# Cosine from which an unknown word is taken for an element, unless it is as near to something that cannot be drawn.
_NEAR = 0.6


@dataclass(slots=True)
class _Piece:
    """A word or name of the prompt: the element it is, else what kind of word."""

    text: str
    element: str | None
    kind: str
    is_plural: bool = False


@dataclass(slots=True)
class _Pending:
    """What was said before an element and belongs to it."""

    colours: list[Colour]
    count: int | None = None


class SceneReader:
    """Reads prompts; the names of the elements are encoded once."""

    def __init__(self, encoder: Encoder) -> None:
        data = tomllib.loads(read_data("scene_words.toml"))
        names = {element: _names(text) for element, text in data["elements"].items()}
        self.offered = [listed[0] for listed in names.values()]
        self._elements = {tuple(name.split()): element for element, listed in names.items() for name in listed}
        self._implied: dict[str, str] = {part: whole for part, whole in data["implied"].items() if whole}
        self._colours: dict[str, Colour] = {
            name: (red, green, blue) for name, (red, green, blue) in data["colours"].items()
        }
        self._numbers: dict[str, int] = data["numbers"]
        self._collectives = frozenset(data["words"].pop("collectives").split())
        self._kinds = {word: kind for kind in reversed(data["words"]) for word in data["words"][kind].split()}
        self._encoder = encoder
        self._owners = [element for element, listed in names.items() for name in listed]
        self._rows = encoder.encode([name for listed in names.values() for name in listed])
        self._known_others = frozenset(data["others"]["words"].split())
        self._others = encoder.encode(sorted(self._known_others))

    def read(self, prompt: str, unwanted: str = "") -> Scene:
        """The drawable elements of the prompt, without those that `unwanted` or a "without" names.

        Raises:
            Refusal: nothing of it can be drawn, or not what it is about.
        """
        if len(prompt) > _MOST_CHARACTERS:
            raise Refusal(f"The prompt has more than {_MOST_CHARACTERS} characters: say it in fewer words.")
        pieces = list(self._pieces(prompt))
        self._refuse_unknown_subject(pieces)
        excluded = {piece.element for piece in self._pieces(unwanted) if piece.element}
        elements, loose = self._collected(pieces, excluded)
        for part, whole in self._implied.items():
            if part in elements and whole not in excluded:
                elements.setdefault(whole, elements[part])
        if not elements:
            raise Refusal(f"Nothing in the prompt can be drawn here. {self.advice}")
        return Scene(elements, tuple(loose))

    @property
    def advice(self) -> str:
        """What can be asked for."""
        return (
            "Describe a landscape with mountains, hills, a forest, flowers, a river, a lake, the sea, a desert, a "
            "city, houses, a castle, boats, balloons or birds, by day or night, a view of space or an abstract pattern."
        )

    def _pieces(self, prompt: str) -> Iterator[_Piece]:
        words = _WORD.findall(prompt.lower().replace("'s", ""))
        place = 0
        while place < len(words):
            for length in range(min(_LONGEST_NAME, len(words) - place), 0, -1):
                name = tuple(words[place : place + length])
                if element := self._element(name):
                    yield _Piece(
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

    def _element(self, name: tuple[str, ...]) -> str | None:
        *before, last = name
        return self._elements.get(name) or next(
            (found for single in _singulars(last) if (found := self._elements.get((*before, single)))), None
        )

    def _other(self, word: str) -> _Piece:
        if not word[0].isalnum():
            return _Piece(word, None, "boundaries")
        if word in self._colours:
            return _Piece(word, None, "colour")
        if word in self._numbers or word.isdecimal():
            return _Piece(word, None, "number")
        if kind := self._kinds.get(word):
            return _Piece(word, None, kind)
        if word in self._known_others:
            return _Piece(word, None, "unknown")
        if len(word) > 5 and word.endswith("ing"):  # "a river running through a forest"
            return _Piece(word, None, "boundaries")
        element = self._nearest(word)
        return _Piece(word, element, "element" if element else "unknown", is_plural=word.endswith("s"))

    def _nearest(self, word: str) -> str | None:
        row = self._encoder.encode([word])[0]
        cosines = self._rows @ row
        best = int(cosines.argmax())
        is_near = cosines[best] >= _NEAR and cosines[best] > float((self._others @ row).max())
        return self._owners[best] if is_near else None

    def _refuse_unknown_subject(self, pieces: list[_Piece]) -> None:
        """The last noun of the first phrase is what the prompt is about; "a picture of" is none."""
        subject: _Piece | None = None
        for piece in pieces:
            if piece.kind == "boundaries" and subject:
                break
            if piece.kind in ("element", "unknown"):
                subject = piece
        if subject and subject.kind == "unknown":
            raise Refusal(f"{subject.text!r} is nothing that can be drawn here. {self.advice}")

    def _collected(self, pieces: list[_Piece], excluded: Iterable[str]) -> tuple[dict[str, Wanted], list[Colour]]:
        elements: dict[str, Wanted] = {}
        loose: list[Colour] = []
        pending = _Pending([])
        negated = False
        last: str | None = None
        for index, piece in enumerate(pieces):
            if piece.kind == "negations":
                negated = True
            elif piece.kind == "colour":
                colour = self._colours[piece.text]
                if last and index and pieces[index - 1].text in ("is", "are"):
                    elements[last] = Wanted((colour,), elements[last].count)
                else:
                    pending.colours.append(colour)
            elif piece.kind == "number":
                pending.count = self._numbers.get(piece.text) or min(int(piece.text or 0), 40) or None
            elif piece.element:
                if not negated and piece.element not in excluded:
                    count = pending.count if not (piece.is_plural and pending.count == 1) else None
                    before = elements.get(piece.element, Wanted())
                    colours = tuple(pending.colours) or before.colours
                    elements[piece.element] = Wanted(colours, count or before.count)
                    last = piece.element
                pending, negated = _Pending([]), False
            elif piece.kind == "boundaries" and piece.text not in ("and", ","):
                loose += pending.colours
                pending, negated = _Pending([]), False
        return elements, loose + pending.colours


def _names(text: str) -> list[str]:
    return [name.strip() for name in re.split(r"[|\n]", text) if name.strip()]


def _singulars(word: str) -> Iterator[str]:
    yield word
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith("es"):
        yield word[:-2]
    if word.endswith("s"):
        yield word[:-1]
