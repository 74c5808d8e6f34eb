"""A model that runs on the cluster: its calls, what goes wrong with them, and waking it where no process has it."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any

from ray.exceptions import RayError, RayTaskError
from ray.serve.exceptions import BackPressureError, DeploymentUnavailableError, RayServeException
from ray.serve.handle import DeploymentHandle

from inference_core.engine.cluster.wire import decoded
from inference_core.engine.contract import CannotLoad, Finish, Model, Token
from inference_core.engine.runners.contract import Answer, Busy, DeadlineExceeded, Details, Loading, State
from inference_core.engine.runners.lane import BrokenModel, Dropped, error_of
from inference_core.engine.runners.loads import MOST_CRASHES
from inference_core.engine.runners.messages import Answered, Batch, Failed, Loaded, packed
from inference_core.private_log import where_raised

_FIRST_GUESS = 15.0
"""Seconds that a model is said to take which was never loaded: a process starts and imports its libraries."""

_STILL_THERE = 3.0
"""Seconds in which Ray has noticed that a process is there, or that it has ended."""

_log = logging.getLogger(__name__)


class Deployed:
    """The calls of a model. None is made twice: it may be what ended the process, and a stream may have begun.

    `state` says whether a process of the model can answer; `deadline` is how many seconds a call may take.
    """

    def __init__(self, model: Model, handle: DeploymentHandle, state: Callable[[], State], deadline: float) -> None:
        self._model = model
        self._handle = handle
        self._state = state
        self._deadline = deadline
        self._waking: asyncio.Task[None] | None = None
        self._wakes_since = 0.0
        self._took = _FIRST_GUESS
        self._does_not_load = False
        self._heard = -_STILL_THERE
        self.details = Details()

    @property
    def state(self) -> State:
        state = self._process()
        if state == "ready" and self._does_not_load:
            return "failed"
        return "loading" if state == "unloaded" and self._is_waking else state

    async def run(self, task: str, body: Any) -> Answer:
        self._require_process()
        async with self._within(self._until()):
            sent = await asyncio.to_thread(packed, body)
            response = self._handle.answer.remote(task, sent)
            with self._read(response):
                answer: Answer = self._of(await response, Answered).answer
        return answer

    async def iterate(self, task: str, body: Any) -> AsyncGenerator[list[Token | Finish]]:
        self._require_process()
        until = self._until()
        responses = self._handle.options(stream=True).tokens.remote(task, packed(body))
        with self._read(responses):
            is_last = False
            while not is_last:
                async with self._within(until):
                    batch = self._of(await anext(responses), Batch)
                is_last = batch.is_last
                if batch.tokens or batch.finish:
                    yield [*batch.tokens, *([batch.finish] if batch.finish else [])]

    def close(self) -> None:
        """Do not wait for a process any more."""
        if self._waking is not None:
            self._waking.cancel()

    @property
    def _is_waking(self) -> bool:
        return self._waking is not None and not self._waking.done()

    def _process(self) -> State:
        """The state of its processes: one that has just answered is known before Ray says so."""
        return "ready" if time.monotonic() - self._heard < _STILL_THERE else self._state()

    def _require_process(self) -> None:
        """Returns if a process can answer, and else has one started. Raises Loading or CannotLoad."""
        state = self._process()
        if state == "ready":
            if self.details.load_seconds is None:
                self._begin_to_ask()
            return
        if state == "failed":
            raise CannotLoad("model_crashes", model=self._model.id, count=MOST_CRASHES)
        self._begin_to_ask()
        loading = Loading("model_loads", model=self._model.id)
        loading.estimated_time = round(max(1.0, self._wakes_since + self._took - time.monotonic()), 1)
        raise loading

    def _begin_to_ask(self) -> None:
        if not self._is_waking:
            self._wakes_since = time.monotonic()
            self._waking = asyncio.create_task(self._wake())

    async def _wake(self) -> None:
        """Ask what a process says of itself: Ray starts one because somebody asks, and answers when it is there."""
        has_process = self._process() == "ready"
        response = self._handle.about.remote()
        try:
            with self._read(response):
                self._of(await response, Loaded)
            if not has_process:
                self._took = time.monotonic() - self._wakes_since
        except (Busy, CannotLoad, BrokenModel) as error:
            _log.warning("%s does not start: %s", self._model.id, where_raised(error))

    def _of(self, sent: bytes, kind: type[Any]) -> Any:
        """The message, which is of this kind. Raises the error that it tells of, if it does."""
        message = decoded(sent)
        if isinstance(message, Failed):
            self._does_not_load = message.why == "not_loaded"
            raise error_of(message)
        if isinstance(message, Loaded):
            self.details = message.details
        elif isinstance(message, Answered | Batch) and self.details.engine is None:
            self.details = Details(message.answer.engine if isinstance(message, Answered) else message.engine)
        if not isinstance(message, kind):
            raise TypeError(f"{type(message).__name__} is no {kind.__name__}.")
        self._does_not_load = False
        self._heard = time.monotonic()
        return message

    def _until(self) -> float:
        return asyncio.get_running_loop().time() + self._deadline

    @asynccontextmanager
    async def _within(self, until: float) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout_at(until):
                yield
        except TimeoutError:
            raise DeadlineExceeded("engine_too_slow", seconds=self._deadline) from None

    @contextmanager
    def _read(self, response: Any) -> Iterator[None]:
        """Inside it, a response is waited for; its errors become the engine's. The work ends if nobody waits for it."""
        try:
            yield
        except BackPressureError:
            raise Busy("engine_full") from None
        except DeploymentUnavailableError:
            raise CannotLoad("model_crashes", model=self._model.id, count=MOST_CRASHES) from None
        except RayTaskError as error:
            _log.error("%s", where_raised(error))
            raise BrokenModel from None
        except (RayError, RayServeException, StopAsyncIteration, Dropped, asyncio.CancelledError):
            # Its process or machine has ended, or Ray has ended the call because the process has to go. Whether it is
            # the caller who has left, the kind of the error does not say.
            if _is_cancelled():
                raise asyncio.CancelledError from None
            raise Busy("engine_process_ended") from None
        finally:
            # It raises again what the response has raised.
            with suppress(Exception):
                response.cancel()


def _is_cancelled() -> bool:
    """Whether the running task is."""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
