"""The event decoder against the sentences of the standard, and against a slow decoder written straight from it."""

import re
import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inference_core.http.sse import EventDecoder, EventTooLarge, ServerSentEvent


def decoded(*chunks: bytes, max_event_bytes: int = 8 * 1024 * 1024) -> list[ServerSentEvent]:
    decoder = EventDecoder(max_event_bytes)
    events = [event for chunk in chunks for event in decoder.feed(chunk)]
    return events + decoder.finish()


def data_of(*chunks: bytes) -> list[bytes]:
    return [event.data for event in decoded(*chunks)]


def by_the_standard(stream: bytes) -> list[ServerSentEvent]:
    """Section 9.2.6, step by step; as the decoder documents, the end of the stream also ends an event."""
    events: list[ServerSentEvent] = []
    data = event_type = last_event_id = ""
    retry = None
    text = stream.decode().removeprefix("\ufeff")
    for line in [*re.split("\r\n|\r|\n", text), ""]:
        if line == "":
            if data != "":
                events.append(
                    ServerSentEvent(data.removesuffix("\n").encode(), event_type or "message", last_event_id, retry)
                )
            data = event_type = ""
            continue
        if line.startswith(":"):
            continue
        field, colon, value = line.partition(":")
        if colon and value.startswith(" "):
            value = value[1:]
        match field:
            case "event":
                event_type = value
            case "data":
                data += value + "\n"
            case "id" if "\0" not in value:
                last_event_id = value
            case "retry" if value and all("0" <= digit <= "9" for digit in value):
                retry = int(value)
    return events


values = st.one_of(
    st.text(st.sampled_from("ab :\0é€🙂\u2028\ufeff"), max_size=4),
    st.sampled_from(["0", "12", "1x", "٣", "a\0"]),
)
fields = st.builds(
    "{}{}{}".format,
    st.sampled_from(["data", "data", "data", "event", "id", "retry", "unknown", "", "Data", "data "]),
    st.sampled_from([":", ": ", ":  ", ""]),
    values,
)
lines = st.sampled_from([fields, fields, fields, st.just(""), values]).flatmap(lambda kind: kind)
streams = st.builds(
    lambda bom, parts, last: (bom + "".join(line + end for line, end in parts) + last).encode(),
    st.sampled_from(["", "\ufeff"]),
    st.lists(st.tuples(lines, st.sampled_from(["\n", "\r", "\r\n"])), min_size=1, max_size=12),
    lines,
)


@given(streams, st.lists(st.integers(0, 80), max_size=12))
@example(b"\xef\xbb\xbfdata: a\r\n\r\ndata: b", [1, 2, 12, 13, 13, 14])
def test_any_chunking_of_any_stream_gives_the_events_of_the_standard(stream: bytes, cuts: list[int]) -> None:
    edges = sorted([0, *(min(cut, len(stream)) for cut in cuts), len(stream)])
    assert decoded(*(stream[start:end] for start, end in pairwise(edges))) == by_the_standard(stream)


@given(streams)
def test_a_stream_that_comes_byte_by_byte_gives_the_events_of_the_standard(stream: bytes) -> None:
    assert decoded(*(bytes([byte]) for byte in stream)) == by_the_standard(stream)


def test_a_blank_line_ends_an_event() -> None:
    decoder = EventDecoder()
    assert decoder.feed(b"data: a\n") == []
    assert decoder.feed(b"\n") == [ServerSentEvent(b"a")]
    assert decoder.finish() == []


def test_a_chunk_may_complete_several_events() -> None:
    assert EventDecoder().feed(b"data: a\n\ndata: b\n\ndata: c") == [ServerSentEvent(b"a"), ServerSentEvent(b"b")]


def test_the_last_event_counts_without_a_blank_line() -> None:
    assert data_of(b"data: a\n\ndata: b") == [b"a", b"b"]
    assert data_of(b"data: a\n") == [b"a"]


def test_one_space_after_the_colon_is_dropped_and_may_be_missing() -> None:
    assert data_of(b"data:a\n\ndata: a\n\ndata:  a\n\ndata:\ta\n\n") == [b"a", b"a", b" a", b"\ta"]


def test_data_lines_are_joined_by_a_line_feed() -> None:
    assert data_of(b"data: a\ndata:\ndata: b\n\n") == [b"a\n\nb"]


def test_data_without_text_is_an_event_with_empty_data() -> None:
    assert data_of(b"data\n\ndata:\n\ndata: \n\ndata\ndata\n\n") == [b"", b"", b"", b"\n"]


def test_a_block_without_data_is_not_an_event() -> None:
    assert data_of(b"event: ping\n\nid: 3\n\n\n\n") == []


def test_an_event_type_applies_to_one_event_only() -> None:
    events = decoded(b"event: error\ndata: a\n\ndata: b\n\nevent: lost\n\nevent\ndata: c\n\n")
    assert [event.event for event in events] == ["error", "message", "message"]


def test_line_ends_may_be_mixed() -> None:
    assert data_of(b"data: a\r\rdata: b\r\n\r\ndata: c\n\r\ndata: d\r\n\ndata: e\ndata: f\r\n\n") == [
        b"a",
        b"b",
        b"c",
        b"d",
        b"e\nf",
    ]


