"""The calls of a day are counted as they are sent, and end at midnight by UTC."""

from datetime import UTC, datetime, timedelta

import pytest

from tasks.gallery.room.paid_calls import PaidCalls
from tasks.gallery.room.put_off import PutOff

EVENING = datetime(2026, 3, 1, 21, 30, tzinfo=UTC)


class Clock:
    now = EVENING

    def __call__(self) -> datetime:
        return self.now


def test_visitors_get_a_sentence_when_the_calls_of_the_day_are_spent_and_the_operator_goes_on() -> None:
    calls = PaidCalls(2, Clock())
    for _ in range(5):
        calls.spend(is_capped=False)
    calls.spend()
    calls.spend()
    with pytest.raises(PutOff) as told:
        calls.spend()
    assert told.value.explain().endswith("come back in 3 h, or give a model of your own as a URL.")
    assert told.value.headers == {"retry-after": str(2 * 3600 + 1800)}
    calls.spend(is_capped=False)
    assert calls.total == 8


def test_the_next_day_has_calls_of_its_own() -> None:
    clock = Clock()
    calls = PaidCalls(1, clock)
    calls.spend()
    clock.now += timedelta(hours=3)
    calls.spend()
    with pytest.raises(PutOff):
        calls.spend()


def test_without_a_cap_they_are_only_counted() -> None:
    calls = PaidCalls()
    for _ in range(1000):
        calls.spend()
    assert calls.total == 1000
