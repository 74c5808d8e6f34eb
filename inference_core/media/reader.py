"""The child process in which files are read that may break their library: `python -m inference_core.media.reader`.

`apart.py` starts one for each file. It reads its job, on a line, and the file from standard input, and writes what it
made of it to standard output.
"""

import os
import sys
from contextlib import suppress

import msgspec

from inference_core.child_output import own_output
from inference_core.media.apart import Answer, Job, Made, Refused
from inference_core.media.errors import Unreadable
from inference_core.media.pdf import page_picture
from inference_core.media.unusual_pictures import usual_picture

_NICENESS = 5
"""Lower priority than the process that serves everybody."""

_MAX_MEMORY = 2 * 2**30
"""Bytes of addresses, three times what a picture of 48 megapixels takes."""


def main() -> None:
    """Do one job."""
    answers = own_output()
    _limit_itself()
    job = msgspec.json.decode(sys.stdin.buffer.readline(), type=Job)
    answers.write(msgspec.msgpack.encode(_answer(job, sys.stdin.buffer.read())))
    answers.flush()
    os._exit(0)  # what a damaged file has done to a library cannot spoil the answer any more


def _answer(job: Job, content: bytes) -> Answer:
    try:
        if job.page is None:
            return Made(usual_picture(content, job.most_pixels))
        picture, pages = page_picture(content, job.page)
        return Made(picture, pages)
    except Unreadable as error:
        return Refused(error.code, error.arguments)
    except MemoryError:
        return Refused("reading_broke", {})


def _limit_itself() -> None:
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    with suppress(ImportError, OSError, ValueError):  # Windows has no such limits, and macOS not all of them
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (_MAX_MEMORY, _MAX_MEMORY))


if __name__ == "__main__":
    main()
