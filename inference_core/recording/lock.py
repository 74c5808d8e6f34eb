"""A lock on a file, which ends with the process that has it, however that ends."""

import sys
from typing import IO, Any

if sys.platform == "win32":
    import msvcrt

    def _take(file: IO[Any]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(file: IO[Any]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def is_locked(file: IO[Any]) -> bool:
    """Lock the file until it is closed. Returns whether somebody else has locked it, and then does nothing."""
    try:
        _take(file)
    except OSError:
        return True
    return False
