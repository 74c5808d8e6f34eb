"""Makes the files with sentence vectors again: `python -m tests.support.vectors`."""

import json
import subprocess
import sys
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
from tests.support.processes import ROOT


def class_vectors(step: int = 1) -> np.ndarray:
    """The vectors of every `step`th class."""
    encoder = shared_minilm()
    names = shared_photo_classes().names[::step]
    return np.concatenate([encoder.encode([CLASS_SENTENCE.format(name)]) for name in names]).astype(np.float16)


def encoded_by_loading(*, has_file: bool = True) -> list[str]:
    """The texts that all models encode while they are loaded, with the file of vectors or without.

    It is done in another process, in which nothing that models share has been loaded yet.
    """
    command = [sys.executable, "-m", "tests.support.vectors", "with" if has_file else "without"]
    ended = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, check=True, timeout=600)
    texts: list[str] = json.loads(ended.stdout.splitlines()[-1])
    return texts


def _tell_what_is_encoded(*, has_file: bool) -> None:
    encoded: list[str] = []
    encode = MiniLM.encode

    def noted(encoder: MiniLM, texts: Sequence[str]) -> Floats:
        encoded.extend(texts)
        return encode(encoder, texts)

    file = prepared._prepared if has_file else dict
    with patch.object(MiniLM, "encode", noted), patch.object(prepared, "_prepared", file):
        for model in builtin_models():
            if model.lane:
                model.load()
    print(json.dumps(encoded))


def _prepare() -> None:
    texts = sorted(set(encoded_by_loading(has_file=False)))
    rows = np.concatenate([shared_minilm().encode([text]) for text in texts])
    keys = np.array([prepared.key_of(text) for text in texts], np.uint64)
    np.savez(_file(prepared.FILE), keys=keys, **prepared.in_eight_bits(rows))


def _file(name: str) -> Path:
    return Path(data.__file__).parent / name


if __name__ == "__main__":
    if sys.argv[1:]:
        _tell_what_is_encoded(has_file=sys.argv[1] == "with")
    else:
        np.save(_file(VECTORS), class_vectors())
        _prepare()
