"""The registry: a task is an asynchronous function that says what it takes and what it shows.

Its positional parameters are the inputs a person gives, its keyword-only parameters those of the model, its docstring
the description; every parameter is annotated with a field of `tasks.fields`, the result with a view of `tasks.views`.
A function that returns one view answers at once; an asynchronous generator of views streams, each view replacing the
one before.
"""

import importlib
import inspect
import pkgutil
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from tasks.acceptable import Acceptable, Example
from tasks.fields import Field, Previous
from tasks.views import View


class Domain(Enum):
    """Where a task belongs, in the order of the page."""

    AUDIO = "Audio"
    VISION = "Computer Vision"
    MULTIMODAL = "Multimodal"
    LANGUAGE = "Language"
    TABULAR = "Tabular"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a task's function: its name, its type without the field, the field, whether it must be given."""

    name: str
    type: Any
    field: Field
    is_required: bool


@dataclass(frozen=True, slots=True)
class Task:
    """A declared task. `id` is the Hub's task id, `api_name` the function's name.

    `verb` says what one can do with it, `title` is the field's name for it, `search_words` what else people call it.
    `featured` is its place among the tasks that the front page shows first, if it is one of them.
    `accepted` says of each example what its answer must have, where that is declared. `is_in_huggingface_hub` says
    whether huggingface_hub's client does it too.
    """

    id: str
    api_name: str
    title: str
    verb: str
    search_words: tuple[str, ...]
    featured: int | None
    domain: Domain
    description: str
    inputs: tuple[Parameter, ...]
    parameters: tuple[Parameter, ...]
    view: type[View]
    examples: Sequence[Sequence[Any]]
    accepted: Sequence[Acceptable | None]
    run: Callable[..., Any]
    streams: bool
    is_in_huggingface_hub: bool

    @property
    def page(self) -> str:
        """The Hub's page about the task."""
        return f"https://huggingface.co/tasks/{self.id}"

    @property
    def summary(self) -> str:
        """The first paragraph of the description, in one line."""
        return self.description.partition("\n\n")[0].replace("\n", " ")

    @property
    def user_inputs(self) -> tuple[Parameter, ...]:
        """The inputs that somebody fills in, in the order of the examples' values."""
        return tuple(parameter for parameter in self.inputs if not isinstance(parameter.field, Previous))


def task(
    *,
    title: str,
    verb: str,
    search_words: str,
    domain: Domain,
    examples: Sequence[Sequence[Any] | Example],
    featured: int | None = None,
    is_in_huggingface_hub: bool = True,
) -> Callable[[Callable[..., Any]], Task]:
    """Declare the decorated function a task; the name of the function, with hyphens, is the Hub's task id.

    Args:
        title: the name of the tab.
        verb: what one can do with it, in a few words, such as "Find names in a text".
        search_words: what people type who know neither its title nor its verb, 5 to 20 words or phrases with commas
            between: everyday words, the field's short terms, verbs in both spellings. The search of the front page
            finds the forms of a word by their beginnings, so "captions" finds "captioning" too.
        domain: the group of tabs it belongs to.
        examples: values of the inputs that somebody fills in, one sequence per example, or an `Example` that also
            says what its answer must have. The front page shows and runs the first.
        featured: its place among the three tasks that the front page shows first.
        is_in_huggingface_hub: whether huggingface_hub's client does it too, with a method of the same name.
    """

    def declare(function: Callable[..., Any]) -> Task:
        hints = get_type_hints(function, include_extras=True)
        declared = list(inspect.signature(function).parameters.values())[1:]  # the first is the client
        streams = inspect.isasyncgenfunction(function)
        view = hints["return"]
        return Task(
            id=function.__name__.replace("_", "-"),
            api_name=function.__name__,
            title=title,
            verb=verb,
            search_words=tuple(search_words.split(", ")),
            featured=featured,
            domain=domain,
            description=inspect.getdoc(function) or "",
            inputs=tuple(_parameter(one, hints) for one in declared if one.kind is not one.KEYWORD_ONLY),
            parameters=tuple(_parameter(one, hints) for one in declared if one.kind is one.KEYWORD_ONLY),
            view=get_args(view)[0] if get_origin(view) is AsyncIterator else view,
            examples=[one.values if isinstance(one, Example) else one for one in examples],
            accepted=[one.answer if isinstance(one, Example) else None for one in examples],
            run=function,
            streams=streams,
            is_in_huggingface_hub=is_in_huggingface_hub,
        )

    return declare


def _parameter(declared: inspect.Parameter, hints: dict[str, Any]) -> Parameter:
    bare, field = get_args(hints[declared.name])[:2]
    return Parameter(declared.name, bare, field, declared.default is declared.empty)


@cache
def all_tasks() -> tuple[Task, ...]:
    """Every task declared in a module below this package, by domain and title."""
    package = importlib.import_module("tasks")
    modules = pkgutil.walk_packages(package.__path__, "tasks.", onerror=None)
    names = [module.name for module in modules if not module.ispkg and not module.name.startswith("tasks.gallery.")]
    found = [
        value for name in names for value in vars(importlib.import_module(name)).values() if isinstance(value, Task)
    ]
    order = list(Domain)
    return tuple(sorted(found, key=lambda one: (order.index(one.domain), one.title)))
