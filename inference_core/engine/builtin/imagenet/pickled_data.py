"""Reads plain data out of a pickle, step by step, without Python's unpickler.

Only the steps that plain data need are known, and what the pickle names is looked up nowhere but in a table of ours.
"""

import pickletools
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

_NUMBERS_AND_TEXTS = {"BININT", "BININT1", "BININT2", "LONG1", "BINUNICODE"}
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_EMPTY: Mapping[str, Callable[[], Any]] = {"EMPTY_DICT": dict, "EMPTY_LIST": list, "EMPTY_TUPLE": tuple}
_SHORT_TUPLES = {"TUPLE1": 1, "TUPLE2": 2, "TUPLE3": 3}
_NO_EFFECT = {"PROTO"}


def read_pickled(stream: BinaryIO, names: Mapping[str, Any], kept: Callable[..., Any]) -> Any:
    """The data in the pickle that begins here; the stream then stands behind it.

    Args:
        names: what the pickle may name, by its module and name with a space between them, and call if it is a function.
        kept: called with what the pickle says of an object that is kept outside of it.

    Raises:
        ValueError: the pickle ends early, names anything else, or has a step that plain data do not need.
        IndexError: the pickle takes more than it has put down.
    """
    reader = _Reader(names, kept)
    for opcode, argument, _ in pickletools.genops(stream):
        if opcode.name == "STOP":
            break
        reader.step(opcode.name, argument)
    return reader.stack.pop()


class _Reader:
    def __init__(self, names: Mapping[str, Any], kept: Callable[..., Any]) -> None:
        self.stack: list[Any] = []
        self._below: list[list[Any]] = []
        self._memo: dict[int, Any] = {}
        self._names = names
        self._kept = kept

    def step(self, name: str, argument: Any) -> None:
        if name in _NUMBERS_AND_TEXTS:
            self.stack.append(argument)
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name])
        elif name in _EMPTY:
            self.stack.append(_EMPTY[name]())
        elif name in _SHORT_TUPLES:
            self.stack.append(tuple(self._take(_SHORT_TUPLES[name])))
        elif name in ("BINPUT", "LONG_BINPUT"):
            self._memo[argument] = self.stack[-1]
        elif name in ("BINGET", "LONG_BINGET"):
            self.stack.append(self._memo[argument])
        elif name not in _NO_EFFECT:
            self._build(name, argument)

    def _build(self, name: str, argument: Any) -> None:
        match name:
            case "MARK":
                self._below.append(self.stack)
                self.stack = []
            case "TUPLE":
                items = self._since_mark()
                self.stack.append(tuple(items))
            case "APPEND" | "APPENDS":
                items = self._since_mark() if name == "APPENDS" else self._take(1)
                self.stack[-1].extend(items)
            case "SETITEM" | "SETITEMS":
                items = self._since_mark() if name == "SETITEMS" else self._take(2)
                self.stack[-1].update(zip(items[::2], items[1::2], strict=True))
            case "GLOBAL":
                if argument not in self._names:
                    raise ValueError(f"the pickle names {argument!r}")
                self.stack.append(self._names[argument])
            case "REDUCE":
                function, arguments = self._take(2)
                if not any(function is one for one in self._names.values()):
                    raise ValueError("the pickle calls something without a name here")
                self.stack.append(function(*arguments))
            case "BINPERSID":
                self.stack.append(self._kept(*self.stack.pop()))
            case "BUILD":
                self.stack.pop()  # attributes of a dictionary, which plain data do not need
            case _:
                raise ValueError(f"the pickle has a step {name}")

    def _take(self, count: int) -> list[Any]:
        if len(self.stack) < count:
            raise IndexError("the pickle takes more than it has put down")
        taken = self.stack[-count:]
        del self.stack[-count:]
        return taken

    def _since_mark(self) -> list[Any]:
        taken, self.stack = self.stack, self._below.pop()
        return taken
