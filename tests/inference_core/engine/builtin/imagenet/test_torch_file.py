import pickle
import struct
import types
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inference_core.engine.builtin.imagenet.torch_file import read_tensors


class Named:
    """Pickled as a call of what has this name in this module."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._call


class Stored(str):
    """The key of a storage, pickled as PyTorch names it."""


class Writer(pickle.Pickler):
    def persistent_id(self, obj: Any) -> Any:
        return ("storage", FloatStorage, str(obj), "cpu", 6, None) if isinstance(obj, Stored) else None


def _rebuild_tensor_v2() -> None: ...


class FloatStorage: ...


@pytest.fixture(autouse=True)
def torch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Modules of PyTorch's names, so that pickle can write them."""
    for name, thing in (("torch", FloatStorage), ("torch._utils", _rebuild_tensor_v2)):
        module = types.ModuleType(name)
        monkeypatch.setattr(thing, "__module__", name)
        setattr(module, thing.__name__, thing)
        monkeypatch.setitem(__import__("sys").modules, name, module)


def file_of(tensors: dict[str, Any], folder: Path, numbers: list[float]) -> Path:
    file = folder / "weights.pth"
    with file.open("wb") as stream:
        for part in (1, 1001, {"little_endian": True}, OrderedDict(tensors), ["one"]):
            Writer(stream, 2).dump(part)
        stream.write(struct.pack("<q", len(numbers)) + np.array(numbers, "<f4").tobytes())
    return file


def tensor(start: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> Named:
    return Named(_rebuild_tensor_v2, Stored("one"), start, shape, strides, False, OrderedDict())


def test_tensors_are_parts_of_a_storage_in_any_order_of_their_sides(tmp_path: Path) -> None:
    tensors = {"rows": tensor(0, (2, 3), (3, 1)), "columns": tensor(0, (3, 2), (1, 3)), "last": tensor(5, (), ())}
    found = read_tensors(file_of(tensors, tmp_path, [0, 1, 2, 3, 4, 5]))
    assert found["rows"].tolist() == [[0, 1, 2], [3, 4, 5]]
    assert found["columns"].tolist() == [[0, 3], [1, 4], [2, 5]]
    assert found["last"] == 5 and found["last"].dtype == np.float32


@pytest.mark.parametrize("name", ["os.system", "builtins.eval", "pathlib.Path", "torch.hub"])
def test_nothing_else_that_the_file_names_is_looked_up(tmp_path: Path, name: str) -> None:
    module, _, attribute = name.rpartition(".")
    opcodes = f"c{module}\n{attribute}\n(Vtouch {tmp_path / 'ran'}\ntR.".encode()
    (tmp_path / "weights.pth").write_bytes(opcodes)
    with pytest.raises(ValueError, match=f"the pickle names '{module} {attribute}'"):
        read_tensors(tmp_path / "weights.pth")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "wrong", [tensor(1, (2, 3), (3, 1)), tensor(0, (2,), (6,)), tensor(-1, (2,), (1,)), tensor(5, (2,), (-1,))]
)
def test_a_tensor_beyond_its_storage_is_refused(tmp_path: Path, wrong: Named) -> None:
    with pytest.raises(ValueError, match="reaches beyond its storage"):
        read_tensors(file_of({"wrong": wrong}, tmp_path, [0, 1, 2, 3, 4, 5]))


@pytest.mark.parametrize("left", [0, 20, 200])
def test_a_file_that_ends_early_is_refused(tmp_path: Path, left: int) -> None:
    file = file_of({"rows": tensor(0, (2, 3), (3, 1))}, tmp_path, [0, 1, 2, 3, 4, 5])
    file.write_bytes(file.read_bytes()[:left])
    with pytest.raises((ValueError, struct.error)):
        read_tensors(file)
