"""Makes the file with the sentence vectors of ImageNet's classes again: `python -m tests.support.class_vectors`."""

from pathlib import Path

import numpy as np

from inference_core.engine.builtin import data
from inference_core.engine.builtin.encoder.shared import shared_encoder
from inference_core.engine.builtin.imagenet.classes import shared_photo_classes
from inference_core.engine.builtin.imagenet.conse import CLASS_SENTENCE, VECTORS


def class_vectors(step: int = 1) -> np.ndarray:
    """The vectors of every `step`th class."""
    encoder = shared_encoder()
    assert encoder.name.startswith("all-MiniLM-L6-v2")
    names = shared_photo_classes().names[::step]
    return np.concatenate([encoder.encode([CLASS_SENTENCE.format(name)]) for name in names]).astype(np.float16)


if __name__ == "__main__":
    np.save(Path(data.__file__).parent / VECTORS, class_vectors())
