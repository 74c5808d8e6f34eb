"""The lines of a body, however it is cut."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference_core.http.sse import EventTooLarge
from inference_core.methods.lines import LineDecoder


def lines(*chunks: bytes) -> list[bytes]:
    decoder = LineDecoder()
    fed = [line for chunk in chunks for line in decoder.feed(chunk)]
    return [line.data for line in [*fed, *decoder.finish()]]


@given(st.lists(st.binary(max_size=6) | st.sampled_from([b"\n", b"a\n", b"\n\n"]), max_size=8))
def test_where_the_chunks_are_cut_makes_no_difference(chunks: list[bytes]) -> None:
    *whole, rest = b"".join(chunks).split(b"\n")
    expected = [line.removesuffix(b"\r") for line in whole]
    assert lines(*chunks) == expected + ([rest] if rest else [])


def test_a_long_line_in_small_chunks_is_read_quickly() -> None:
    started = time.monotonic()
    assert lines(*[b"x" * 256] * 16_384, b"\n") == [b"x" * 4_194_304]
    assert time.monotonic() - started < 3


def test_an_endless_line_is_refused() -> None:
    decoder = LineDecoder(max_line_bytes=10)
    with pytest.raises(EventTooLarge):
        decoder.feed(b"x" * 11)
