"""The end of the process as runs see it: those that go on may finish, new ones are told to come back."""

from collections.abc import Iterator
from contextlib import contextmanager

from tasks.gallery.room.put_off import PutOff

_BACK = 15.0
"""Seconds after which a gallery that is replaced by a new one usually answers again."""


class Closing:
    """Counts the runs that go on. The server's loop writes, and the thread that ends the process reads."""

    def __init__(self) -> None:
        self.has_begun = False
        self.runs = 0

    def begin(self) -> None:
        """Let no new run begin."""
        self.has_begun = True

    def check(self) -> None:
        """Raises PutOff if no new run may begin."""
        if self.has_begun:
            raise PutOff("gallery_closing", 503, _BACK, seconds=round(_BACK))

    @contextmanager
    def run(self) -> Iterator[None]:
        """A run that is waited for. Raises PutOff if it may not begin any more."""
        self.check()
        self.runs += 1
        try:
            yield
        finally:
            self.runs -= 1
