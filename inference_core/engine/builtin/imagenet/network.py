"""EfficientNet-Lite0 in onnxruntime: what a picture shows, of ImageNet's thousand classes."""

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from inference_core.engine.builtin.imagenet.efficientnet_lite import SIDE, efficientnet_lite
from inference_core.engine.builtin.imagenet.onnx_file import Floats
from inference_core.engine.builtin.imagenet.torch_file import read_tensors
from inference_core.engine.builtin.onnx_session import onnx_session

if TYPE_CHECKING:
    from PIL.Image import Image

_SEEN = 224 / 256
"""The square that the network was trained to see, as a part of the picture's shorter side."""


class Seen(NamedTuple):
    """What the network makes of a picture: `logits`, shape (1000,), and `map`, shape (1280, 7, 7)."""

    logits: Floats
    map: Floats


class Network:
    """The network; several threads may call it at once."""

    def __init__(self, weights: Path) -> None:
        tensors = read_tensors(weights)
        self._session = onnx_session(efficientnet_lite(tensors))
        self.class_weights: Floats = tensors["_fc.weight"]

    def see(self, picture: "Image") -> Seen:
        """What is in an RGB picture with sides of 224 pixels."""
        pixels = (np.asarray(picture, np.float32) - 127) / 128
        logits, map = self._session.run(["logits", "map"], {"picture": pixels.transpose(2, 0, 1)[None]})
        return Seen(logits[0], map[0])


def middle(picture: "Image") -> "Image":
    """The middle of an RGB picture as the network sees it."""
    from PIL import Image

    width, height = picture.size
    side = max(1, round(min(width, height) * _SEEN))
    left, top = (width - side) / 2, (height - side) / 2
    return picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC, (left, top, left + side, top + side), 3.0)


def whole(picture: "Image") -> "Image":
    """All of an RGB picture, squeezed to the network's square."""
    from PIL import Image

    return picture.resize((SIDE, SIDE), Image.Resampling.BICUBIC, reducing_gap=3.0)
