"""The cap on calls that the operator pays for: so many a day, by the calendar of UTC.

A day and not the whole time since the start: a bill has a day's limit at the provider too, and a gallery that has
been up for a week must not be silent for good. It counts in memory, so it begins again with the process.
"""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tasks.gallery.room.put_off import PutOff


class PaidCalls:
    """Calls in `total`, and those of today that are capped: `most` of them may be made a day, 0 for any number."""

    def __init__(self, most: int = 0, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.total = 0
        self._most = most
        self._now = now
        self._day = now().date()
        self._today = 0

    def spend(self, *, is_capped: bool = True) -> None:
        """A call is about to be sent. Raises PutOff if it must not be; one that is not capped may always be."""
        now = self._now()
        if now.date() != self._day:
            self._day, self._today = now.date(), 0
        if is_capped and 0 < self._most <= self._today:
            raise _spent(now)
        self._today += is_capped
        self.total += 1


def _spent(now: datetime) -> PutOff:
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    seconds = (tomorrow - now).total_seconds()
    return PutOff("calls_spent", 429, seconds, hours=math.ceil(seconds / 3600))
