"""How many pixels the calls of a process may hold at the same time; a call that needs more waits for the others."""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager

from inference_core.media.large_pictures import LARGE_PIXELS, NeedsTurn, counted_by, give_memory_back


class PictureMemory:
    """Room for `pixels` pixels of all calls together. Small pictures need none, and a call may exceed it alone.

    Every method may be called from any thread.
    """

    def __init__(self, pixels: int) -> None:
        self.pixels = pixels
        self._held = 0
        self._waiting: deque[tuple[int, Callable[[Share], None]]] = deque()
        self._changing = threading.Lock()

    def take(self, pixels: int) -> bool:
        """Whether there is room for so many more pixels, which then is taken. Nobody overtakes those who wait."""
        with self._changing:
            return not self._waiting and self._fits(pixels)

    def give_back(self, pixels: int) -> None:
        """Note that so many pixels are gone, and let those who wait go on."""
        with self._changing:
            self._held -= pixels
        self._resume()

    def when_free(self, pixels: int, resume: "Callable[[Share], None]") -> None:
        """Call `resume` with a share of so many pixels, as soon as there is room for them."""
        with self._changing:
            self._waiting.append((pixels, resume))
        self._resume()

    def _fits(self, pixels: int) -> bool:
        if self._held and self._held + pixels > self.pixels:
            return False
        self._held += pixels
        return True

    def _resume(self) -> None:
        while True:
            with self._changing:
                if not self._waiting or not self._fits(self._waiting[0][0]):
                    return
                pixels, resume = self._waiting.popleft()
            resume(Share(self, pixels))


class Share:
    """The pixels of one call: how many it has `counted`, and how many it has room for."""

    def __init__(self, memory: PictureMemory, held: int = 0) -> None:
        self.most = memory.pixels
        self.counted = 0
        self._memory = memory
        self._held = held

    def count(self, pixels: int) -> None:
        """Note that a picture is going to be decoded. Raises NeedsTurn if there is no room for it."""
        self.counted += pixels
        more = self.counted - self._held
        if more <= 0 or self.counted <= LARGE_PIXELS:
            return
        if not self._memory.take(more):
            raise NeedsTurn
        self._held += more

    def counting(self) -> AbstractContextManager[None]:
        """Inside it, everything that is decoded counts."""
        return counted_by(self)

    def end(self) -> None:
        """Give back what it has, because its pictures are gone."""
        if self._held:
            give_memory_back()
            self._memory.give_back(self._held)
            self._held = 0
