"""Question answering by a model that marks where in a context the answer starts and ends."""

from typing import Any

from msgspec import Struct, field

from inference_core.engine.contract import CannotAnswer, NonEmpty, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family
from inference_core.engine.pretrained.spans import SpanParameters, SpanReader

_CONTEXT = 1
"""The second of the two texts that a window holds."""


class QuestionAndContext(Struct, forbid_unknown_fields=True):
    question: NonEmpty
    context: NonEmpty


class QuestionAnsweringParameters(SpanParameters):
    """`align_to_words`: whether answers are whole words, which is usual."""

    align_to_words: bool | None = None


class QuestionAnsweringBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: QuestionAndContext
    parameters: QuestionAnsweringParameters = field(default_factory=QuestionAnsweringParameters)


class Reader:
    """A model for the answers of SQuAD."""

    def __init__(self, spec: ModelSpec) -> None:
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        self._tokenizer = AutoTokenizer.from_pretrained(spec.source, **loading.place(spec))
        self._model = loading.model(AutoModelForQuestionAnswering, spec)
        self._spans = SpanReader(self._tokenizer, self._model.config)
        self.name = loading.name(spec, self._model)
        self.place = loading.where(self._model)

    def answer(self, body: QuestionAnsweringBody) -> dict[str, Any] | list[dict[str, Any]]:
        """{answer, score, start, end}, or a list of them, best first, if `top_k` is more than 1.

        Raises CannotAnswer for lengths that leave no room, and if there is no answer unless that may be.
        """
        asked, context = body.parameters, body.inputs.context
        place = _tokens if asked.align_to_words is False else _words
        found = self._spans.found(body.inputs.question, context, asked, self._said, place)
        if not found:
            raise CannotAnswer("no_answer_in_context")
        rows = [
            {"answer": context[one.start : one.end], "score": one.score, "start": one.start, "end": one.end}
            for one in found
        ]
        return rows if (asked.top_k or 1) > 1 else rows[0]

    def _said(self, window: Any) -> Any:
        import torch

        sent = {"input_ids": window.ids, "attention_mask": window.attention_mask, "token_type_ids": window.type_ids}
        inputs = {name: torch.tensor([sent[name]]) for name in self._tokenizer.model_input_names if name in sent}
        with torch.inference_mode():
            return self._model(**{name: row.to(self._model.device) for name, row in inputs.items()})


def _tokens(window: Any, first: int, last: int) -> tuple[int, int]:
    """Where in the context these tokens stand."""
    return window.offsets[first][0], window.offsets[last][1]


def _words(window: Any, first: int, last: int) -> tuple[int, int]:
    """Where in the context the words stand that these tokens belong to."""
    start, end = _tokens(window, first, last)
    first_word, last_word = window.token_to_word(first), window.token_to_word(last)
    if first_word is not None:
        start = (window.word_to_chars(first_word, _CONTEXT) or (start, end))[0]
    if last_word is not None:
        end = (window.word_to_chars(last_word, _CONTEXT) or (start, end))[1]
    return start, end


_HARBOUR = (
    "The lighthouse of Norhaven was built in 1874 by the engineer Ada Lindqvist. It stands 31 metres tall at the mouth "
    "of the harbour. Until 1962 a keeper lived in the small house beside it."
)

FAMILY = Family(
    tasks=(
        ServedTask(
            id="question-answering",
            body=QuestionAnsweringBody,
            answer=Reader.answer,
            answered_example={"inputs": {"question": "Who built the lighthouse?", "context": _HARBOUR}},
        ),
    ),
    load=Reader,
    needs=TRANSFORMERS,
)
