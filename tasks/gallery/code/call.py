"""The call of the client that a task's function makes of what somebody filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from tasks.registry import Task

_LONGEST_BEGINNING = 64
"""Bytes by which the client knows what kind of file it is."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file that lies beside the program: its name, and its first bytes."""

    name: str
    beginning: bytes


@dataclass(frozen=True, slots=True)
class ClientCall:
    """A call of `method` with the arguments that were set."""

    method: str
    positional: tuple[Any, ...]
    keywords: Mapping[str, Any]

    @property
    def files(self) -> tuple[LocalFile, ...]:
        given = (*self.positional, *self.keywords.values())
        return tuple(value for value in given if isinstance(value, LocalFile))


async def client_call(task: Task, arguments: Mapping[str, Any]) -> ClientCall:
    """What the task's function asks the client for, given these arguments."""
    try:
        running = task.run(_Listening(), **arguments)
        if task.streams:
            async for _ in running:
                pass
        else:
            await running
    except _Called as called:
        return called.call
    raise TypeError(f"{task.id} calls no method of the client.")


class _Called(Exception):
    def __init__(self, call: ClientCall) -> None:
        super().__init__(call.method)
        self.call = call


class _Listening:
    """In the place of a client: the first call of a method ends the function."""

    def __getattr__(self, method: str) -> Any:
        async def called(*positional: Any, **keywords: Any) -> NoReturn:
            given = {name: value for name, value in keywords.items() if _is_set(value)}
            raise _Called(ClientCall(method, tuple(map(_plain, positional)), {n: _plain(v) for n, v in given.items()}))

        return called


def _is_set(value: Any) -> bool:
    return any(map(_is_set, value.values())) if isinstance(value, Mapping) else value is not None


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return _local_file(value)
    if isinstance(value, Mapping):
        return {name: one for name, one in value.items() if one is not None}
    return value


def _local_file(path: Path) -> LocalFile:
    with path.open("rb") as file:
        beginning = file.read(_LONGEST_BEGINNING)
    # What begins with a letter and has no colon is neither an option nor a URL to anybody.
    is_plain = path.name[:1].isalnum() and ":" not in path.name
    return LocalFile(path.name if is_plain else f"./{path.name}", beginning)
