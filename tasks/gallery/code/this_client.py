"""Snippets for this project's client, with and without await."""

from collections.abc import Sequence
from textwrap import indent

from tasks.gallery.code.call import ClientCall
from tasks.gallery.code.place import Place
from tasks.gallery.code.python import Flavour, call_source, imports, method_source, notes, program
from tasks.registry import Task

_STEP = " " * 4


def blocking(task: Task, call: ClientCall, place: Place, told: Sequence[str]) -> str:
    """The call with `InferenceClient`."""
    head = imports(task, call, "from inference_core import InferenceClient")
    client = _client("client = ", "InferenceClient", place, depth=0)
    return program(notes(told), head, f"{client}\n{method_source(task, call)}")


def asynchronous(task: Task, call: ClientCall, place: Place, told: Sequence[str]) -> str:
    """The call with `AsyncInferenceClient`."""
    head = imports(task, call, "from inference_core import AsyncInferenceClient", "import asyncio")
    opened = _client("async with ", "AsyncInferenceClient", place, depth=1)
    body = indent(method_source(task, call, Flavour(awaits=True, depth=2)), _STEP)
    function = f"async def main() -> None:\n{indent(f'{opened} as client:{chr(10)}{body}', _STEP)}"
    return program(notes(told), head, f"\n{function}", "\nasyncio.run(main())")


def _client(target: str, name: str, place: Place, depth: int) -> str:
    endpoint = {} if place.endpoint is None else {"endpoint": place.endpoint}
    return call_source(target, name, [place.model], endpoint, depth)
