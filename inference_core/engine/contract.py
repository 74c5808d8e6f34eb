"""What a model of the engine is: it describes itself, is loaded once, and answers in the threads of a runner."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol

import msgspec

from inference_core.engine.packages import Package
from inference_core.errors import CodedError

NonEmpty = Annotated[str, msgspec.Meta(pattern=r"\S")]
"""Text with at least one visible character; the server's error says so."""


class CannotAnswer(CodedError):
    """The input is readable, but this engine could only guess, so it refuses. The server answers 422."""


class Parameters(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Base of every `parameters` object. An unknown parameter is an error that names it; it is not silently ignored."""


class Token(msgspec.Struct, gc=False):
    """One generated token: `logprob` is the natural logarithm of its probability, None if it is not known."""

    id: int
    text: str
    logprob: float | None
    special: bool = False


class Finish(msgspec.Struct):
    """The end of a generation: why it ended, the seed, and how many tokens the prompt had."""

    reason: Literal["length", "eos_token", "stop_sequence"]
    prompt_tokens: int
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is a file, such as a picture, instead of JSON."""

    content: bytes
    mime_type: str


class Engine(Protocol):
    """A loaded model. `name` says what really computes, for example "VADER"; every answer carries it as `x-engine`."""

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Sample:
    """Stands in an example for the content of the gallery's sample file with this name; it is sent as base64."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedTask:
    """One task of a model.

    `id` is the Hub's task id, `body` the request body that the server validates. `answer` gets the engine and a body
    and returns what is sent: JSON types (no numpy scalars) or a `File`. Generating models also have `tokens`, which
    yields the answer token by token; the last item is always a `Finish`, and closing the iterator stops the work.
    Both are called from several threads at once. `takes_files` means that the body may hold files (`Upload`s) and so be
    large; if `inputs` is a file, the request may also be that file instead of JSON. `does_well` and `refuses` are
    examples of a body, as JSON: one with a good answer, and one that this engine refuses, if there is one.
    """

    id: str
    body: type[msgspec.Struct]
    answer: Callable[[Any, Any], Any]
    tokens: Callable[[Any, Any], Iterator[Token | Finish]] | None = None
    takes_files: bool = False
    does_well: Mapping[str, Any]
    refuses: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputSizes:
    """How large an input of a model may be, where that is less than the server's limits; None means no such limit.

    All are maximums except `least_side`, the minimum number of pixels of a picture's shorter side, and
    `least_sentences`. `characters`, `tokens` and `sentences` count per text, `texts` per request.
    """

    characters: int | None = None
    tokens: int | None = None
    least_sentences: int | None = None
    sentences: int | None = None
    texts: int | None = None
    labels: int | None = None
    masks: int | None = None
    seconds: float | None = None
    least_side: int | None = None
    cells: int | None = None
    columns: int | None = None


Level = Literal["strong", "basic", "toy"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model:
    """How a model of the engine describes itself; nothing is loaded yet.

    `id` is what callers say. It runs the first of its `tasks` unless a route names another. `words` is the table of the
    catalogue of words that describes it, `licence` that of the model or the data in it. `load` builds the engine (heavy
    imports and files happen there); only a runner calls it, and only if all packages that it `needs` are installed.
    `level` says how good it is, None where nobody has measured it. Of several models for a task the one with the lowest
    `rank` is recommended, the first of equals.
    """

    id: str
    tasks: tuple[ServedTask, ...]
    words: str
    licence: str
    load: Callable[[], Engine]
    needs: tuple[Package, ...] = ()
    sizes: InputSizes = InputSizes()
    level: Level | None = None
    rank: int = 0

    @property
    def about(self) -> str:
        """The key of the sentence that says what the model is."""
        return f"{self.words}.is"

    @property
    def can(self) -> str:
        """The key of the line that says what it does well."""
        return f"{self.words}.can"

    @property
    def cannot(self) -> str:
        """The key of the line that says what it cannot do."""
        return f"{self.words}.cannot"

    def missing(self) -> Package | None:
        """The first package that it needs and that is not installed."""
        return next((package for package in self.needs if package.is_missing()), None)

    def task(self, id: str) -> ServedTask:
        """Its task with this id. Raises KeyError."""
        for task in self.tasks:
            if task.id == id:
                return task
        raise KeyError(id)
