"""The engines of one process: each model is loaded when it is first used, and only once."""

import logging
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from inference_core.engine.contract import CannotLoad, Engine, File, Finish, Model, Place, Placed, Token
from inference_core.engine.runners.contract import Answer, Details, State
from inference_core.private_log import where_raised

_STATUS = Path("/proc/self/status")

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Slot:
    engine: Engine | None = None
    state: State = "unloaded"
    details: Details = field(default_factory=Details)
    loading: threading.Lock = field(default_factory=threading.Lock)


class Engines:
    """Loads and runs engines in the thread of the caller; every method may be called from several threads at once."""

    def __init__(self) -> None:
        self._slots: dict[Model, _Slot] = {}

    def answer(self, model: Model, task: str, body: Any) -> Answer:
        """The answer as it is sent. Loads the engine if needed, computes the answer and encodes it."""
        engine = self._engine(model)
        began = time.monotonic()
        content = model.task(task).answer(engine, body)
        return _sent(engine, content, time.monotonic() - began)

    def answers(self, model: Model, task: str, bodies: list[Any]) -> list[Answer]:
        """The answers to bodies that differ in their inputs alone, for a task that has `together`."""
        engine = self._engine(model)
        together = model.task(task).together
        if together is None:
            raise TypeError(f"{model.id} answers one input after the other for {task}.")
        began = time.monotonic()
        contents = together(engine, bodies)
        seconds = (time.monotonic() - began) / len(bodies)
        return [_sent(engine, content, seconds) for content in contents]

    def tokens(self, model: Model, task: str, body: Any) -> Iterator[Token | Finish]:
        """The tokens of the answer. Raises TypeError for a task that does not generate."""
        served = model.task(task)
        if served.tokens is None:
            raise TypeError(f"{model.id} does not generate tokens for {task}.")
        return _timed(served.tokens(self._engine(model), body))

    def load(self, models: Iterable[Model]) -> None:
        """Load `models`, one after the other. If one cannot be loaded, its first use will raise the error."""
        for model in models:
            with suppress(CannotLoad):
                self.require(model)

    def require(self, model: Model) -> None:
        """Load the model if it is not loaded. Raises CannotLoad."""
        self._engine(model)

    def state(self, model: Model) -> State:
        return self._slot(model).state

    def details(self, model: Model) -> Details:
        """What is known about the model, once it is loaded."""
        return self._slot(model).details

    def _engine(self, model: Model) -> Engine:
        slot = self._slot(model)
        if slot.engine is None:
            with slot.loading:
                slot.engine = slot.engine or _load(model, slot)
        return slot.engine

    def _slot(self, model: Model) -> _Slot:
        return self._slots.setdefault(model, _Slot())


def _load(model: Model, slot: _Slot) -> Engine:
    slot.state = "loading"
    began, before = time.monotonic(), _resident_bytes()
    try:
        engine = model.load()
    except CannotLoad:
        slot.state = "failed"
        raise
    except Exception as error:
        slot.state = "failed"
        _log.warning("%s cannot be loaded: %s", model.id, where_raised(error))
        raise CannotLoad("model_does_not_load", model=model.id) from None
    after = _resident_bytes()
    grown = None if before is None or after is None else max(0, after - before)
    place = engine.place if isinstance(engine, Placed) else Place()
    seconds = round(time.monotonic() - began, 3)
    slot.details = Details(engine.name, place.device, place.dtype, memory_bytes=grown, load_seconds=seconds)
    slot.state = "ready"
    return engine


def _sent(engine: Engine, content: Any, seconds: float) -> Answer:
    if isinstance(content, File):
        return Answer(content.content, content.mime_type, engine.name, seconds)
    return Answer(msgspec.json.encode(content), "application/json", engine.name, seconds)


def _timed(items: Iterator[Token | Finish]) -> Iterator[Token | Finish]:
    """The same; the end knows for how long they were computed, which is not how long they were waited for."""
    spent = 0.0
    try:
        while True:
            began = time.monotonic()
            item = next(items, None)
            spent += time.monotonic() - began
            if item is None:
                return
            if isinstance(item, Finish):
                item.seconds = spent
            yield item
    finally:
        if isinstance(items, Generator):
            items.close()


def _resident_bytes() -> int | None:
    """The memory of this process, None where the system does not say it this way."""
    try:
        lines = _STATUS.read_text().splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS")), None)
