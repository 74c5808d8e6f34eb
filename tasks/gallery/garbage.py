"""What stays until the process ends is left out of garbage collections."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def built_to_stay() -> Iterator[None]:
    """Leave what is made inside out of all later garbage collections.

    To go through the page takes Python a fifth of a second, in which no visitor gets a token, and while the page is
    built Python would do so ten times.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()
