"""How long a call may take."""

import asyncio
from types import TracebackType

import msgspec

from inference_core.errors import InferenceTimeoutError
from inference_core.urls import safe_url


class Deadline(msgspec.Struct, frozen=True):
    """When a call must end: `at` (in the loop's time) is `seconds` after its beginning; both None for no limit."""

    seconds: float | None
    at: float | None

    @classmethod
    def after(cls, seconds: float | None) -> "Deadline":
        """The deadline of a call that begins now."""
        return cls(seconds, None if seconds is None else asyncio.get_running_loop().time() + seconds)


class TimeLimit:
    """`async with TimeLimit(deadline, url)` raises InferenceTimeoutError if its body is not done by the deadline.

    `url` is the address of the server it waits for, if known.
    """

    __slots__ = ("_deadline", "_timeout", "_url")

    def __init__(self, deadline: Deadline, url: str = "") -> None:
        self._deadline = deadline
        self._url = url
        self._timeout = None if deadline.at is None else asyncio.timeout_at(deadline.at)

    async def __aenter__(self) -> None:
        if self._timeout is not None:
            await self._timeout.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._timeout is None:
            return
        try:
            await self._timeout.__aexit__(kind, error, traceback)
        except TimeoutError:
            raise timed_out(self._url, self._deadline.seconds) from None


def timed_out(url: str, seconds: float | None) -> InferenceTimeoutError:
    """The error for a time limit that passed while waiting for `url`."""
    return InferenceTimeoutError("no_answer_in_time", url=safe_url(url) if url else None, seconds=seconds)
