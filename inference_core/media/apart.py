"""Files that are read in a process of their own, because their libraries are large and what they read is a stranger's.

Each file gets a new process, which is killed if it takes too long: what breaks there breaks nothing here, and what it
knew is gone with it.
"""

import asyncio
import os
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from inference_core.media.errors import Unreadable
from inference_core.media.pictures import MAX_PIXELS

if TYPE_CHECKING:
    import subprocess
    from concurrent.futures import ThreadPoolExecutor

MAX_SECONDS = 20.0

_AT_ONCE = 2
"""Processes; whoever comes next waits."""

_LARGEST_ANSWER = 200 * 2**20
_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMP", "LANG")
"""No others: a token has no business where a stranger's file is read."""


class Job(msgspec.Struct, frozen=True):
    """What the child process is to make: a page of a PDF, or if `page` is None, the usual form of a picture."""

    page: int | None
    most_pixels: int


class Made(msgspec.Struct, frozen=True, tag=True):
    """A picture as PNG or JPEG; `pages` says how many the document has."""

    content: bytes
    pages: int = 1


class Refused(msgspec.Struct, frozen=True, tag=True):
    """Why there is none: the code and arguments of an `Unreadable`."""

    code: str
    arguments: dict[str, Any]


Answer = Made | Refused


async def usual_form(content: bytes | Path, most_pixels: int = MAX_PIXELS) -> bytes:
    """The picture as PNG or JPEG, upright. It may be in any format that this package reads, HEIC and AVIF too.

    Raises:
        Unreadable: it is no picture, damaged, too large or takes too long, or the package that reads it is missing.
        OSError: the file cannot be read.
    """
    return (await _made(Job(None, most_pixels), content)).content


async def pdf_page(content: bytes | Path, page: int) -> Made:
    """The page with this number, from 1. Raises as `usual_form` does, also if there is no such page."""
    return await _made(Job(page, MAX_PIXELS), content)


async def _made(job: Job, content: bytes | Path) -> Made:
    reading = _Reading(job, content)
    try:
        answer = await asyncio.get_running_loop().run_in_executor(_readers(), reading.answer)
    except asyncio.CancelledError:
        reading.stop()
        raise
    if isinstance(answer, Refused):
        raise Unreadable(answer.code, **answer.arguments)
    return answer


@cache
def _readers() -> "ThreadPoolExecutor":
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(_AT_ONCE, "readers")


class _Reading:
    """One file in one process. `answer` is called in a thread, `stop` from any other."""

    def __init__(self, job: Job, content: bytes | Path) -> None:
        self._job = job
        self._content = content
        self._process: subprocess.Popen[bytes] | None = None
        self._was_stopped = False
        self._was_too_slow = False

    def answer(self) -> Answer:
        from threading import Timer

        content = self._content if isinstance(self._content, bytes) else self._content.read_bytes()
        with _launched() as self._process:
            timer = Timer(MAX_SECONDS, self._give_up)
            timer.start()
            try:
                written = b"" if self._was_stopped else _exchanged(self._process, self._job, content)
            finally:
                timer.cancel()
                self._process.kill()
        try:
            answer: Answer = msgspec.msgpack.decode(written, type=Answer)
            return answer
        except msgspec.DecodeError:
            return Refused("reading_too_slow" if self._was_too_slow else "reading_broke", {"seconds": MAX_SECONDS})

    def stop(self) -> None:
        self._was_stopped = True
        if self._process is not None:
            self._process.kill()

    def _give_up(self) -> None:
        self._was_too_slow = True
        self.stop()


def _exchanged(process: "subprocess.Popen[bytes]", job: Job, content: bytes) -> bytes:
    """What the process answers. It reads all that it is given first, unless it breaks."""
    assert process.stdin and process.stdout  # noqa: S101
    with suppress(OSError):
        process.stdin.write(msgspec.json.encode(job) + b"\n")
        process.stdin.write(content)
        process.stdin.close()
    return process.stdout.read(_LARGEST_ANSWER)


def _launched() -> "subprocess.Popen[bytes]":
    import subprocess

    return subprocess.Popen(
        # -P: what lies in the current folder must not come before the libraries.
        [sys.executable, "-P", "-m", "inference_core.media.reader"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    )


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    places = [str(Path(__file__).parents[2]), *filter(None, sys.path)]
    return {**kept, "PYTHONPATH": os.pathsep.join(places)}
