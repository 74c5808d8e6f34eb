"""Turns a prompt into a list of edits: by their names or else by the example that is nearest in meaning."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from inference_core.engine.builtin.data import read_data
from inference_core.engine.builtin.encoder.prepared import encode_prepared
from inference_core.engine.builtin.encoder.shared import Encoder
from inference_core.engine.builtin.lexical.words import words_of
from inference_core.engine.contract import CannotAnswer

_SLIGHTLY, _NORMALLY, _STRONGLY = 0.5, 1.0, 1.7
_LONGEST_PHRASE = 6
_MOST_CHARACTERS = 500

# Tuned on 84 prompts, half of them impossible, and tested on 44 others; see the model for the figures.
_NEAR = 0.45
_NEARER_THAN_IMPOSSIBLE = 0.05


@dataclass(frozen=True, slots=True)
class Edit:
    """`name` is one of `EditVocabulary.names`; `strength` is 1 unless the prompt says "slightly" or "very"."""

    name: str
    strength: float = _NORMALLY


@dataclass(slots=True)
class _Clause:
    """A part of a prompt: the edits it names, and its other words without filler words."""

    words: list[str]
    edits: list[Edit]
    unexplained: list[str]


class EditVocabulary:
    """Reads prompts; the examples are encoded once."""

    def __init__(self, encoder: Encoder) -> None:
        data = tomllib.loads(read_data("picture_edits.toml"))
        phrases = {name: _phrases(text) for name, text in data["edits"].items()}
        impossible = _phrases(data["impossible"]["phrases"])
        self.names = list(phrases)
        self._named = {tuple(_words(phrase)): name for name, listed in phrases.items() for phrase in listed}
        self._word_lists = {kind: frozenset(text.split()) for kind, text in data["words"].items()}
        self._encoder = encoder
        self._owners = np.array([index for index, listed in enumerate(phrases.values()) for _ in listed])
        self._examples = encode_prepared(encoder, [phrase for listed in phrases.values() for phrase in listed])
        self._impossible = encode_prepared(encoder, impossible)

    def read(self, prompt: str) -> list[Edit]:
        """The edits in the order of the prompt. Raises CannotAnswer if any part of it asks for something else."""
        if len(prompt) > _MOST_CHARACTERS:
            raise CannotAnswer("prompt_too_long", most=_MOST_CHARACTERS)
        words = _words(prompt)
        edits = list({edit.name: edit for clause in self._clauses(words) for edit in self._edits_of(clause)}.values())
        if not edits:
            raise CannotAnswer("no_edit")
        return edits

    def _clauses(self, words: list[str]) -> Iterator[_Clause]:
        clause = _Clause([], [], [])
        place = 0
        while place < len(words):
            length, name = self._name_at(words, place)
            word = words[place]
            clause.words += words[place : place + length]
            if name:
                clause.edits.append(Edit(name, self._strength(words[max(0, place - 3) : place])))
            elif word in self._word_lists["breaks"] or not word[0].isalnum():
                yield clause
                clause = _Clause([], [], [])
            elif not any(self._have([word], kind) for kind in ("fillers", "slightly", "strongly")):
                clause.unexplained.append(word)
            place += length
        yield clause

    def _name_at(self, words: list[str], place: int) -> tuple[int, str | None]:
        for length in range(_LONGEST_PHRASE, 0, -1):
            name = self._named.get(tuple(words[place : place + length]))
            if name and place + length <= len(words):
                return length, name
        return 1, None

    def _strength(self, before: list[str]) -> float:
        if self._have(before, "slightly"):
            return _SLIGHTLY
        return _STRONGLY if self._have(before, "strongly") else _NORMALLY

    def _edits_of(self, clause: _Clause) -> list[Edit]:
        text = " ".join(clause.words)
        if self._have(clause.unexplained, "negations"):
            raise CannotAnswer("edit_says_what_not", text=text)
        if not clause.unexplained:
            return clause.edits
        if self._asks_for_content(clause) or (edit := self._nearest(clause)) is None:
            raise CannotAnswer("not_an_edit", text=text)
        return clause.edits or [edit]

    def _asks_for_content(self, clause: _Clause) -> bool:
        """Whether it asks to change an object in the picture or gives a number; no edit here can do that."""
        has_number = any(character.isdigit() for word in clause.unexplained for character in word)
        return has_number or self._have(clause.words, "content_verbs") or self._have(clause.unexplained, "specifics")

    def _nearest(self, clause: _Clause) -> Edit | None:
        """The edit whose example is nearest in meaning, among those that the clause names, if any; None if not near."""
        row = self._encoder.encode([" ".join(clause.words)])[0]
        examples = self._examples @ row
        own = [self.names.index(edit.name) for edit in clause.edits]
        candidates = np.isin(self._owners, own) if own else np.ones(len(examples), bool)
        best = int(np.argmax(np.where(candidates, examples, -1)))
        nearest, impossible = float(examples[best]), float((self._impossible @ row).max())
        if nearest < _NEAR or nearest < impossible + _NEARER_THAN_IMPOSSIBLE:
            return None
        return Edit(self.names[int(self._owners[best])], self._strength(clause.words))

    def _have(self, words: list[str], kind: str) -> bool:
        return any(word in self._word_lists[kind] for word in words)


def _phrases(text: str) -> list[str]:
    return [phrase.strip() for phrase in re.split(r"[|\n]", text) if phrase.strip()]


def _words(text: str) -> list[str]:
    return [word.text for word in words_of(text, joined_by="'&", marks="&,;.!?", folded=True)]
