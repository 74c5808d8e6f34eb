"""Moonshine tiny-en: a network by Moonshine AI that writes down English speech, run by onnxruntime.

The encoder turns samples into vectors, the decoder writes one token after the other, always the most likely one. The
names and shapes of inputs and outputs are those of the published ONNX files.
"""

import math
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inference_core.engine.builtin.weights import WeightFiles
from inference_core.engine.work.stopping import place_among

RATE = 16_000
LONGEST = 25.0
"""Seconds that the network hears at once; it was trained with up to 30."""

MOONSHINE_FILES = WeightFiles(
    # The files on the Hub are in another format.
    digests={
        "tokenizer.bin": "6884b35fd6377d4c4d32336a0bc152f36b64d1e45b6503683cdc238250a8472d",
        "encoder_model.ort": "94e90a4654fc45cdfedb77c4c08e1739f48862998e58fada384b25118134f221",
        "decoder_model_merged.ort": "cf524c4862d36e9e5ab032eddc73637efd822d70e868ac575cf1a46e1e4708a0",
    },
    module="moonshine_voice",
    folder="assets/tiny-en",
    variable="INFERENCE_MOONSHINE_DIR",
)

_FEWEST_SAMPLES = 895
"""What the encoder's three convolutions need: 127 samples every 64, 7 of their results every 3, and 3 of those."""

_START, _END = 1, 2
_TOKENS_PER_SECOND = 6.5
_LAYERS, _HEADS, _HEAD_SIZE = 6, 8, 36
_REPEATED = 4
"""Tokens that are a repetition if they stood in this order before."""

Cache = dict[str, NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Written:
    """What the network wrote: the text, and the mean log probability of its tokens, repetitions left out.

    `is_complete` is False if it did not come to an end, which happens where it repeats itself.
    """

    text: str
    log_probability: float
    is_complete: bool


class Moonshine:
    """The loaded network; any thread may use it. It computes as many recordings at once as there are processors."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # recordings are computed side by side instead
        options.enable_cpu_mem_arena = False  # it would keep the memory of the longest recording, and saves no time
        options.log_severity_level = 3
        self._encoder = onnxruntime.InferenceSession(str(folder / "encoder_model.ort"), options)
        self._decoder = onnxruntime.InferenceSession(str(folder / "decoder_model_merged.ort"), options)
        self._pieces = vocabulary((folder / "tokenizer.bin").read_bytes())
        self._places = threading.BoundedSemaphore(os.cpu_count() or 1)

    def write(self, samples: NDArray[np.float32], before_each: Callable[[], None]) -> Written:
        """What is said in samples from -1 to 1 at RATE, LONGEST seconds at most.

        `before_each` is called before every token, and while the work waits for a processor; an error that it raises
        ends the work.
        """
        with place_among(self._places, before_each):
            return self._written(samples, before_each)

    def _written(self, samples: NDArray[np.float32], before_each: Callable[[], None]) -> Written:
        before_each()
        samples = np.pad(samples, (0, max(0, _FEWEST_SAMPLES - len(samples))))
        mask = np.ones((1, len(samples)), np.int64)
        (heard,) = self._encoder.run(None, {"input_values": samples[None], "attention_mask": mask})
        fixed = {"encoder_hidden_states": heard, "encoder_attention_mask": mask}
        tokens, chances, cache = [_START], [], _empty_cache()
        for _ in range(int(len(samples) / RATE * _TOKENS_PER_SECOND) + 4):
            before_each()
            token, chance = self._next(tokens[-1], fixed, cache, is_first=len(tokens) == 1)
            tokens.append(token)
            chances.append(chance)
            if token == _END:
                break
        counted = [chance for at, chance in enumerate(chances) if not _is_repetition(tokens[1:], at)]
        return Written(self._text(tokens), float(np.mean(counted)), tokens[-1] == _END)

    def _next(self, last: int, fixed: dict[str, Any], cache: Cache, *, is_first: bool) -> tuple[int, float]:
        """The most likely token and its log probability. Updates the cache."""
        inputs = {"input_ids": np.array([[last]]), "use_cache_branch": np.array([not is_first]), **fixed, **cache}
        logits, *present = self._decoder.run(None, inputs)
        for name, value in zip(cache, present, strict=True):
            if is_first or ".decoder." in name:  # what comes from the encoder stays the same
                cache[name] = value
        scores = logits[0, -1].astype(np.float64)
        token = int(scores.argmax())
        return token, -math.log(np.exp(scores - scores[token]).sum())

    def _text(self, tokens: list[int]) -> str:
        pieces = b"".join(self._pieces[token] for token in tokens if token > _END)
        return pieces.decode("utf-8", "replace").replace("▁", " ").strip()


def vocabulary(content: bytes) -> list[bytes]:
    """The pieces of text in a tokenizer file, by the id of their token.

    Before each piece stands its length: one byte, or two if it is 128 and more.
    """
    pieces, at = [], 0
    while at < len(content):
        length = content[at]
        at += 1
        if length >= 128:
            length += 128 * content[at] - 128
            at += 1
        pieces.append(content[at : at + length])
        at += length
    return pieces


def _empty_cache() -> Cache:
    """The decoder's inputs of what it remembers, in the order of its outputs."""
    return {
        f"past_key_values.{layer}.{part}.{kind}": np.zeros((1, _HEADS, 0, _HEAD_SIZE), np.float32)
        for layer in range(_LAYERS)
        for part in ("decoder", "encoder")
        for kind in ("key", "value")
    }


def _is_repetition(tokens: list[int], at: int) -> bool:
    """Whether the token at that place and those before it stood in this order before."""
    seen = tokens[max(0, at - _REPEATED + 1) : at + 1]
    return len(seen) == _REPEATED and any(tokens[i : i + _REPEATED] == seen for i in range(at - _REPEATED + 1))
