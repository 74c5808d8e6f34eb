"""Finds persons, places, organisations and other names in English text with lists of names and the shape of words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from inference_core.engine.builtin.text.gazetteer import Gazetteer
from inference_core.engine.builtin.text.tokens import Word, words_of

LISTED, MARKED, SHAPED = 0.95, 0.85, 0.55
"""How reliable a rule is: a listed name, a name next to a word like "Lake", a name known by its capitals."""

_PLACE_PREPOSITIONS = frozenset({"in", "near", "from", "outside", "to", "at", "around", "across"})
_PARTICLES = frozenset({"van", "von", "de", "der", "da", "di", "del", "bin", "al"})
_ARTICLES = frozenset({"the", "a", "an"})
_SENTENCE_OPENERS = frozenset({".", "!", "?", ":", ";", '"', "“", "„", "(", "-", "–", "*"})
_LONGEST_SURNAME = 3
_LONGEST_RUN = 8
_FULL_NAME = range(2, 4)
_ACRONYM = range(2, 7)


@dataclass(frozen=True, slots=True)
class Entity:
    """A name: the words from `first` to before `last`, counted from 0. Its kind is PER, LOC, ORG or MISC."""

    first: int
    last: int
    kind: str
    score: float


class EntityFinder:
    """Applies its rules at every word; the first one that finds a name counts, and reading goes on after it."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer

    def find(self, text: str) -> tuple[list[Word], list[Entity]]:
        """All words of a text and the names in it, in order; names never overlap."""
        words = words_of(text)
        reading = _Reading(self._gazetteer, words)
        entities: list[Entity] = []
        at = 0
        while at < len(words):
            entity = reading.entity_at(at)
            if entity is not None:
                entities.append(entity)
            at = entity.last if entity is not None else at + 1
        return words, entities


class _Reading:
    """The state of reading a text: its words, and the surnames found so far."""

    def __init__(self, gazetteer: Gazetteer, words: Sequence[Word]) -> None:
        self._names = gazetteer
        self._words = words
        self._surnames: set[str] = set()
        self._has_no_lower_case = not any(word.text.islower() for word in words)
        self._rules: tuple[Callable[[int], Entity | None], ...] = (
            self._organisation_by_a_word,
            self._person,
            self._listed_name,
            self._place_by_a_word,
            self._acronym,
            self._place_by_preposition,
            self._unknown_full_name,
        )

    def entity_at(self, at: int) -> Entity | None:
        if not self._words[at].capitalised or self._words[at].text in self._names.ordinary:
            return None
        return next((entity for rule in self._rules if (entity := rule(at)) is not None), None)

    def _organisation_by_a_word(self, at: int) -> Entity | None:
        """Stanford University, Bank of England."""
        end = self._run(at)
        for last in range(end, at + 1, -1):
            if self._text(last - 1) in self._names.organisation_endings:
                return Entity(at, last, "ORG", MARKED)
        if self._text(at) in self._names.organisation_beginnings and self._text(at + 1) == "of":
            end = self._run(at + 2)
            return Entity(at, end, "ORG", MARKED) if end > at + 2 else None
        return None

    def _person(self, at: int) -> Entity | None:
        """Clara Schumann; Schumann in Dr. Schumann, and the same surname later in the text."""
        text, end = self._text(at), self._end_of_surname(at + 1)
        if self._follows_a_title(at):
            return self._named(at, end, MARKED)
        if text in self._names.first_names or (end > at + 1 and text in self._names.first_names_before_a_surname):
            return self._named(at, end, LISTED)
        return Entity(at, at + 1, "PER", MARKED) if text in self._surnames else None

    def _named(self, at: int, end: int, score: float) -> Entity:
        self._surnames.add(self._text(end - 1))
        return Entity(at, end, "PER", score)

    def _listed_name(self, at: int) -> Entity | None:
        for length in range(self._names.longest, 0, -1):
            phrase = tuple(word.text for word in self._words[at : at + length])
            kind = self._names.phrases.get(phrase)
            if kind is not None:
                return Entity(at, at + len(phrase), kind, LISTED)
        return None

    def _place_by_a_word(self, at: int) -> Entity | None:
        """Lake Constance, Brandenburg Gate."""
        end = self._run(at)
        if end > at + 1 and (
            self._text(at) in self._names.place_beginnings or self._text(end - 1) in self._names.place_endings
        ):
            return Entity(at, end, "LOC", MARKED)
        return None

    def _acronym(self, at: int) -> Entity | None:
        text = self._text(at)
        if not self._has_no_lower_case and text.isalpha() and text.isupper() and len(text) in _ACRONYM:
            return Entity(at, at + 1, "ORG", SHAPED)
        return None

    def _place_by_preposition(self, at: int) -> Entity | None:
        """Schwetzingen in "lives in Schwetzingen"."""
        if not self._has_no_lower_case and self._text(at - 1).lower() in _PLACE_PREPOSITIONS and not self._is_title(at):
            return Entity(at, self._run(at), "LOC", SHAPED)
        return None

    def _unknown_full_name(self, at: int) -> Entity | None:
        """Two or three capitalised words within a sentence: a person, or another name if an article is before it."""
        end = self._run(at)
        if self._has_no_lower_case or self._opens_sentence(at) or self._is_title(at) or end - at not in _FULL_NAME:
            return None
        return Entity(at, end, "MISC" if self._text(at - 1) in _ARTICLES else "PER", SHAPED)

    def _text(self, at: int) -> str:
        return self._words[at].text if 0 <= at < len(self._words) else ""

    def _is_title(self, at: int) -> bool:
        return self._text(at) in self._names.titles

    def _follows_a_title(self, at: int) -> bool:
        return self._is_title(at - 1) or (self._text(at - 1) == "." and self._is_title(at - 2))

    def _opens_sentence(self, at: int) -> bool:
        return at == 0 or self._text(at - 1) in _SENTENCE_OPENERS

    def _continues(self, at: int) -> bool:
        """Whether the word follows a space, is capitalised, and may be part of a name."""
        if at >= len(self._words):
            return False
        word = self._words[at]
        return word.spaced and word.capitalised and word.text not in self._names.ordinary

    def _run(self, at: int) -> int:
        """The end of the row of capitalised words that begins at a word."""
        if at >= len(self._words) or not self._words[at].capitalised:
            return at
        end = at + 1
        while end < at + _LONGEST_RUN and self._continues(end):
            end += 1
        return end

    def _end_of_surname(self, at: int) -> int:
        """The end of what may follow a first name: initials, particles and at most three capitalised words."""
        end = at
        for _ in range(_LONGEST_SURNAME):
            after = self._after_particles(end)
            if self._is_initial(end):
                end += 2
            elif self._continues(after) and not self._is_title(after):
                end = after + 1
            else:
                break
        return end

    def _after_particles(self, at: int) -> int:
        """The index after particles such as "van der"."""
        while self._text(at) in _PARTICLES:
            at += 1
        return at

    def _is_initial(self, at: int) -> bool:
        return (
            len(self._text(at)) == 1 and self._continues(at) and self._text(at + 1) == "." and self._continues(at + 2)
        )
