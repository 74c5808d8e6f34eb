"""How much memory a process and those that it started take. Only Linux says so without a library."""

import os
from pathlib import Path

_PROC = Path("/proc")


def memory_of(pid: int) -> int | None:
    """Resident bytes of a process and its descendants, shared pages once for each; None where nobody knows."""
    try:
        pages = int((_PROC / str(pid) / "statm").read_text().split()[1])
    except OSError:
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(memory_of(child) or 0 for child in _children(pid))


def _children(pid: int) -> list[int]:
    try:
        found = [path.read_text() for path in (_PROC / str(pid) / "task").glob("*/children")]
    except OSError:  # it has just ended
        return []
    return [int(child) for listed in found for child in listed.split()]
