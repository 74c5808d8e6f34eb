"""Writes a network in the format of ONNX, without the package of that name.

The format is Google's protocol buffers; the numbers of the fields are those of onnx.proto3 (ONNX 1.8, operators 13).
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Shape = Sequence[int]

_IR_VERSION = 8
_OPERATORS = 13
_FLOAT, _INT, _INTS = 1, 2, 7


class OnnxGraph:
    """A network under construction. Values are known by their names, which are given in order."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []

    def constant(self, value: Floats) -> str:
        """The name of a constant."""
        name = f"constant{len(self._constants)}"
        dimensions = b"".join(_number(1, size) for size in value.shape)
        raw = np.ascontiguousarray(value, "<f4").tobytes()
        self._constants.append(dimensions + _number(2, _FLOAT) + _text(8, name) + _bytes(9, raw))
        return name

    def node(self, operator: str, inputs: Sequence[str], **attributes: int | Sequence[int]) -> str:
        """The name of what an operator computes."""
        name = f"value{len(self._nodes)}"
        parts = [*(_text(1, one) for one in inputs), _text(2, name), _text(4, operator)]
        parts += [_bytes(5, _attribute(key, value)) for key, value in attributes.items()]
        self._nodes.append(b"".join(parts))
        return name

    def file(self, inputs: Mapping[str, Shape], outputs: Mapping[str, tuple[str, Shape]]) -> bytes:
        """The network with these inputs and outputs, all of 32-bit numbers in these shapes.

        An output has a name of its own, before that of the value.
        """
        for name, (value, _) in outputs.items():
            self._nodes.append(_text(1, value) + _text(2, name) + _text(4, "Identity"))
        graph = b"".join(
            [
                *(_bytes(1, node) for node in self._nodes),
                _text(2, "network"),
                *(_bytes(5, constant) for constant in self._constants),
                *(_bytes(11, _value(name, shape)) for name, shape in inputs.items()),
                *(_bytes(12, _value(name, shape)) for name, (_, shape) in outputs.items()),
            ]
        )
        return _number(1, _IR_VERSION) + _bytes(7, graph) + _bytes(8, _text(1, "") + _number(2, _OPERATORS))


def _attribute(name: str, value: int | Sequence[int]) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, _INT)
    return _text(1, name) + b"".join(_number(8, one) for one in value) + _number(20, _INTS)


def _value(name: str, shape: Shape) -> bytes:
    dimensions = b"".join(_bytes(1, _number(1, size)) for size in shape)
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, _FLOAT) + _bytes(2, dimensions)))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _text(field: int, value: str) -> bytes:
    return _bytes(field, value.encode())


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth says that another one follows."""
    written = bytearray()
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    written.append(value)
    return bytes(written)
