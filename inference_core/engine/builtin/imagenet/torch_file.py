"""Reads the tensors in a file of PyTorch without PyTorch, and without running what the file says.

The format is that of PyTorch before 1.6: five pickles (a magic number, a version, the machine, the tensors, the names
of their storages), and then the storages. Of all that a pickle can name, only four things are known here.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from inference_core.engine.builtin.imagenet.pickled_data import read_pickled

Array = npt.NDArray[Any]

_TYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


@dataclass(frozen=True, slots=True)
class _Storage:
    key: str
    type: np.dtype[Any]


@dataclass(frozen=True, slots=True)
class _Tensor:
    storage: _Storage
    start: int
    shape: Sequence[int]
    strides: Sequence[int]


def read_tensors(file: Path) -> dict[str, Array]:
    """The tensors by their name.

    Raises:
        ValueError: the file names something that is not known here, or a tensor reaches beyond its storage.
    """
    with file.open("rb") as stream:
        _, _, _, tensors, keys = (read_pickled(stream, _NAMES, _storage) for _ in range(5))
        types = {tensor.storage.key: tensor.storage.type for tensor in tensors.values()}
        storages = {key: _read_storage(stream, types[key]) for key in keys}
    return {name: _cut(storages[tensor.storage.key], tensor) for name, tensor in tensors.items()}


def _storage(_: str, type: np.dtype[Any], key: str, *__: object) -> _Storage:
    return _Storage(key, type)


def _tensor(storage: _Storage, start: int, shape: Sequence[int], strides: Sequence[int], *_: object) -> _Tensor:
    return _Tensor(storage, start, shape, strides)


def _read_storage(stream: BinaryIO, type: np.dtype[Any]) -> Array:
    (count,) = struct.unpack("<q", stream.read(8))
    return np.frombuffer(stream.read(count * type.itemsize), type)


def _cut(storage: Array, tensor: _Tensor) -> Array:
    last = tensor.start + sum((size - 1) * step for size, step in zip(tensor.shape, tensor.strides, strict=True))
    if min(tensor.start, *tensor.shape, *tensor.strides, 0) < 0 or last >= storage.size:
        raise ValueError("a tensor reaches beyond its storage")
    steps = [step * storage.itemsize for step in tensor.strides]
    return np.lib.stride_tricks.as_strided(storage[tensor.start :], tensor.shape, steps).copy()


_NAMES = {
    "collections OrderedDict": dict,
    "torch._utils _rebuild_tensor_v2": _tensor,
    **{f"torch {name}": type for name, type in _TYPES.items()},
}
