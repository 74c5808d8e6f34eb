"""How near labels of any kind are to what a photo shows: ConSE (Norouzi et al., 2014) with a sentence encoder.

A label is near if the encoder finds it close in meaning to the classes that the network sees, far more than to other
classes of ImageNet.
"""

import io
import re
from collections.abc import Sequence

import numpy as np

from inference_core.engine.builtin.data import read_data_bytes
from inference_core.engine.builtin.encoder.contract import Encoder
from inference_core.engine.builtin.imagenet.classes import SURE, PhotoClasses, probabilities
from inference_core.engine.builtin.imagenet.onnx_file import Floats

CLASS_SENTENCE = "a photo of a {}"
VECTORS = "imagenet_vectors.npy"
"""The vectors of the classes' sentences by all-MiniLM-L6-v2, shape (1000, 384), in 16 bits."""

_IMPROBABLE = 0.1
_ARTICLE = re.compile(r"^(?:an?|the) ", re.IGNORECASE)


class Conse:
    """Compares labels with the classes of a photo. Safe to call from several threads."""

    def __init__(self, classes: PhotoClasses, encoder: Encoder) -> None:
        self._encoder = encoder
        self._vectors: Floats = np.load(io.BytesIO(read_data_bytes(VECTORS))).astype(np.float32)
        self._numbers = {name.casefold(): number for number, name in enumerate(classes.names)}

    def is_class(self, label: str) -> bool:
        return self._number(label) is not None

    def nearness(self, logits: Floats, labels: Sequence[str], sentences: Sequence[str]) -> Floats:
        """How near each label is to the classes of a photo, shape (len(labels),).

        In deviations: 0 is as near as to any class, 2 is nearer than to most. A label that is itself a class, and not
        that of the photo though the network is sure, has minus infinity.

        Args:
            logits: what the network says of the photo, shape (1000,).
            sentences: what is compared for each label, such as "a photo of a dog".
        """
        likely = probabilities(logits)
        similar = self._vectors @ self._encoder.encode(sentences).T
        near: Floats = (likely @ similar - similar.mean(axis=0)) / similar.std(axis=0)
        for place, label in enumerate(labels):
            number = self._number(label)
            if number is not None and likely.max() >= SURE and likely[number] < _IMPROBABLE:
                near[place] = -np.inf
        return near

    def _number(self, label: str) -> int | None:
        return self._numbers.get(_ARTICLE.sub("", label.strip()).casefold())
