"""For data that all models of a process share: it is loaded on first use."""

import functools
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def loaded_once(load: Callable[[], T]) -> Callable[[], T]:
    """`load`, but run only once: later calls, from any thread, get the same value. An error is not kept."""
    loading = threading.Lock()  # functools.cache alone could load in several threads
    loaded = functools.cache(load)

    @functools.wraps(load)
    def shared() -> T:
        with loading:
            return loaded()

    return shared
