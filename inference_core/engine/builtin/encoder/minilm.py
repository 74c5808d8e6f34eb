"""all-MiniLM-L6-v2, a sentence encoder in plain numpy: no torch, no compiled runtime."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from inference_core.engine.builtin.encoder.contract import DIMENSIONS, Floats, Side, unit_rows
from inference_core.engine.builtin.lexical.composed import nfc
from inference_core.engine.contract import CannotAnswer


@dataclass(frozen=True, slots=True)
class _Linear:
    """y = xW + b, with W of shape (inputs, outputs)."""

    weight: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        return x @ self.weight + self.bias


@dataclass(frozen=True, slots=True)
class _LayerNorm:
    weight: Floats
    bias: Floats

    def __call__(self, x: Floats) -> Floats:
        centred = x - x.mean(axis=1, keepdims=True)
        variance = np.mean(centred * centred, axis=1, keepdims=True)
        normed: Floats = centred / np.sqrt(variance + np.float32(1e-12)) * self.weight + self.bias
        return normed


@dataclass(frozen=True, slots=True)
class _Layer:
    """One transformer layer of BERT (Devlin et al., 2019): attention and a feed-forward net, both with residuals."""

    query_key_value: _Linear
    attention_output: _Linear
    attention_norm: _LayerNorm
    widen: _Linear
    narrow: _Linear
    output_norm: _LayerNorm

    def __call__(self, x: Floats, spans: Sequence[slice]) -> Floats:
        projected = self.query_key_value(x)
        attended = np.concatenate([_attention(projected[span]) for span in spans])
        x = self.attention_norm(x + self.attention_output(attended))
        return self.output_norm(x + self.narrow(_gelu(self.widen(x))))


_HEADS = 12


def _attention(query_key_value: Floats) -> Floats:
    """Scaled dot-product attention among the tokens of one text: (tokens, 3 * 384) -> (tokens, 384)."""
    tokens = len(query_key_value)
    query, key, value = query_key_value.reshape(tokens, 3, _HEADS, -1).transpose(1, 2, 0, 3)
    weights = query @ key.transpose(0, 2, 1) * np.float32(query.shape[-1] ** -0.5)
    weights = np.exp(weights - weights.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    mixed: Floats = (weights @ value).transpose(1, 0, 2)
    return mixed.reshape(tokens, -1)


def _gelu(x: Floats) -> Floats:
    """x times the normal distribution function; erf by Abramowitz and Stegun 7.1.26, error below 6e-7 here."""
    scaled = np.abs(x) * np.float32(0.5**0.5)
    t = 1 / (1 + np.float32(0.3275911) * scaled)
    series = np.full_like(t, 1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series *= t
        series += np.float32(coefficient)
    tail = series * t * np.exp(-scaled * scaled)
    gated: Floats = np.float32(0.5) * x * (1 + np.copysign(1 - tail, x))
    return gated


class MiniLM:
    """sentence-transformers/all-MiniLM-L6-v2 (Wang et al., 2020; Reimers and Gurevych, 2019) in plain numpy.

    `folder` holds the official model.safetensors and tokenizer.json. Vectors equal the hosted model's to about 1e-6.
    """

    name = "all-MiniLM-L6-v2 (numpy)"
    window = 256
    most_tokens = 8_192
    """Tokens that one call encodes, in all its texts: about four seconds on one core."""

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        weights = load_file(folder / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._words = weights["embeddings.word_embeddings.weight"]
        self._places = (
            weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self._norm = _norm(weights, "embeddings.LayerNorm")
        self._layers = [_layer(weights, f"encoder.layer.{index}") for index in range(6)]

    def encode(self, texts: Sequence[str]) -> Floats:
        return unit_rows(self.pool(texts))

    def pool(self, texts: Sequence[str], *, truncate: Side = "right") -> Floats:
        """Mean of the last layer's token vectors per text. Raises CannotAnswer if there are too many tokens in all."""
        encodings = self._tokenizer.encode_batch([nfc(text) for text in texts])
        ids = [_fit(encoding.ids, self.window, truncate) for encoding in encodings]
        count = sum(map(len, ids))
        if count > self.most_tokens:
            raise CannotAnswer("too_many_tokens", count=count, most=self.most_tokens)
        pooled = np.empty((len(ids), DIMENSIONS), np.float32)
        for batch in _batches(ids):
            pooled[batch] = self._means([ids[index] for index in batch])
        return pooled

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(nfc(text)).ids)

    def _means(self, ids: Sequence[Sequence[int]]) -> Floats:
        # The tokens of all texts follow each other in one matrix, so that no padding is computed.
        ends = np.cumsum([len(row) for row in ids])
        starts = [0, *ends[:-1]]
        spans = [slice(start, end) for start, end in zip(starts, ends, strict=True)]
        x = self._norm(np.concatenate([self._words[row] + self._places[: len(row)] for row in ids]))
        for layer in self._layers:
            x = layer(x, spans)
        return np.stack([x[span].mean(axis=0) for span in spans])


def _linear(weights: dict[str, Floats], *names: str) -> _Linear:
    weight = np.concatenate([weights[f"{name}.weight"] for name in names]).T
    return _Linear(np.ascontiguousarray(weight), np.concatenate([weights[f"{name}.bias"] for name in names]))


def _norm(weights: dict[str, Floats], name: str) -> _LayerNorm:
    return _LayerNorm(weights[f"{name}.weight"], weights[f"{name}.bias"])


def _layer(weights: dict[str, Floats], name: str) -> _Layer:
    return _Layer(
        query_key_value=_linear(weights, *(f"{name}.attention.self.{part}" for part in ("query", "key", "value"))),
        attention_output=_linear(weights, f"{name}.attention.output.dense"),
        attention_norm=_norm(weights, f"{name}.attention.output.LayerNorm"),
        widen=_linear(weights, f"{name}.intermediate.dense"),
        narrow=_linear(weights, f"{name}.output.dense"),
        output_norm=_norm(weights, f"{name}.output.LayerNorm"),
    )


def _fit(ids: list[int], window: int, side: Side) -> list[int]:
    """The ids cut to the window; the start and end marks are kept."""
    surplus = len(ids) - window
    if surplus <= 0:
        return ids
    if side == "right":
        return [*ids[: window - 1], ids[-1]]
    return [ids[0], *ids[surplus + 1 :]]


_TOKENS_AT_ONCE = 512


def _batches(ids: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Indices of texts in batches, so that memory stays limited for any number of texts."""
    batch: list[int] = []
    tokens = 0
    for index, row in enumerate(ids):
        if tokens + len(row) > _TOKENS_AT_ONCE and batch:
            yield batch
            batch, tokens = [], 0
        batch.append(index)
        tokens += len(row)
    if batch:
        yield batch
