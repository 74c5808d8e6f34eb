"""Exact probabilities of US English word trigrams, over the whole vocabulary at once.

A back-off model (Katz 1987): P(w | h2 h1) is the trigram's own probability if the model has one, else the weight of
the context (h2, h1) times P(w | h1), and so on down to single words. Weights are stored in 16 bits, so the
distributions sum to 1 only within about one part in a thousand.
"""

import numpy as np

from inference_core.engine.builtin.once import loaded_once
from inference_core.engine.builtin.trigram.file import Floats, Ints, TrigramTrie, pocketsphinx_model, read_trie

SENTENCE_START, SENTENCE_END = "<s>", "</s>"
ENGINE_NAME = "CMU Sphinx en-us trigram language model (pocketsphinx, numpy)"


WordId = int | None
"""A word's row in the vocabulary; None for a word the model does not know."""


class TrigramModel:
    """Conditional distributions of a trigram trie; immutable, so threads may share it.

    `words` is the vocabulary of V lower-case words without punctuation, `ids` its inverse; `start` and `end` are the
    marks at the start and the end of a sentence.
    """

    def __init__(self, trie: TrigramTrie) -> None:
        self.words = trie.words
        self.ids = {word: row for row, word in enumerate(trie.words)}
        self.start, self.end = self.ids[SENTENCE_START], self.ids[SENTENCE_END]
        self._trie = trie
        self._index_by_first_word(trie)
        self._index_by_first_two_words(trie)

    def next_word(self, second_last: WordId, last: WordId) -> Floats:
        """Natural logarithms of P(w | second_last last) for every word w, shape (V,).

        None stands for an unknown or missing word; the words before it then have no effect.
        """
        trie = self._trie
        if last is None:
            return trie.unigram_logp.copy()
        logp: Floats = trie.unigram_logp + trie.unigram_backoff[last]
        following = self._following(last)
        logp[self._following_word[following]] = self._following_logp[following]
        if second_last is not None:
            context = self._bigram(second_last, last)
            if context is not None:
                logp += trie.bigram_backoff[context]
            trigrams = self._trigrams_after(second_last, last)
            logp[self._third_word[trigrams]] = self._third_logp[trigrams]
        return logp

    def word_before(self, before: WordId, after: int) -> Floats:
        """Natural logarithms of P(after | before w) for every word w between the two, shape (V,)."""
        trie = self._trie
        logp: Floats = trie.unigram_logp[after] + trie.unigram_backoff
        bigrams = slice(trie.first_bigram[after], trie.first_bigram[after + 1])
        logp[trie.bigram_previous[bigrams]] = trie.bigram_logp[bigrams]
        if before is not None:
            following = self._following(before)
            logp[self._following_word[following]] += self._following_backoff[following]
            trigrams = self._trigrams_around(before, after)
            middle = trie.bigram_previous[np.searchsorted(trie.first_trigram, trigrams, side="right") - 1]
            logp[middle] = trie.trigram_logp[trigrams]
        return logp

    def two_words_before(self, first_after: int, second_after: int) -> Floats:
        """Natural logarithms of P(second_after | w first_after) for every word w before the two, shape (V,)."""
        trie = self._trie
        begin, end = trie.first_bigram[first_after], trie.first_bigram[first_after + 1]
        logp: Floats = np.full(len(self.words), self.next_word(None, first_after)[second_after])
        logp[trie.bigram_previous[begin:end]] += trie.bigram_backoff[begin:end]
        row = self._bigram(first_after, second_after)
        if row is not None:
            trigrams = slice(trie.first_trigram[row], trie.first_trigram[row + 1])
            logp[trie.trigram_previous[trigrams]] = trie.trigram_logp[trigrams]
        return logp

    def _index_by_first_word(self, trie: TrigramTrie) -> None:
        """Store the bigrams a second time, sorted by first word, then by second."""
        order = np.argsort(trie.bigram_previous, kind="stable")
        self._following_word = _owners(trie.first_bigram)[order]
        self._following_logp = trie.bigram_logp[order]
        self._following_backoff = trie.bigram_backoff[order]
        counts = np.bincount(trie.bigram_previous, minlength=len(trie.words))
        self._first_following = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)

    def _index_by_first_two_words(self, trie: TrigramTrie) -> None:
        """Store the trigrams a second time, sorted by first and second word, which one number encodes."""
        bigram = _owners(trie.first_trigram)
        context = trie.trigram_previous.astype(np.int64) * len(trie.words) + trie.bigram_previous[bigram]
        order = np.argsort(context, kind="stable")
        self._context = context[order]
        self._third_word = _owners(trie.first_bigram)[bigram[order]]
        self._third_logp = trie.trigram_logp[order]

    def _following(self, word: int) -> slice:
        """Rows of the bigrams that begin with `word`."""
        return slice(self._first_following[word], self._first_following[word + 1])

    def _bigram(self, first: int, second: int) -> int | None:
        """The trie's row of a bigram, None if the model does not have it."""
        previous = self._trie.bigram_previous
        begin, end = self._trie.first_bigram[second], self._trie.first_bigram[second + 1]
        row = int(begin + np.searchsorted(previous[begin:end], first))
        return row if row < end and previous[row] == first else None

    def _trigrams_after(self, first: int, second: int) -> slice:
        """Rows of the trigrams that begin with (first, second)."""
        context = first * len(self.words) + second
        begin, end = np.searchsorted(self._context, [context, context + 1])
        return slice(begin, end)

    def _trigrams_around(self, first: int, third: int) -> Ints:
        """Rows of the trie's trigrams (first, any word, third)."""
        trie = self._trie
        begin = trie.first_trigram[trie.first_bigram[third]]
        end = trie.first_trigram[trie.first_bigram[third + 1]]
        rows: Ints = np.flatnonzero(trie.trigram_previous[begin:end] == first).astype(np.int32) + begin
        return rows


@loaded_once
def shared_trigram_model() -> TrigramModel:
    """The model of the installed pocketsphinx, read once per process (about a second, 120 MB).

    Raises FileNotFoundError when pocketsphinx is not installed.
    """
    return TrigramModel(read_trie(pocketsphinx_model()))


def _owners(first: Ints) -> Ints:
    """For rows grouped as `first[i]:first[i + 1]`: the group i of every row."""
    return np.repeat(np.arange(len(first) - 1, dtype=np.int32), np.diff(first))
