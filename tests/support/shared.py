"""What the workers of a test run have in common."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest


def common_folder(factory: pytest.TempPathFactory) -> Path:
    """A temporary folder for all workers."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@contextmanager
def shared(folder: Path, start: Callable[[Path], AbstractContextManager[str]]) -> Iterator[str]:
    """The URL of a server that the first worker starts in a folder, and ends when all others have left."""
    if sys.platform == "win32":
        raise NotImplementedError("flock is missing.")
    from fcntl import LOCK_EX, LOCK_SH, LOCK_UN, flock

    folder.mkdir(exist_ok=True)
    with (folder / "users").open("w") as users, (folder / "url").open("a+") as url:
        flock(users, LOCK_SH)
        flock(url, LOCK_EX)  # whoever comes meanwhile waits for the start
        url.seek(0)
        if running := url.read():
            flock(url, LOCK_UN)
            yield running
            return
        with start(folder) as started:
            url.write(started)
            url.flush()
            flock(url, LOCK_UN)
            yield started
            flock(users, LOCK_EX)
            url.truncate(0)
