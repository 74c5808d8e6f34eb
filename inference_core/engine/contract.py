"""What an engine of the local server is: a skill declares itself, loads once, and answers in a worker thread."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Protocol

import msgspec

NonEmpty = Annotated[str, msgspec.Meta(pattern=r"\S")]
"""Text with at least one visible character; the server words the refusal."""


class CannotAnswer(Exception):
    """An engine's honest no: the input is readable, but this engine cannot answer it without guessing.

    The server turns it into a 422 whose `error` is the message: one sentence that says what is wrong and what to do.
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
    """A loaded engine. `name` is what it really is; it is sent with every answer as `x-engine`.

    `answer` gets the decoded request body and returns what goes on the wire: JSON types (numpy scalars excluded), or a
    `File`. It is called from several worker threads at once.
    """

    @property
    def name(self) -> str: ...

    def answer(self, body: Any) -> Any: ...


class StreamingEngine(Engine, Protocol):
    """An engine that can hand over its answer token by token.

    The last item is always a `Finish`. The caller stops the work by closing the iterator.
    """

    def tokens(self, body: Any) -> Iterator[Token | Finish]: ...


@dataclass(frozen=True, slots=True)
class Skill:
    """One task the local server can do.

    `task` is the Hub's task id, `about` says in one sentence what it is and where it ends, `body` is the request body
    the server validates, `load` builds the engine (heavy imports and files happen there, in a worker thread, on first
    use). `takes_files` says that the body may hold files (`Upload`s) and so be large; where its `inputs` is one, the
    request may be the file itself instead of JSON.
    """

    task: str
    about: str
    body: type[msgspec.Struct]
    load: Callable[[], Engine]
    takes_files: bool = False