def test_an_event_ends_at_the_cr_without_waiting_for_its_lf() -> None:
    decoder = EventDecoder()
    assert decoder.feed(b"data: a\r\n\r") == [ServerSentEvent(b"a")]
    assert decoder.feed(b"\ndata: b\r") == []
    assert decoder.feed(b"") == []
    assert decoder.feed(b"\ndata: c\n\n") == [ServerSentEvent(b"b\nc")]


def test_comments_are_ignored() -> None:
    assert data_of(b": ping\n\n:\n\n:data: no\ndata: yes\n: bye\n\n") == [b"yes"]


def test_unknown_fields_and_other_spellings_are_ignored() -> None:
    assert data_of(b"Data: no\n data: no\ndata : no\nhtml: no\nnonsense\ndata: yes\n\n") == [b"yes"]


@pytest.mark.parametrize("cut", range(5))
def test_a_byte_order_mark_is_dropped_wherever_it_is_cut(cut: int) -> None:
    stream = b"\xef\xbb\xbfdata: a\n\n"
    assert data_of(stream[:cut], stream[cut:]) == [b"a"]


def test_only_one_byte_order_mark_is_dropped_and_only_at_the_start() -> None:
    assert data_of(b"\xef\xbb\xbf\xef\xbb\xbfdata: a\n\n") == []
    assert data_of(b"data: a\n\n\xef\xbb\xbfdata: b\n\n") == [b"a"]
    assert data_of(b"data: \xef\xbb\xbfa\n\n") == [b"\xef\xbb\xbfa"]


def test_half_a_byte_order_mark_is_an_unknown_field() -> None:
    assert data_of(b"\xef", b"\xbb") == []
    assert data_of(b"\xef\xbb", b"data: a\n\ndata: b\n\n") == [b"b"]


def test_a_line_separator_inside_data_is_not_a_line_end() -> None:
    text = "a\u2028b\u2029c\x85d\x0be\x0cf"
    assert data_of(f"data: {text}\n\n".encode()) == [text.encode()]


def test_a_character_may_be_cut_in_two() -> None:
    stream = "data: 🙂\n\n".encode()
    assert data_of(stream[:8], stream[8:]) == ["🙂".encode()]


def test_an_id_holds_until_the_next_one() -> None:
    events = decoded(b"id: 1\ndata: a\n\ndata: b\n\nid: 2\n\ndata: c\n\nid\ndata: d\n\n")
    assert [event.id for event in events] == ["1", "1", "2", ""]


def test_an_id_with_nul_is_ignored() -> None:
    assert [event.id for event in decoded(b"id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n")] == ["1", "1"]


def test_a_reconnection_time_has_digits_only_and_holds_until_the_next_one() -> None:
    events = decoded(
        b"retry: 1500\ndata: a\n\nretry: 1.5\ndata: b\n\nretry: -1\ndata: c\n\nretry:\nretry: 2\ndata: d\n\n"
    )
    assert [event.retry for event in events] == [1500, 1500, 1500, 2]


def test_an_absurd_reconnection_time_is_ignored() -> None:
    assert decoded(b"retry: " + b"9" * 5000 + b"\ndata: a\n\n") == [ServerSentEvent(b"a")]


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n", b"\r\r", b""])
def test_an_event_of_the_largest_size_is_accepted(end: bytes) -> None:
    stream = b"data: 0123" + end
    assert [event.data for event in decoded(stream, max_event_bytes=10)] == [b"0123"]
    single_bytes = [bytes([byte]) for byte in stream]
    assert [event.data for event in decoded(*single_bytes, max_event_bytes=10)] == [b"0123"]


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n", b""])
def test_a_larger_event_is_refused_whole_or_in_parts(end: bytes) -> None:
    stream = b"data: a\n\ndata: 01234" + end
    with pytest.raises(EventTooLarge, match="more than 10 bytes"):
        EventDecoder(10).feed(stream)
    decoder = EventDecoder(10)
    with pytest.raises(EventTooLarge):
        for byte in stream:
            decoder.feed(bytes([byte]))


def test_an_event_that_never_ends_is_refused_before_it_fills_the_memory() -> None:
    decoder = EventDecoder(1000)
    with pytest.raises(EventTooLarge):
        for _ in range(11):
            decoder.feed(b"x" * 100)


def test_many_small_events_may_be_larger_together_than_one_may_be() -> None:
    assert len(decoded(b"data: 0123\n\n" * 100, max_event_bytes=10)) == 100


def seconds_for(size: int) -> float:
    chunk = b"x" * 100
    decoder = EventDecoder()
    started = time.process_time()
    decoder.feed(b"data:")
    for _ in range(size // 100):
        decoder.feed(chunk)
    [event] = decoder.feed(b"\n\n")
    assert len(event.data) == size
    return time.process_time() - started


def test_a_large_event_in_small_chunks_costs_in_proportion_to_its_size() -> None:
    small = min(seconds_for(100_000) for _ in range(5))
    large = min(seconds_for(1_600_000) for _ in range(3))
    # 16 times the size: 16 times the time if linear, 256 times if quadratic.
    assert large < 16 * 5 * small
