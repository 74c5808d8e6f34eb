"""One process of a model on a cluster: it loads the model when it starts, and computes one thing at a time."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

from inference_core.engine.cluster.wire import encoded
from inference_core.engine.contract import CannotLoad, Finish, Token
from inference_core.engine.limits import Limits
from inference_core.engine.runners.engines import Engines
from inference_core.engine.runners.failures import failed
from inference_core.engine.runners.messages import Answered, Batch, FromChild, Loaded, unpacked
from inference_core.engine.runners.picture_memory import PictureMemory, Share
from inference_core.engine.runners.pool import Pool, next_batch
from inference_core.engine.runners.remade import remade
from inference_core.engine.work.stopping import stoppable

_PATIENCE = 5.0
"""Seconds until a process counts as stuck because it still computes what nobody wants any more."""

_MESSAGE = 0
"""The id of every message: Ray knows which call it belongs to."""


@dataclass(slots=True, eq=False)
class _Work:
    unwanted_since: float | None = None

    @property
    def is_unwanted(self) -> bool:
        return self.unwanted_since is not None

    def is_unwanted_since(self, moment: float) -> bool:
        return self.unwanted_since is not None and self.unwanted_since < moment


class Replica:
    """The model of a `Lane`. What goes wrong is a message too, so that nothing of an input gets into Ray's logs.

    If the model cannot be loaded, the process goes on: each call tries again and is told why, which an error here would
    not tell anybody.
    """

    def __init__(self, module: str, made_from: str, id: str, limits: Limits) -> None:
        self._limits = limits
        self._model = remade(module, made_from, id)
        self._engines = Engines()
        # More threads would not compute more: they would take turns, and seeds are global.
        self._pool = Pool(1)
        self._pictures = PictureMemory(limits.pixels)
        self._working: set[_Work] = set()
        with suppress(CannotLoad):
            self._engines.require(self._model)

    async def about(self) -> bytes:
        """`Loaded`, or why the model is not."""
        return encoded(await self._outcome(self._loaded))

    async def answer(self, task: str, body: bytes) -> bytes:
        """The answer to a packed body: `Answered` or `Failed`."""
        return encoded(await self._outcome(partial(self._answered, task, body)))

    async def tokens(self, task: str, body: bytes) -> AsyncGenerator[bytes]:
        """The tokens in batches: each `Batch`, or `Failed` as the last message."""
        items = self._items(task, body)
        try:
            while True:
                sent = await self._outcome(partial(self._batch, items))
                yield encoded(sent)
                if not isinstance(sent, Batch) or sent.is_last:
                    return
        finally:
            # In the one thread: it may still compute a batch, and a generator cannot be closed meanwhile.
            self._pool.submit(items.close)

    def check_health(self) -> None:
        """Ray ends the process and starts another if this raises."""
        long_ago = time.monotonic() - _PATIENCE
        if any(work.is_unwanted_since(long_ago) for work in set(self._working)):
            raise RuntimeError("It still computes what nobody waits for.")

    async def _outcome(self, compute: Callable[[], FromChild]) -> FromChild:
        work = _Work()
        self._working.add(work)
        job = self._pool.submit(partial(self._computed, work, compute))
        job.add_done_callback(lambda _: self._working.discard(work))
        try:
            return await asyncio.wrap_future(job)
        except asyncio.CancelledError:
            work.unwanted_since = time.monotonic()
            raise

    def _computed(self, work: _Work, compute: Callable[[], FromChild]) -> FromChild:
        share = Share(self._pictures)  # one call at a time always finds room
        try:
            with share.counting(), stoppable(lambda: work.is_unwanted):
                return compute()
        except Exception as error:
            return failed(_MESSAGE, error)
        finally:
            share.end()

    def _loaded(self) -> FromChild:
        self._engines.require(self._model)
        return Loaded(_MESSAGE, self._engines.details(self._model))

    def _answered(self, task: str, body: bytes) -> FromChild:
        answer = self._engines.answer(self._model, task, self._unpacked(task, body))
        return Answered(_MESSAGE, answer)

    def _items(self, task: str, body: bytes) -> Generator[Token | Finish]:
        yield from self._engines.tokens(self._model, task, self._unpacked(task, body))

    def _batch(self, items: Generator[Token | Finish]) -> FromChild:
        batch = next_batch(items)
        tokens = [item for item in batch if isinstance(item, Token)]
        finish = next((item for item in batch if isinstance(item, Finish)), None)
        engine = self._engines.details(self._model).engine or ""
        return Batch(_MESSAGE, tokens, finish, is_last=not batch or finish is not None, engine=engine)

    def _unpacked(self, task: str, body: bytes) -> object:
        return unpacked(body, self._model.task(task).body, self._limits)
