"""What all models of a process share and load when the first of them asks."""

import functools
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def loaded_once(load: Callable[[], T]) -> Callable[[], T]:
    """`load`, run on the first call; later calls, from any thread, get the same. What it raises is not kept."""
    loading = threading.Lock()  # functools.cache alone would load once per thread that asks at first
    loaded = functools.cache(load)

    @functools.wraps(load)
    def shared() -> T:
        with loading:
            return loaded()

    return shared
