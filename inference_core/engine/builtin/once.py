"""Values that all models of a process share, loaded on first use."""

import functools
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def loaded_once(load: Callable[[], T]) -> Callable[[], T]:
    """`load`, run once; later calls, from any thread, return the same. If it raises, the next call runs it again."""
    loading = threading.Lock()  # functools.cache alone could load in several threads
    loaded = functools.cache(load)

    @functools.wraps(load)
    def shared() -> T:
        with loading:
            return loaded()

    return shared
