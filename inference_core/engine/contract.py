"""What a model of the engine is: it declares itself, is loaded once, and answers in threads of a runner."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol

import msgspec

from inference_core.engine.packages import Package
from inference_core.errors import CodedError

NonEmpty = Annotated[str, msgspec.Meta(pattern=r"\S")]
"""Text with at least one visible character; the server says so of one without."""


class CannotAnswer(CodedError):
    """An engine's honest no: the input is readable, but this engine cannot answer it without guessing.

    The server turns it into a 422.
    """


class Parameters(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Base of every `parameters` object: an unknown parameter is refused by name instead of silently ignored."""


class Token(msgspec.Struct, gc=False):
    """One generated token: `logprob` is the natural logarithm of its probability, None where an engine has none."""

    id: int
    text: str
    logprob: float | None
    special: bool = False


class Finish(msgspec.Struct):
    """The end of a generation: why it ended, what it was seeded with and how many tokens the prompt had."""

    reason: Literal["length", "eos_token", "stop_sequence"]
    prompt_tokens: int
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is a file of its own, such as a picture, instead of JSON."""

    content: bytes
    mime_type: str


class Engine(Protocol):
    """A loaded model. `name` is what it really is; it is sent with every answer as `x-engine`."""

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Sample:
    """In an example, the content of the gallery's sample of that name; on the wire it is base64."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedTask:
    """One task of a model.

    `id` is the Hub's task id, `body` the request body the server validates. `answer` gets the engine and a body and
    returns what goes on the wire: JSON types (numpy scalars excluded) or a `File`. `tokens`, of a model that generates,
    does so token by token: its last item is always a `Finish`, and its caller stops the work by closing the iterator.
    Both are called from several threads at once. `takes_files` says that the body may hold files (`Upload`s) and so be
    large; where its `inputs` is one, the request may be the file itself instead of JSON. `does_well` and `refuses` are
    bodies as JSON: one that is answered well, and one that the engine refuses by itself, if there is such a thing.
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
    """How large an input of a model may be, where that is less than the server's limits; None is no limit of its own.

    All are upper bounds but `least_side`, the fewest pixels of a picture's shorter side, and `least_sentences`.
    `characters`, `tokens` and `sentences` are those of a text, `texts` are sent at once.
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
    """What a model of the engine says of itself; nothing of it is loaded.

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
        """The key of the sentence that says what it is."""
        return f"{self.words}.is"

    @property
    def can(self) -> str:
        """The key of the line on what it does well."""
        return f"{self.words}.can"

    @property
    def cannot(self) -> str:
        """The key of the line on where it ends."""
        return f"{self.words}.cannot"

    def missing(self) -> Package | None:
        """The first package that it needs and that is not installed."""
        return next((package for package in self.needs if package.is_missing()), None)

    def task(self, id: str) -> ServedTask:
        """Its task of that id. Raises KeyError."""
        for task in self.tasks:
            if task.id == id:
                return task
        raise KeyError(id)
