"""Gradio 6.31 without work that nobody needs here: a third of the app's start, and a part of each update.

What is changed are names in modules of Gradio. Where a release has no such name, only the time is lost.
"""

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import find_spec
from types import ModuleType, SimpleNamespace
from typing import Any, cast


def import_less() -> None:
    """To be called before Gradio is imported."""
    _note_what_is_absent()
    sys.meta_path.insert(0, _Finder())


def _note_what_is_absent() -> None:
    """Have Python remember that matplotlib is not installed: Gradio searches for it twice with each update."""
    if "matplotlib" not in sys.modules and not find_spec("matplotlib"):
        sys.modules["matplotlib"] = cast(ModuleType, None)


def _with_lean_components(module: ModuleType) -> None:
    """No type stubs, which Gradio writes for editors beside its own files whenever it is imported; and the parameters
    of a component are looked up once, not for each component that is made."""
    looked_up = {**vars(inspect), "getfullargspec": cache(inspect.getfullargspec)}
    vars(module).update(create_or_modify_pyi=lambda *_: None, inspect=SimpleNamespace(**looked_up))


def _with_events_found_by_number(module: ModuleType) -> None:
    """Gradio compares an event that another one ends with all events of the page, each described anew."""
    vars(module)["get_cancelled_fn_indices"] = _numbers


def _numbers(events: Sequence[Mapping[str, Any]]) -> list[int]:
    return [event["id"] for event in events]


_CHANGES: Mapping[str, Callable[[ModuleType], None]] = {
    "gradio.component_meta": _with_lean_components,
    "gradio.events": _with_events_found_by_number,
}


class _Finder(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in _CHANGES:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(name, spec.loader.path)
        return spec


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        _CHANGES[module.__name__](module)
