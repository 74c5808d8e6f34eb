"""Question answering by a model that marks where in a context the answer starts and ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from msgspec import Meta, Struct, field

from inference_core.engine.contract import CannotAnswer, NonEmpty, Parameters, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family
from inference_core.engine.pretrained.windows import set_window
from inference_core.engine.stopping import stop_if_unwanted

# What transformers 4 had.
_WINDOW, _OVERLAP, _QUESTION_TOKENS, _ANSWER_TOKENS = 384, 128, 64, 15

_FIRST = 0
"""The token before the question, which stands for no answer."""

_CONTEXT = 1
"""The second of the two texts that a window holds."""

Count = Annotated[int, Meta(ge=1)]


class QuestionAndContext(Struct, forbid_unknown_fields=True):
    question: NonEmpty
    context: NonEmpty


class QuestionAnsweringParameters(Parameters):
    """All lengths are in tokens. A context is read in windows of `max_seq_len` that have `doc_stride` in common."""

    top_k: Annotated[int, Meta(ge=1, le=100)] | None = None
    doc_stride: Annotated[int, Meta(ge=0)] | None = None
    max_answer_len: Annotated[int, Meta(ge=1, le=1000)] | None = None
    max_seq_len: Count | None = None
    max_question_len: Count | None = None
    handle_impossible_answer: bool | None = None
    align_to_words: bool | None = None


class QuestionAnsweringBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: QuestionAndContext
    parameters: QuestionAnsweringParameters = field(default_factory=QuestionAnsweringParameters)


@dataclass(frozen=True, slots=True)
class _Found:
    """A place in the context, and the product of the probabilities of its two ends."""

    start: int
    end: int
    score: float


class Reader:
    """A model for the answers of SQuAD."""

    def __init__(self, spec: ModelSpec) -> None:
        from transformers import AutoModelForQuestionAnswering, AutoTokenizer

        self._tokenizer = AutoTokenizer.from_pretrained(spec.source, **loading.place(spec))
        if not self._tokenizer.is_fast:
            raise ValueError("Its tokenizer does not know where in a text a token stands.")
        self._tokenizer.padding_side = self._tokenizer.truncation_side = "right"
        self._model = loading.model(AutoModelForQuestionAnswering, spec)
        self._window = set_window(self._tokenizer, self._model.config)
        self.name = loading.name(spec, self._model)
        self.place = loading.where(self._model)

    def answer(self, body: QuestionAnsweringBody) -> dict[str, Any] | list[dict[str, Any]]:
        """{answer, score, start, end}, or a list of them, best first, if `top_k` is more than 1.

        Raises CannotAnswer for lengths that leave no room, and if there is no answer unless that may be.
        """
        asked, context = body.parameters, body.inputs.context
        found: dict[tuple[int, int], _Found] = {}
        least_none = 1.0
        for window in self._windows(body):
            stop_if_unwanted()
            answers, none = self._read(window, asked)
            least_none = min(least_none, none)
            for one in answers:
                best = max(one, found.get((one.start, one.end), one), key=lambda same: same.score)
                found[one.start, one.end] = best
        if asked.handle_impossible_answer:
            found[0, 0] = _Found(0, 0, least_none)
        if not found:
            raise CannotAnswer("no_answer_in_context")
        most = asked.top_k or 1
        ranked = sorted(found.values(), key=lambda one: -one.score)[:most]
        rows = [
            {"answer": context[one.start : one.end], "score": one.score, "start": one.start, "end": one.end}
            for one in ranked
        ]
        return rows if most > 1 else rows[0]

    def _windows(self, body: QuestionAnsweringBody) -> Iterator[Any]:
        """Question and context as the model reads them, each with the places of its tokens."""
        asked = body.parameters
        question = self._shortened(body.inputs.question, asked.max_question_len or _QUESTION_TOKENS)
        size = self._size(asked.max_seq_len)
        room = size - len(self._tokenizer(question, "").input_ids)
        if room < 1:
            raise CannotAnswer("too_many_tokens", count=size - room, most=size - 1)
        if asked.doc_stride is not None and asked.doc_stride >= room:
            raise CannotAnswer("value_too_high", name="doc_stride", value=asked.doc_stride, most=room - 1)
        stride = min(_OVERLAP, room // 2) if asked.doc_stride is None else asked.doc_stride
        cut: dict[str, Any] = {"truncation": "only_second", "max_length": size, "stride": stride}
        yield from self._tokenizer(question, body.inputs.context, return_overflowing_tokens=True, **cut).encodings

    def _size(self, asked: int | None) -> int:
        most = self._window or _WINDOW
        if asked is not None and asked > most:
            raise CannotAnswer("value_too_high", name="max_seq_len", value=asked, most=most)
        return asked or min(most, _WINDOW)

    def _shortened(self, question: str, most: int) -> str:
        places = self._tokenizer(question, add_special_tokens=False, return_offsets_mapping=True).offset_mapping
        return question if len(places) <= most else question[: places[most - 1][1]]

    def _read(self, window: Any, asked: QuestionAnsweringParameters) -> tuple[list[_Found], float]:
        """The answers in one window, and how probable it is that it has none."""
        import torch

        sent = {"input_ids": window.ids, "attention_mask": window.attention_mask, "token_type_ids": window.type_ids}
        inputs = {name: torch.tensor([sent[name]]) for name in self._tokenizer.model_input_names if name in sent}
        with torch.inference_mode():
            said = self._model(**{name: row.to(self._model.device) for name, row in inputs.items()})
        is_context = torch.tensor([text == _CONTEXT for text in window.sequence_ids])
        is_read = is_context.clone()
        is_read[_FIRST] = True
        starts, ends = (
            one[0].float().cpu().masked_fill(~is_read, -torch.inf).softmax(-1)
            for one in (said.start_logits, said.end_logits)
        )
        pairs = torch.outer(starts * is_context, ends * is_context).triu()
        pairs = pairs.tril((asked.max_answer_len or _ANSWER_TOKENS) - 1)
        scores, places = pairs.flatten().topk(min(asked.top_k or 1, pairs.numel()))
        best = zip(scores.tolist(), (divmod(place, len(window.ids)) for place in places.tolist()), strict=True)
        found = [
            _Found(*self._characters(window, first, last, asked.align_to_words), score)
            for score, (first, last) in best
            if score > 0
        ]
        return found, float(starts[_FIRST] * ends[_FIRST])

    def _characters(self, window: Any, first: int, last: int, whole_words: bool | None) -> tuple[int, int]:
        """Where in the context these tokens stand, or the words that they belong to."""
        start, end = window.offsets[first][0], window.offsets[last][1]
        if whole_words is not False:
            words = [window.token_to_word(token) for token in (first, last)]
            start, end = (
                (window.word_to_chars(word, _CONTEXT) or (start, end))[side] if word is not None else (start, end)[side]
                for side, word in enumerate(words)
            )
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
