"""The types with which a model describes itself to the engine, and what it answers with."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, Protocol, runtime_checkable

import msgspec

from inference_core.engine.packages import Package
from inference_core.errors import CodedError

NonEmpty = Annotated[str, msgspec.Meta(pattern=r"\S")]
"""Text with at least one visible character. For other text the server answers that the field is empty."""

NonEmptyOr = Annotated[str, msgspec.Meta(min_length=1)]
"""Text that is not empty, where the field may also hold a list: msgspec 0.22 frees a pattern next to a list twice."""


class CannotAnswer(CodedError):
    """The input is readable, but this engine could only guess, so it refuses. The server answers 422."""


class CannotLoad(CodedError):
    """The model cannot be loaded. The next request tries again."""


class Parameters(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Base of every `parameters` object. An unknown parameter is an error that names it; it is not silently ignored."""


class Token(msgspec.Struct, gc=False):
    """One generated token: `logprob` is the natural logarithm of its probability, None if it is not known.

    `top` are the most likely tokens at this place, the most likely one first, if the caller asked for them.
    """

    id: int
    text: str
    logprob: float | None
    special: bool = False
    top: list["Token"] | None = None


def token_json(token: Token) -> dict[str, Any]:
    """A token in the format of text-generation-inference, which lists `top` elsewhere."""
    return {"id": token.id, "text": token.text, "logprob": token.logprob, "special": token.special}


class Finish(msgspec.Struct):
    """The end of a generation: why it ended, the seed, and how many tokens the prompt had.

    `seconds` is how long it was computed; who runs the model fills it in.
    """

    reason: Literal["length", "eos_token", "stop_sequence"]
    prompt_tokens: int
    seed: int | None = None
    seconds: float | None = None


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
class Place:
    """Where a model computes, and in which numbers: `cpu` or `cuda:0`, and `float32` or the like, None if not known."""

    device: str = "cpu"
    dtype: str | None = None


@runtime_checkable
class Placed(Protocol):
    """An engine that says where it computes; others do so in this process."""

    place: Place


@dataclass(frozen=True, slots=True)
class Sample:
    """Stands in an example for the content of the gallery's sample file with this name; it is sent as base64."""

    name: str


def all_texts(sent: Any) -> Iterator[str]:
    """Every text in a body, however deep, including the keys of objects; files are not texts."""
    if isinstance(sent, str):
        yield sent
    elif isinstance(sent, msgspec.Struct):
        for name in sent.__struct_fields__:
            yield from all_texts(getattr(sent, name))
    elif isinstance(sent, Mapping):
        yield from sent
        for value in sent.values():
            yield from all_texts(value)
    elif isinstance(sent, list | tuple):
        for value in sent:
            yield from all_texts(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedTask:
    """One task of a model.

    Attributes:
        id: the Hub's task id.
        body: the type of the request body, which the server validates.
        answer: gets the engine and a body and returns what is sent: JSON types (no numpy scalars) or a `File`. It is
            called from several threads at once, and so is `tokens`.
        tokens: for models that generate, yields the answer token by token. The last item is always a `Finish`; closing
            the iterator stops the work.
        together: for models that answer several inputs faster at once than one after the other: gets the engine and
            bodies that differ in nothing but `inputs`, and returns an answer for each. If it raises an error, they are
            answered one by one.
        takes_files: whether the body may contain files (`Upload`s) and so be large. If `inputs` is a file, the request
            may also be that file instead of JSON.
        answer_type: the MIME type of the answer, for a description of the routes.
        texts: the texts of a body that the model reads; each must be within the model's sizes. Without it all texts
            of a body count.
        too_long: the code of the error about a text with too many characters.
        answered_example: an example of a body, as JSON, that is answered well.
        refused_example: an example of a body, as JSON, that this engine refuses; None if it refuses nothing.
    """

    id: str
    body: type[msgspec.Struct]
    answer: Callable[[Any, Any], Any]
    tokens: Callable[[Any, Any], Iterator[Token | Finish]] | None = None
    together: Callable[[Any, list[Any]], list[Any]] | None = None
    takes_files: bool = False
    answer_type: str = "application/json"
    texts: Callable[[Any], Iterable[str]] = all_texts
    too_long: str = "text_too_long"
    answered_example: Mapping[str, Any]
    refused_example: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputSizes:
    """How large an input of a model may be, where that is less than the server's limits; None means no such limit.

    All are maximums except `min_side`, the minimum number of pixels of a picture's shorter side, and
    `min_sentences`. `characters`, `words`, `tokens` and `sentences` count per text, `texts` and `total_tokens` per
    request. A word is a run of letters and digits; every other visible character, such as an emoji, is a word too.

    The server enforces what can be counted without the model, `characters` and `words`, before the work begins
    (`server/sizes.py`); choose them so that the worst text of that size takes a few seconds at most. The other limits
    depend on how a model reads its input, so it refuses what exceeds them.
    """

    characters: int = 100_000
    words: int = 20_000
    tokens: int | None = None
    total_tokens: int | None = None
    min_sentences: int | None = None
    sentences: int | None = None
    texts: int | None = None
    labels: int | None = None
    masks: int | None = None
    seconds: float | None = None
    min_side: int | None = None
    cells: int | None = None
    columns: int | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """A child process that can be killed, for work that may take long, hold Python's global lock or end the process.

    Models whose lane has the same `name` share a process. `module` is where the process finds the model: it is the
    value of one of the module's variables or, if it is `made_from` something, what the module's `made` makes of that.
    `threads` is how many answers the process computes at once, and `waiting` how many more may wait, None for as many
    as the engine.
    """

    name: str
    module: str
    made_from: str = ""
    threads: int | None = None
    waiting: int | None = None
    apart: "Apart | None" = None


@dataclass(frozen=True, slots=True)
class Apart:
    """Of a lane whose model takes long to load: callers are told to come again, and it counts what memory it takes.

    `idle` is after how many seconds without work its process ends, `weights` how many bytes its files have, 0 if that
    is not known.
    """

    idle: float
    weights: int = 0


Level = Literal["strong", "basic", "toy"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Model:
    """How a model of the engine describes itself; nothing is loaded yet.

    Attributes:
        id: the name that callers use.
        tasks: what it can do. The first task is the default; a route may name another.
        words: the name of its table in models.toml.
        licence: the licence of the model or of its data.
        load: builds the engine. Heavy imports and file reads belong here. Only a runner calls it, and only if
            all packages in `needs` are installed.
        needs: the packages that it cannot work without.
        sizes: how large its input may be.
        lane: the child process that computes its answers, None for a thread of the engine's process.
        level: how good it is by the figures and the rule of tests/benchmarks/quality.py, None if it was not measured.
        rank: the model of a task with the lowest rank is recommended; if several have it, the first of them.
        languages: the languages (by the codes of ISO 639-1) that it has for a parameter that names one, by the
            parameter's name.
    """

    id: str
    tasks: tuple[ServedTask, ...]
    words: str
    licence: str
    load: Callable[[], Engine]
    needs: tuple[Package, ...] = ()
    sizes: InputSizes = InputSizes()
    lane: Lane | None = None
    level: Level | None = None
    rank: int = 0
    languages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

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
        """The first package in `needs` that is not installed, None if there is none."""
        return next((package for package in self.needs if package.is_missing()), None)

    def task(self, id: str) -> ServedTask:
        """Its task with this id. Raises KeyError."""
        for task in self.tasks:
            if task.id == id:
                return task
        raise KeyError(id)
