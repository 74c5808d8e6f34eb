"""The protocol of a runner, which loads models and runs them, and its errors."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from inference_core.engine.contract import Finish, Model, Token
from inference_core.errors import CodedError

State = Literal["unloaded", "loading", "ready", "failed"]


class Busy(CodedError):
    """The queue is full. `retry_after` is a guess of how many seconds to wait before trying again."""

    retry_after = 1


class Loading(CodedError):
    """The model is being loaded, and callers should come again. `estimated_time` is a guess of seconds to wait."""

    estimated_time = 1.0


class DeadlineExceeded(CodedError):
    """The request took longer than the server allows."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of an answer as it is sent, the name of the engine that gave it, and how many seconds it computed."""

    content: bytes
    mime_type: str
    engine: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Details:
    """What the runner knows about a model. None means not (yet) known.

    `engine` is the name of its engine, `load_seconds` how long it took to load, and `memory_bytes` what its process
    grew by meanwhile, including libraries that other models then share.
    """

    engine: str | None = None
    device: str = "cpu"
    dtype: str | None = None
    memory_bytes: int | None = None
    load_seconds: float | None = None


@runtime_checkable
class Watched(Protocol):
    """A runner that counts its threads that do not come back."""

    @property
    def stuck(self) -> int:
        """How many threads still compute for a request whose deadline is over."""


class Runner(Protocol):
    """Loads each model when it is first used, and runs it; nothing else loads models.

    A runner that runs models in other processes also has `kill(model)`; one with threads may be `Watched`.
    """

    async def run(self, model: Model, task: str, body: Any) -> Answer:
        """The model's answer to a body of the task. If the call is cancelled while it waits, nothing is computed.

        Raises:
            CannotAnswer: the model refuses the input.
            CannotLoad: the model is missing or broken.
            Loading: it will be there in a moment.
            Busy: too many requests are already running or waiting.
            DeadlineExceeded: the answer did not come in time.
        """

    def iterate(self, model: Model, task: str, body: Any) -> AsyncGenerator[list[Token | Finish]]:
        """The tokens of the answer as they are generated, in small batches; closing the generator stops the work.

        Any batch may raise what `run` raises.
        """

    def state(self, model: Model) -> State:
        """Whether the model is loaded; if loading failed, the next request tries again."""

    def details(self, model: Model) -> Details: ...

    def close(self) -> None:
        """Cancel the requests that are still waiting."""
