"""EfficientNet-Lite0 (Tan and Le, 2019; its Lite form by Google, 2020), written as ONNX from the weights of PyTorch.

Inverted residual blocks without squeeze and excitation, with ReLU6 and TensorFlow's padding. Batch normalization is
folded into the convolutions before it.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from inference_core.engine.builtin.imagenet.onnx_file import Floats, OnnxGraph

SIDE = 224
"""The sides of the picture that the network sees, in pixels."""
CELLS = 7
"""The last layer's map has so many rows and columns."""

CLASSES = 1000
FEATURES = 1280

# One number for each stage: how many blocks it has, and the stride of the first of them.
_BLOCKS = (1, 2, 2, 3, 3, 4, 1)
_STRIDES = (1, 2, 2, 2, 1, 2, 1)
_EPSILON = 1e-3

Tensors = Mapping[str, Floats]


class _Value(NamedTuple):
    """A value in the network: its name, and how many channels, rows and columns it has."""

    name: str
    channels: int
    side: int


def efficientnet_lite(tensors: Tensors) -> bytes:
    """The network as ONNX.

    Its input is `picture`, shape (1, 3, 224, 224). Its outputs are `map`, the last layer's activations, shape
    (1, 1280, 7, 7), and `logits`, shape (1, 1000).
    """
    return _Network(tensors).file()


class _Network:
    def __init__(self, tensors: Tensors) -> None:
        self._tensors = tensors
        self._graph = OnnxGraph()
        self._limits = [self._graph.constant(np.array(limit, np.float32)) for limit in (0, 6)]

    def file(self) -> bytes:
        value = self._convolution(_Value("picture", 3, SIDE), "_conv_stem", "_bn0", stride=2)
        block = 0
        for blocks, stride in zip(_BLOCKS, _STRIDES, strict=True):
            for place in range(blocks):
                value = self._block(value, f"_blocks.{block}.", stride if place == 0 else 1)
                block += 1
        value = self._convolution(value, "_conv_head", "_bn1")
        pooled = self._graph.node("Flatten", [self._graph.node("GlobalAveragePool", [value.name])])
        weights = [self._graph.constant(self._tensors[f"_fc.{part}"]) for part in ("weight", "bias")]
        logits = self._graph.node("Gemm", [pooled, *weights], transB=1)
        return self._graph.file(
            {"picture": (1, 3, SIDE, SIDE)},
            {"map": (value.name, (1, FEATURES, CELLS, CELLS)), "logits": (logits, (1, CLASSES))},
        )

    def _block(self, value: _Value, name: str, stride: int) -> _Value:
        """An inverted residual block: more channels, a convolution in each of them, fewer channels."""
        wide = value
        if f"{name}_expand_conv.weight" in self._tensors:
            wide = self._convolution(value, f"{name}_expand_conv", f"{name}_bn0")
        deep = self._convolution(wide, f"{name}_depthwise_conv", f"{name}_bn1", stride=stride)
        narrow = self._convolution(deep, f"{name}_project_conv", f"{name}_bn2", is_linear=True)
        if (narrow.channels, narrow.side) != (value.channels, value.side):
            return narrow
        return narrow._replace(name=self._graph.node("Add", [narrow.name, value.name]))

    def _convolution(self, value: _Value, name: str, norm: str, *, stride: int = 1, is_linear: bool = False) -> _Value:
        """A convolution with its normalization and, unless it is linear, ReLU6."""
        weight, bias = self._folded(name, norm)
        size = weight.shape[2]
        side = math.ceil(value.side / stride)
        padding = max((side - 1) * stride + size - value.side, 0)
        before = padding // 2  # TensorFlow pads more at the end
        found = self._graph.node(
            "Conv",
            [value.name, self._graph.constant(weight), self._graph.constant(bias)],
            kernel_shape=(size, size),
            strides=(stride, stride),
            pads=(before, before, padding - before, padding - before),
            group=value.channels // weight.shape[1],
        )
        if not is_linear:
            found = self._graph.node("Clip", [found, *self._limits])
        return _Value(found, weight.shape[0], side)

    def _folded(self, name: str, norm: str) -> tuple[Floats, Floats]:
        """The weights and the bias of a convolution and the normalization after it, as one convolution."""
        scale, shift, mean, variance = (
            self._tensors[f"{norm}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")
        )
        factor = scale / np.sqrt(variance + np.float32(_EPSILON))
        return self._tensors[f"{name}.weight"] * factor.reshape(-1, 1, 1, 1), shift - mean * factor
