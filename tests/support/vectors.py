"""Makes the files with sentence vectors again: `python -m tests.support.vectors`."""

from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

import numpy as np

from inference_core.engine.builtin import data
from inference_core.engine.builtin.encoder import prepared
from inference_core.engine.builtin.encoder.contract import Floats
from inference_core.engine.builtin.encoder.minilm import MiniLM
from inference_core.engine.builtin.encoder.shared import shared_minilm
from inference_core.engine.builtin.imagenet.classes import shared_photo_classes
from inference_core.engine.builtin.imagenet.conse import CLASS_SENTENCE, VECTORS
from inference_core.engine.catalog import builtin_models


def class_vectors(step: int = 1) -> np.ndarray:
    """The vectors of every `step`th class."""
    encoder = shared_minilm()
    names = shared_photo_classes().names[::step]
    return np.concatenate([encoder.encode([CLASS_SENTENCE.format(name)]) for name in names]).astype(np.float16)


def encoded_by_loading() -> list[str]:
    """The texts that all models encode while they are loaded."""
    encoded: list[str] = []
    encode = MiniLM.encode

    def noted(encoder: MiniLM, texts: Sequence[str]) -> Floats:
        encoded.extend(texts)
        return encode(encoder, texts)

    with patch.object(MiniLM, "encode", noted):
        for model in builtin_models():
            if model.lane:
                model.load()
    return encoded


def _prepare() -> None:
    with patch.object(prepared, "_prepared", dict):
        texts = sorted(set(encoded_by_loading()))
    rows = np.concatenate([shared_minilm().encode([text]) for text in texts])
    keys = np.array([prepared.key_of(text) for text in texts], np.uint64)
    np.savez(_file(prepared.FILE), keys=keys, **prepared.in_eight_bits(rows))


def _file(name: str) -> Path:
    return Path(data.__file__).parent / name


if __name__ == "__main__":
    np.save(_file(VECTORS), class_vectors())
    _prepare()
