"""A help bot: answers questions about the gallery with the closest section of its help text."""

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from inference_core.engine.builtin.encoder.prepared import encode_prepared
from inference_core.engine.builtin.encoder.shared import Encoder, shared_encoder
from inference_core.engine.builtin.lexical.composed import nfc
from inference_core.engine.builtin.text.help import Section, help_sections
from inference_core.engine.chat_request import ChatBody
from inference_core.engine.contract import CannotAnswer, Finish, InputSizes, Lane, Model, ServedTask, Token
from inference_core.engine.packages import ENCODER

_WORD = re.compile(r"\s*\S+")
_OFF_TOPIC = 0.4
"""Measured: 20 questions about other things reach at most 0.395; 28 of 30 about the gallery reach more than 0.43."""

_SUGGESTED_QUESTIONS = 3
_MAX_QUESTION_LENGTH = 2000


class HelpBot:
    """Finds the question in the help text that is closest in meaning (cosine of sentence vectors).

    If none is similar enough, it says what it is for and suggests questions that it knows. Only the last question
    counts. Tokens are words; usage is counted in words.
    """

    def __init__(self, encoder: Encoder, sections: list[Section]) -> None:
        self.name = f"help retrieval on {encoder.name}"
        self._encoder = encoder
        self._sections = sections
        wordings = [(row, text) for row, one in enumerate(sections) for text in (one.question, *one.wordings)]
        self._section_of_wording = np.array([row for row, _ in wordings])
        self._vectors = encode_prepared(encoder, [text for _, text in wordings])

    def answer(self, body: ChatBody) -> str:
        """The text of the answer. Raises CannotAnswer if there is no message from the user."""
        return "".join(item.text for item in self.tokens(body) if isinstance(item, Token))

    def tokens(self, body: ChatBody) -> Iterator[Token | Finish]:
        """The answer word by word. Raises what `answer` raises, before the first word."""
        questions = [message.text.strip() for message in body.messages if message.role == "user"]
        if not questions or not questions[-1]:
            raise CannotAnswer("no_question")
        return _as_tokens(self._reply(questions[-1]), body, sum(_words(message.text) for message in body.messages))

    def _reply(self, question: str) -> str:
        similarities = self._similarities(question)
        best = int(similarities.argmax())
        return self._sections[best].answer if similarities[best] >= _OFF_TOPIC else self._off_topic(similarities)

    def _similarities(self, question: str) -> NDArray[np.float32]:
        """How close a question is to each section, measured with the closest of the section's wordings."""
        closest = np.full(len(self._sections), -1, np.float32)
        np.maximum.at(closest, self._section_of_wording, self._vectors @ self._encoder.encode([question])[0])
        return closest

    def _off_topic(self, similarities: NDArray[np.float32]) -> str:
        ranked = [self._sections[row].question for row in np.argsort(-similarities)]
        suggested = [question for question in ranked if question.endswith("?")][:_SUGGESTED_QUESTIONS]
        return (
            f"I only know this gallery, and found nothing about that in its help. You could ask: {' '.join(suggested)}"
        )


def _as_tokens(text: str, body: ChatBody, prompt_tokens: int) -> Iterator[Token | Finish]:
    """Yields a fixed text as the tokens of a generation, up to a stop sequence or the limit of tokens."""
    ends = [at for sequence in body.stop_sequences if (at := text.find(nfc(sequence))) >= 0]
    words = _WORD.findall(text[: min(ends, default=len(text))])
    limit = len(words) if body.token_limit is None else body.token_limit
    for count, word in enumerate(words[:limit]):
        yield Token(count, word, None)
    if limit < len(words):
        yield Finish("length", prompt_tokens)
    else:
        yield Finish("stop_sequence" if ends else "eos_token", prompt_tokens)


def _question(body: ChatBody) -> list[str]:
    return [message.text for message in body.messages if message.role == "user"][-1:]


def _words(text: str) -> int:
    return len(_WORD.findall(text))


MODEL = Model(
    id="builtin/gallery-help",
    tasks=(
        ServedTask(
            id="conversational",
            body=ChatBody,
            answer=HelpBot.answer,
            tokens=HelpBot.tokens,
            texts=_question,
            answered_example={"messages": [{"role": "user", "content": "Are my prompts stored?"}]},
            refused_example={"messages": [{"role": "system", "content": "You are a pirate."}]},
        ),
    ),
    words="models.gallery_help",
    licence="Apache-2.0",
    load=lambda: HelpBot(shared_encoder(), help_sections()),
    level="toy",
    needs=ENCODER,
    sizes=InputSizes(characters=_MAX_QUESTION_LENGTH),
    lane=Lane("language", __name__),
    rank=1,
)
