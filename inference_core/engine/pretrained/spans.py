"""Answers that are parts of what a model has read: the windows that it reads, and the likeliest spans in each."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any

from msgspec import Meta

from inference_core.engine.contract import CannotAnswer, Parameters
from inference_core.engine.pretrained.windows import set_window
from inference_core.engine.work.stopping import stop_if_unwanted

# What transformers 4 had.
_WINDOW, _OVERLAP, _QUESTION_TOKENS, _ANSWER_TOKENS = 384, 128, 64, 15

_FIRST = 0
"""The token before the question, which stands for no answer."""

_CONTEXT = 1
"""The second of the two texts that a window holds."""

Count = Annotated[int, Meta(ge=1)]


class SpanParameters(Parameters):
    """All lengths are in tokens. A context is read in windows of `max_seq_len` that have `doc_stride` in common."""

    top_k: Annotated[int, Meta(ge=1, le=100)] | None = None
    doc_stride: Annotated[int, Meta(ge=0)] | None = None
    max_answer_len: Annotated[int, Meta(ge=1, le=1000)] | None = None
    max_seq_len: Count | None = None
    max_question_len: Count | None = None
    handle_impossible_answer: bool | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A place in the context, and the product of the probabilities of its two ends; no answer is at 0 to 0."""

    start: int
    end: int
    score: float


Place = Callable[[Any, int, int], tuple[int, int]]
"""Where in the context a window's tokens are, from the first of them to the last."""


class SpanReader:
    """Reads contexts window by window. A context is a text, or a list of words."""

    def __init__(self, tokenizer: Any, config: Any) -> None:
        if not tokenizer.is_fast:
            raise ValueError("Its tokenizer does not know where in a text a token stands.")
        tokenizer.padding_side = tokenizer.truncation_side = "right"
        self._tokenizer = tokenizer
        self._window = set_window(tokenizer, config)

    def found(
        self, question: str, context: str | list[str], asked: SpanParameters, said: Callable[[Any], Any], place: Place
    ) -> list[Found]:
        """The `top_k` likeliest places, best first; fewer or none if there are not so many.

        `said` has what the model says of a window. Raises CannotAnswer for lengths that leave no room.
        """
        best: dict[tuple[int, int], Found] = {}
        least_none = 1.0
        for window in self._windows(question, context, asked):
            stop_if_unwanted()
            spans, none = _spans(window, said(window), asked)
            least_none = min(least_none, none)
            for first, last, score in spans:
                one = Found(*place(window, first, last), score)
                best[one.start, one.end] = max(one, best.get((one.start, one.end), one), key=lambda same: same.score)
        if asked.handle_impossible_answer:
            best[0, 0] = Found(0, 0, least_none)
        return sorted(best.values(), key=lambda one: -one.score)[: asked.top_k or 1]

    def _windows(self, question: str, context: str | list[str], asked: SpanParameters) -> Iterator[Any]:
        """Question and context as the model reads them, each with the places of its tokens."""
        short = self._shortened(question, asked.max_question_len or _QUESTION_TOKENS)
        is_split = isinstance(context, list)
        read: Any = short.split() if is_split else short
        size = self._size(asked.max_seq_len)
        told = self._tokenizer(read, add_special_tokens=False, is_split_into_words=is_split).input_ids
        room = size - len(told) - self._tokenizer.num_special_tokens_to_add(pair=True)
        if room < 1:
            raise CannotAnswer("too_many_tokens", count=size - room, most=size - 1)
        if asked.doc_stride is not None and asked.doc_stride >= room:
            raise CannotAnswer("value_too_high", name="doc_stride", value=asked.doc_stride, most=room - 1)
        stride = min(_OVERLAP, room // 2) if asked.doc_stride is None else asked.doc_stride
        cut: dict[str, Any] = {"truncation": "only_second", "max_length": size, "stride": stride}
        how = {**cut, "return_overflowing_tokens": True, "is_split_into_words": is_split}
        yield from self._tokenizer(read, context, **how).encodings

    def _size(self, asked: int | None) -> int:
        most = self._window or _WINDOW
        if asked is not None and asked > most:
            raise CannotAnswer("value_too_high", name="max_seq_len", value=asked, most=most)
        return asked or min(most, _WINDOW)

    def _shortened(self, question: str, most: int) -> str:
        places = self._tokenizer(question, add_special_tokens=False, return_offsets_mapping=True).offset_mapping
        return question if len(places) <= most else question[: places[most - 1][1]]


def _spans(window: Any, said: Any, asked: SpanParameters) -> tuple[list[tuple[int, int, float]], float]:
    """The likeliest spans of a window by their first and last token, and how probable it is that it has no answer."""
    import torch

    is_context = torch.tensor([text == _CONTEXT for text in window.sequence_ids])
    is_read = is_context.clone()
    is_read[_FIRST] = True
    logits = (one[0].float().cpu() for one in (said.start_logits, said.end_logits))
    starts, ends = (one.masked_fill(~is_read, -torch.inf).softmax(-1) for one in logits)
    pairs = torch.outer(starts * is_context, ends * is_context).triu()
    pairs = pairs.tril((asked.max_answer_len or _ANSWER_TOKENS) - 1)
    scores, places = pairs.flatten().topk(min(asked.top_k or 1, pairs.numel()))
    best = zip(scores.tolist(), (divmod(place, len(window.ids)) for place in places.tolist()), strict=True)
    return [(first, last, score) for score, (first, last) in best if score > 0], float(starts[_FIRST] * ends[_FIRST])
