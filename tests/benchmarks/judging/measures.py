"""How answers are compared with right ones: words wrong, words shared, characters shared, boxes that overlap."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence

_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_ARTICLES = {"a", "an", "the"}
_LONGEST_NGRAM = 6
_RECALL_WEIGHT = 2.0

Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, without punctuation."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower().replace("’", "'"))


def words_wrong(right: str, given: str) -> tuple[int, int]:
    """How many words must be replaced, left out or added to get from one text to the other, and the words of `right`.

    Divided they are the word error rate.
    """
    expected, found = words_of(right), words_of(given)
    costs = list(range(len(found) + 1))
    for row, word in enumerate(expected, start=1):
        diagonal, costs[0] = costs[0], row
        for column, other in enumerate(found, start=1):
            cheapest = min(costs[column] + 1, costs[column - 1] + 1, diagonal + (word != other))
            diagonal, costs[column] = costs[column], cheapest
    return costs[-1], len(expected)


def has_word(text: str, words: Iterable[str]) -> bool:
    """Whether one of the words, or groups of words, is in the text; case and punctuation do not count."""
    found = f" {' '.join(words_of(text))} "
    return any(f" {' '.join(words_of(word))} " in found for word in words)


def plain(text: str) -> str:
    """A short answer without case, articles, spaces and punctuation, for an exact comparison."""
    return "".join(word for word in words_of(text) if word not in _ARTICLES)


def shared_words(right: str, given: str) -> float:
    """F1 over the words of two short answers, as in SQuAD (Rajpurkar et al., 2016), from 0 to 1."""
    expected, found = ([word for word in words_of(text) if word not in _ARTICLES] for text in (right, given))
    same = sum((Counter(expected) & Counter(found)).values())
    return f1(same, len(found), len(expected))


def f1(same: float, given: float, expected: float) -> float:
    """The harmonic mean of precision (`same` of `given`) and recall (`same` of `expected`); 0 without any same."""
    return 2 * same / (given + expected) if same else 0.0


def chrf(right: str, given: str) -> float:
    """chrF (Popović, 2015), from 0 to 1: the runs of 1 to 6 characters that a translation shares with a right one."""
    scores = [_ngram_score(right, given, length) for length in range(1, _LONGEST_NGRAM + 1)]
    counted = [score for score in scores if score is not None]
    return sum(counted) / len(counted) if counted else 0.0


def _ngram_score(right: str, given: str, length: int) -> float | None:
    expected, found = _ngrams(right, length), _ngrams(given, length)
    if not expected or not found:
        return 0.0 if expected else None
    same = sum((expected & found).values())
    precision, recall = same / sum(found.values()), same / sum(expected.values())
    weight = _RECALL_WEIGHT**2
    return (1 + weight) * precision * recall / (weight * precision + recall) if same else 0.0


def _ngrams(text: str, length: int) -> Counter[str]:
    characters = "".join(text.split())
    return Counter(characters[start : start + length] for start in range(len(characters) - length + 1))


def overlap(one: Box, other: Box) -> float:
    """The area that two boxes share, divided by the area that either covers."""
    shared = (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))
    both = _area(shared)
    return both / (_area(one) + _area(other) - both) if both else 0.0


def _area(box: Box) -> float:
    return max(0.0, box[2] - box[0]) * max(0.0, box[3] - box[1])


def repeats_itself(words: Sequence[str], length: int = 4, times: int = 3) -> bool:
    """Whether a run of `length` words comes at least `times` times."""
    runs = Counter(tuple(words[start : start + length]) for start in range(len(words) - length + 1))
    return max(runs.values(), default=0) >= times
