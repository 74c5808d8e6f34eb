"""What the server knows of whoever loads models and computes."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from inference_core.engine.contract import Finish, Model, Token
from inference_core.errors import CodedError

State = Literal["unloaded", "loading", "ready", "failed"]


class Busy(CodedError):
    """The queue is full; `retry_after` is a guess in whole seconds of when it is worth asking again."""

    retry_after = 1


class DeadlineExceeded(CodedError):
    """The request took longer than the server allows."""


class CannotLoad(CodedError):
    """The model cannot be loaded; the next request tries again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of an answer as it goes on the wire, and the name of the engine that gave it."""

    content: bytes
    mime_type: str
    engine: str


@dataclass(frozen=True, slots=True)
class Details:
    """What is known of a model where it runs. `engine` is its engine's name; None is what is not known (yet)."""

    engine: str | None
    device: str = "cpu"
    dtype: str | None = None
    memory_bytes: int | None = None


class Runner(Protocol):
    """Loads models, each when it is first used, and runs them; nothing else loads one.

    A runner whose models have processes of their own has `kill(model)` too.
    """

    async def run(self, model: Model, task: str, body: Any) -> Answer:
        """The model's answer to a body of the task; nothing is computed for a caller who is cancelled while waiting.

        Raises:
            CannotAnswer: the model refuses the input.
            CannotLoad: the model is not there or broken.
            Busy: too many requests are running and waiting already.
            DeadlineExceeded: there was no answer in time.
        """

    def iterate(self, model: Model, task: str, body: Any) -> AsyncGenerator[list[Token | Finish]]:
        """The tokens of the answer as they are made, in small batches; closing the generator stops the work.

        Raises as `run` does, at any batch.
        """

    def state(self, model: Model) -> State:
        """Whether the model is loaded; one that has failed is loaded once more when it is next used."""

    def details(self, model: Model) -> Details: ...

    def close(self) -> None:
        """Run nothing more that waits."""
