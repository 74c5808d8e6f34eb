"""Text generation by sampling a trigram language model: each few words sound right, the whole means nothing."""

import secrets
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference_core.engine.builtin.lexical.stop import StopSequences
from inference_core.engine.builtin.trigram.model import ENGINE_NAME, TrigramModel, WordId, shared_trigram_model
from inference_core.engine.builtin.trigram.sampling import Sampling, penalise
from inference_core.engine.builtin.trigram.words import printable_words, read_words, spell
from inference_core.engine.contract import (
    CannotAnswer,
    Finish,
    InputSizes,
    Model,
    ServedTask,
    Token,
)
from inference_core.engine.text_request import TextGenerationBody, TextGenerationParameters, generated

_DEFAULT_NEW_TOKENS = 60
_TEMPERATURE = 0.8
_TOP_K = 80
_TOP_P = 0.95
_REPETITION_PENALTY = 1.1

_MIN_SENTENCE_WORDS = 4
"""Words before a sentence may end; the model was trained on many interjections of one word."""

_MIN_LENGTH_SHARE = 0.75
"""After this share of `max_new_tokens` the text ends with the current sentence; the model itself never ends a text."""


class TrigramGenerator:
    """Draws each word from the exact distribution of words after the last two.

    A token is a word, or the full stop that ends a sentence. Its `logprob` comes from the model, before temperature,
    filters and penalties are applied.
    """

    name = ENGINE_NAME

    def __init__(self, model: TrigramModel) -> None:
        self._model = model
        self._printable = printable_words(model)

    def answer(self, body: TextGenerationBody) -> list[dict[str, Any]]:
        """`[{generated_text}]`, on request with `details` in the format of text-generation-inference."""
        return generated(body, list(self.tokens(body)))

    def tokens(self, body: TextGenerationBody) -> Iterator[Token | Finish]:
        """The words of the text as they are drawn. Raises CannotAnswer at once if the prompt has no known word."""
        words = read_words(body.inputs, self._model)
        if not set(words) - {None, self._model.start, self._model.end}:
            raise CannotAnswer("words_unknown")
        prompt = words[-(body.parameters.truncate or len(words)) :]
        generation = _Generation(self._model, self._printable, prompt, body.parameters)
        return generation.continuation(opens_text=body.inputs[-1].isspace())


class _Generation:
    """A text being generated: its words so far, including the prompt, and how the next one is drawn."""

    def __init__(
        self, model: TrigramModel, printable: NDArray[np.bool_], prompt: list[WordId], options: TextGenerationParameters
    ) -> None:
        self._model = model
        self._printable = printable
        self._words = prompt
        self._counts = np.zeros(len(model.words), np.int32)
        np.add.at(self._counts, [word for word in prompt if word is not None], 1)
        self._options = options
        self._sampling = _sampling(options)
        self._repetition = options.repetition_penalty or _REPETITION_PENALTY
        self._seed = secrets.randbits(32) if options.seed is None else options.seed
        self._rng = np.random.default_rng(self._seed)

    def continuation(self, *, opens_text: bool) -> Iterator[Token | Finish]:
        """New words until there is a reason to stop. With `opens_text` there is no space before the first."""
        prompt_tokens, length = len(self._words), self._options.max_new_tokens or _DEFAULT_NEW_TOKENS
        stops = StopSequences(self._options.stop or [])
        for count in range(1, length + 1):
            word, logprob, top = self._draw(opens_text=opens_text and count == 1)
            text = stops.until_stop(self._spelled(word, opens_text=opens_text and count == 1))
            self._append(word)
            yield Token(word, text, logprob, top=top)
            if stops.reached:
                yield Finish("stop_sequence", prompt_tokens, self._seed)
                return
            if word == self._model.end and count >= _MIN_LENGTH_SHARE * length:
                yield Finish("eos_token", prompt_tokens, self._seed)
                return
        yield Finish("length", prompt_tokens, self._seed)

    def _draw(self, *, opens_text: bool) -> tuple[int, float, list[Token] | None]:
        second_last, last = [None, *self._words][-2:]
        logprobs = self._model.next_word(second_last, last)
        logits = np.where(self._printable, logprobs, np.float32(-np.inf))
        if self._model.start not in self._words[-_MIN_SENTENCE_WORDS:]:
            logits[self._model.end] = logprobs[self._model.end]
        penalise(logits, self._counts, self._repetition, self._options.frequency_penalty or 0)
        word = self._sampling.draw(logits, self._rng)
        count = self._options.top_n_tokens
        top = self._most_likely(count, logits, logprobs, opens_text=opens_text) if count else None
        return word, float(logprobs[word]), top

    def _most_likely(
        self, count: int, logits: NDArray[np.float32], logprobs: NDArray[np.float32], *, opens_text: bool
    ) -> list[Token]:
        possible = np.where(np.isfinite(logits), logprobs, np.float32(-np.inf))
        best = [int(word) for word in np.argsort(-possible, kind="stable")[:count]]
        return [Token(word, self._spelled(word, opens_text=opens_text), float(logprobs[word])) for word in best]

    def _spelled(self, word: int, *, opens_text: bool) -> str:
        if word == self._model.end:
            return "."
        opens_sentence = self._words[-1] == self._model.start
        return spell(self._model.words[word], opens_sentence=opens_sentence, opens_text=opens_text)

    def _append(self, word: int) -> None:
        if word == self._model.end:
            self._words += [word, self._model.start]
        else:
            self._words.append(word)
            self._counts[word] += 1


def _sampling(options: TextGenerationParameters) -> Sampling:
    if options.do_sample is False:
        return Sampling(temperature=None)
    return Sampling(
        options.temperature or _TEMPERATURE, options.top_k or _TOP_K, options.top_p or _TOP_P, options.typical_p
    )


MODEL = Model(
    id="builtin/trigram-en-us",
    tasks=(
        ServedTask(
            id="text-generation",
            body=TextGenerationBody,
            answer=TrigramGenerator.answer,
            tokens=TrigramGenerator.tokens,
            answered_example={"inputs": "I would like to thank you for", "parameters": {"max_new_tokens": 20}},
            refused_example={"inputs": "Qwrtpz zxcvbq."},
        ),
    ),
    words="models.trigram_en_us",
    licence="BSD-2-Clause",
    load=lambda: TrigramGenerator(shared_trigram_model()),
    level="toy",
    sizes=InputSizes(characters=20_000),
    rank=1,
)
