"""Rules for the figures of a prompt: who does what where, and whether that can be drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from inference_core.engine.builtin.drawing.prompts.phrases import Phrase, Piece, phrases_of
from inference_core.engine.builtin.drawing.surface.scene import Wanted
from inference_core.engine.contract import CannotAnswer

FIGURES = frozenset({"horse", "astronaut", "rider", "mount"})

_AND = ("and", ",", ".", ";", "!", "?", "while")
_IS = ("is", "are", "was", "were")


class FigureRules:
    """The rules for figures. A prompt without one passes unchanged."""

    def __init__(self, data: Mapping[str, str]) -> None:
        """`data` holds the lists of words of the section "figures" of scene_words.toml."""
        self._words = {name: frozenset(text.split()) for name, text in data.items()}
        self._poses = {verb: pose for pose in ("walk", "gallop") for verb in self._words[pose]}
        self.parts = self._words["horse_parts"] | self._words["astronaut_parts"]
        self._garments = {"coat": "coat"} | dict.fromkeys(self._words["suits"], "suit")
        self._known_verbs = frozenset().union(*(self._words[name] for name in ("still", "scenic", "float", "ride")))

    def apply(self, given: Sequence[Piece]) -> list[Piece]:
        """The given pieces, those of riders and their mounts marked as such.

        Raises:
            CannotAnswer: a figure does something, is somewhere or is next to something that cannot be drawn.
        """
        pieces = list(given)
        if not any(_is_figure(piece) for piece in pieces):
            return pieces
        phrases = [phrase for phrase in phrases_of(pieces) if not phrase.is_negated]
        self._refuse_wrong_parts(pieces)
        self._refuse_unknown_neighbours(pieces, phrases)
        riding = self._ridden(pieces, phrases)
        self._refuse_places(pieces, phrases, riding)
        self._pose(pieces, phrases, riding)
        return self._coloured_by_clothes(pieces)

    def _refuse_wrong_parts(self, pieces: list[Piece]) -> None:
        """A part belongs to the figure before it, and a figure cannot be drawn without it."""
        owner: str | None = None
        negated = False
        for piece in pieces:
            owner = piece.element if _is_figure(piece) else owner
            negated = piece.kind == "negations" or (negated and piece.kind not in ("boundaries", "element"))
            is_part = piece.kind == "unknown" and piece.text in self.parts
            if negated and (is_part or piece.text in self._words["tack"]):
                raise CannotAnswer("cannot_be_drawn", what=f"a figure without {piece.text}")
            if is_part and (owner is None or piece.text not in self._words[f"{owner}_parts"]):
                raise CannotAnswer("cannot_be_drawn", what=piece.text)

    def _refuse_unknown_neighbours(self, pieces: list[Piece], phrases: list[Phrase]) -> None:
        """In a sentence with a figure every noun must be known; a list of styles after it may have unknown words."""
        in_sentence = True
        for phrase in phrases:
            in_sentence = in_sentence and not any(link in ",.;!?" for link in phrase.links)
            if not phrase.nouns or any(piece.text == "style" for piece in phrase.lead):
                continue
            *before, head = (pieces[place] for place in phrase.nouns)
            for piece in before:
                if _is_figure(piece) or (piece.is_undrawable and _is_figure(head)):
                    raise CannotAnswer("cannot_be_drawn", what=f"{piece.text} {head.text}")
            is_known = head.kind != "unknown" or head.text in self.parts
            if not is_known and (in_sentence or head.is_undrawable):
                raise CannotAnswer("cannot_be_drawn", what=head.text)

    def _ridden(self, pieces: list[Piece], phrases: list[Phrase]) -> set[int]:
        """Mark the riders and their mounts among the pieces; returns the indices of the phrases about riding."""
        riding: set[int] = set()
        for index, phrase in enumerate(phrases):
            links = phrase.links
            if ("by" in links and "ridden" in links) or self._words["carry"].intersection(links[-1:]):
                self._mount(pieces, phrase, _agent(phrases, index))
            elif self._words["ride"].intersection(links):
                self._mount(pieces, _agent(phrases, index), self._mount_after(pieces, phrases, index, riding))
            elif phrase.relation in ("on", "atop", "upon") and _head(pieces, phrase, "horse") and index not in riding:
                self._mount(pieces, _agent(phrases, index), phrase)
            elif index and not phrase.nouns and phrase.relation == "on":  # "a horse with an astronaut on its back"
                mounts = (other for other in phrases if _head(pieces, other, "horse"))
                self._mount(pieces, phrases[index - 1], next(mounts, None))
            else:
                continue
            riding.add(index)
        return riding

    def _mount_after(self, pieces: list[Piece], phrases: list[Phrase], index: int, riding: set[int]) -> Phrase | None:
        """The horse of "riding a horse" or "riding across the moon on a horse"."""
        links = [link for link in phrases[index].links if link not in self._poses]
        if links[-1] in self._words["ride"] | {"on", "atop", "upon"}:
            return phrases[index]
        later = (
            place
            for place in range(index + 1, len(phrases))
            if phrases[place].relation == "on" and _head(pieces, phrases[place], "horse")
        )
        place = next(later, None)
        if place is None:
            return None
        riding.add(place)
        return phrases[place]

    def _mount(self, pieces: list[Piece], rider: Phrase | None, mount: Phrase | None) -> None:
        named = [pieces[phrase.nouns[-1]].text if phrase and phrase.nouns else "?" for phrase in (rider, mount)]
        if not (rider and mount and _head(pieces, rider, "astronaut") and _head(pieces, mount, "horse")):
            raise CannotAnswer("cannot_be_drawn", what=f"{named[0]} riding {named[1]}")
        if any(piece.element == "rider" for piece in pieces):
            raise CannotAnswer("riders_twice")
        for phrase, element in ((rider, "rider"), (mount, "mount")):
            pieces[phrase.nouns[-1]] = replace(pieces[phrase.nouns[-1]], element=element)

    def _refuse_places(self, pieces: list[Piece], phrases: list[Phrase], riding: set[int]) -> None:
        """A figure stands on open ground: not in a house, in the sea or in the air, nor on another figure."""
        stands = False
        for index, phrase in enumerate(phrases):
            if not phrase.nouns:
                continue
            head = pieces[phrase.nouns[-1]]
            if index in riding or _is_figure(head):
                if index not in riding and stands and phrase.relation in self._words["stacked"]:
                    raise CannotAnswer("cannot_be_drawn", what=f"{phrase.relation} {head.text}")
                stands = True
                continue
            if stands and head.element and self._is_impossible_place(phrase.relation, head):
                raise CannotAnswer("cannot_be_drawn", what=f"a figure {phrase.relation} {head.text}")
            stands = stands and phrase.relation in self._words["inside"]

    def _is_impossible_place(self, relation: str, head: Piece) -> bool:
        """Whether a figure cannot be shown in, over or under this."""
        if relation in self._words["above"]:
            return head.element not in self._words["weightless"]
        if relation in self._words["below"]:
            return head.element in self._words["wet"]
        is_open = head.element in self._words["open"] or head.text in self._words["open_names"]
        return relation in self._words["inside"] and not is_open

    def _pose(self, pieces: list[Piece], phrases: list[Phrase], riding: set[int]) -> None:
        """Give each figure the pose of its verbs; refuse verbs without a pose."""
        named = {piece.element for piece in pieces}
        in_space = "moon_surface" not in named and not named.isdisjoint(self._words["weightless"])
        for index, phrase in enumerate(phrases):
            before = phrases[index - 1] if index else None
            for place, piece in enumerate(phrase.lead):
                verb = piece.text
                if piece.kind != "boundaries" or not self._is_verb(verb) or verb in self._words["ride"] | {"carrying"}:
                    continue
                if index in riding and verb in self._words["sit"]:
                    continue
                described = self._described(phrase, place, is_first=before is None)
                owner = phrase.nouns[-1] if described else before.nouns[-1] if before else None
                if owner is None:
                    raise CannotAnswer("cannot_be_drawn", what=verb)
                if not (_is_figure(pieces[owner]) or described):
                    owner = self._figure_before(pieces, owner, verb)
                if owner is not None and (_is_figure(pieces[owner]) or not (verb in self._known_verbs or described)):
                    pieces[owner] = self._posed(pieces[owner], verb, in_space)

    def _described(self, phrase: Phrase, place: int, *, is_first: bool) -> bool:
        """Whether a verb of the lead belongs to the noun after it: "a galloping horse", "with flying birds"."""
        if not phrase.nouns or any(piece.kind == "boundaries" for piece in phrase.lead[place + 1 :]):
            return False
        if place == 0:
            return is_first
        before = phrase.lead[place - 1].text
        return before not in _IS and (before not in _AND or phrase.lead[place].text in self._words["scenic"])

    def _figure_before(self, pieces: list[Piece], place: int, verb: str) -> int | None:
        """Who does a verb that follows a place: the figure before it; None if the scenery can do it."""
        if verb in self._words["scenic"] | self._words["still"] or pieces[place].element in ("river", "road"):
            return None
        return next((index for index in range(place, -1, -1) if _is_figure(pieces[index])), place)

    def _is_verb(self, word: str) -> bool:
        return (len(word) > 5 and word.endswith("ing")) or word in self._known_verbs or word in self._poses

    def _posed(self, piece: Piece, verb: str, in_space: bool) -> Piece:
        if verb in self._words["still"] or (in_space and verb in self._words["float"]):
            return piece
        pose = self._poses.get(verb)
        if pose is None or (pose == "gallop" and piece.element == "astronaut"):
            raise CannotAnswer("cannot_be_drawn", what=f"{piece.text} {verb}")
        return replace(piece, pose=pose)

    def _coloured_by_clothes(self, pieces: list[Piece]) -> list[Piece]:
        """A suit or coat gives its colour to its owner."""
        owners: dict[str, Piece] = {}
        for place, piece in enumerate(pieces):
            if _is_figure(piece):
                owners["coat" if piece.element in ("horse", "mount") else "suit"] = piece
            elif piece.kind == "unknown" and (owner := owners.get(self._garments.get(piece.text, ""))):
                pieces[place] = replace(owner, is_plural=True, pose=None)
        return pieces


def paired_riders(elements: dict[str, Wanted]) -> dict[str, Wanted]:
    """Pairs riders with mounts. Without a mount a rider is an astronaut on foot; without a rider a mount is a horse.

    Raises:
        CannotAnswer: there are not as many riders as mounts.
    """
    rider, mount = elements.get("rider"), elements.get("mount")
    if rider and mount:
        if rider.count != mount.count and mount.count is not None:
            raise CannotAnswer("riders_and_horses_differ")
        return elements | {"mount": Wanted(mount.colours, rider.count, mount.pose or rider.pose)}
    on_foot = {"rider": "astronaut", "mount": "horse"}
    return {on_foot.get(element, element): wanted for element, wanted in elements.items()}


def _is_figure(piece: Piece) -> bool:
    return piece.element in FIGURES


def _head(pieces: list[Piece], phrase: Phrase, element: str) -> bool:
    return bool(phrase.nouns) and pieces[phrase.nouns[-1]].element == element


def _agent(phrases: list[Phrase], index: int) -> Phrase | None:
    """Who does what the phrase at `index` says: the phrase before it that is not itself the place of another."""
    for phrase in reversed(phrases[:index]):
        if phrase.nouns and (not phrase.links or phrase is phrases[0] or phrase.relation in _AND):
            return phrase
    return None
