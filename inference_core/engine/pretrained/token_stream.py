"""The tokens of transformers' `generate` one by one, with their log probabilities; closing the iterator ends it.

transformers' own TextIteratorStreamer has neither, and never ends if `generate` raises.
"""

import contextlib
import queue
import threading
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import torch
from transformers import LogitsProcessor, LogitsProcessorList, StoppingCriteria, StoppingCriteriaList
from transformers.generation.streamers import BaseStreamer

from inference_core.engine.work.stopping import WAIT, stop_if_unwanted

_AHEAD = 1
"""Tokens that are computed before somebody has taken the last."""


@dataclass(frozen=True, slots=True)
class Step:
    """A token and the log probabilities of all tokens at its place, as the model gives them: before temperature."""

    id: int
    logprobs: torch.Tensor


def steps(
    model: Any, inputs: Mapping[str, Any], *, frequency: float = 0, presence: float = 0, **options: Any
) -> Generator[Step]:
    """What `model.generate(**inputs, **options)` generates in a thread of its own. Raises what `generate` raises.

    `frequency` and `presence` are OpenAI's penalties.
    """
    made: queue.Queue[Step | BaseException | None] = queue.Queue(_AHEAD)
    is_over = threading.Event()
    penalties = [_Penalties(frequency, presence)] if frequency or presence else []
    thread = threading.Thread(target=_generate, args=(model, inputs, options, made, is_over, penalties), daemon=True)
    thread.start()
    try:
        while (step := _next(made)) is not None:
            if isinstance(step, BaseException):
                raise step
            yield step
    finally:
        is_over.set()
        thread.join()


def _next(made: "queue.Queue[Step | BaseException | None]") -> Step | BaseException | None:
    while True:
        with contextlib.suppress(queue.Empty):
            return made.get(timeout=WAIT)
        stop_if_unwanted()


def _generate(
    model: Any,
    inputs: Mapping[str, Any],
    options: Mapping[str, Any],
    made: "queue.Queue[Step | BaseException | None]",
    is_over: threading.Event,
    penalties: "list[_Penalties]",
) -> None:
    watch = _Watch()
    end: BaseException | None = None
    try:
        with torch.inference_mode():
            model.generate(
                **inputs,
                **options,
                streamer=_Streamer(made, watch, is_over),
                logits_processor=LogitsProcessorList([watch, *penalties]),
                stopping_criteria=StoppingCriteriaList([_Over(is_over)]),
            )
    except Exception as error:
        end = error
    _put(made, end, is_over)


def _put(made: "queue.Queue[Any]", item: Any, is_over: threading.Event) -> None:
    while not is_over.is_set():
        with contextlib.suppress(queue.Full):
            made.put(item, timeout=WAIT)
            return


class _Watch(LogitsProcessor):  # type: ignore[misc]
    """Keeps the log probabilities of the next token, and changes nothing. It comes before what changes the scores."""

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        self.logprobs = torch.log_softmax(scores[0].float(), -1)
        return scores


class _Penalties(LogitsProcessor):  # type: ignore[misc]
    """Makes tokens less likely that were generated: each time by `frequency`, and by `presence` once."""

    def __init__(self, frequency: float, presence: float) -> None:
        self._frequency = frequency
        self._presence = presence
        self._counts: torch.Tensor | None = None

    def __call__(self, input_ids: torch.Tensor, scores: torch.Tensor) -> torch.Tensor:
        if self._counts is None:  # so far there is only the prompt
            self._counts = torch.zeros_like(scores)
        else:
            self._counts[0, input_ids[0, -1]] += 1
        return scores - self._frequency * self._counts - self._presence * (self._counts > 0)


class _Over(StoppingCriteria):  # type: ignore[misc]
    def __init__(self, is_over: threading.Event) -> None:
        self._is_over = is_over

    def __call__(self, input_ids: torch.Tensor, scores: Any, **more: Any) -> torch.Tensor:
        return torch.full((input_ids.shape[0],), self._is_over.is_set(), dtype=torch.bool, device=input_ids.device)


class _Streamer(BaseStreamer):  # type: ignore[misc]
    def __init__(self, made: "queue.Queue[Any]", watch: _Watch, is_over: threading.Event) -> None:
        self._made = made
        self._watch = watch
        self._is_over = is_over
        self._is_prompt = True

    def put(self, value: torch.Tensor) -> None:
        if self._is_prompt:  # it comes first, in one piece
            self._is_prompt = False
            return
        _put(self._made, Step(int(value.flatten()[-1]), self._watch.logprobs), self._is_over)

    def end(self) -> None:
        pass
