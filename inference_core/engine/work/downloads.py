"""Lets a download that takes minutes say how far it has come, to whoever waits for its model."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Tell = Callable[[int, int], None]
"""Gets the bytes that have come and those of all files that are known to come. May be called from any thread."""

_tell: ContextVar[Tell] = ContextVar("tell_of_downloads", default=lambda come, all: None)


@contextmanager
def downloads_told(tell: Tell) -> Iterator[None]:
    """In this block and thread, what is downloaded is told here."""
    token = _tell.set(tell)
    try:
        yield
    finally:
        _tell.reset(token)


def progress_bar() -> type:
    """A `tqdm_class` for huggingface_hub: on a terminal a bar as ever, and everywhere told as in `downloads_told`."""
    from huggingface_hub.utils import tqdm  # type: ignore[attr-defined]

    tell = _tell.get()  # huggingface_hub's own threads do not have it

    class Bar(tqdm):
        def __init__(self, *arguments: object, unit: str = "it", **options: object) -> None:
            super().__init__(*arguments, unit=unit, **options)  # type: ignore[no-untyped-call]
            self._come = 0  # a bar that is not drawn does not count
            self._is_of_bytes = unit == "B"

        def update(self, n: float | None = 1) -> bool | None:
            self._come += int(n or 0)
            if self._is_of_bytes and self.total:
                tell(self._come, int(self.total))
            drawn: bool | None = super().update(n)
            return drawn

    return Bar
