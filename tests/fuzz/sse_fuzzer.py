"""Coverage-guided fuzzing of the event decoder against a slow one that is easy to check; run by hand, not part of CI.

    pip install atheris
    python -m tests.fuzz.sse_fuzzer corpus -max_total_time=600 -print_final_stats=1

The folder collects the inputs that reach new code; further options are libFuzzer's. It ends with a traceback, and the
input in a file `crash-…`, at the first difference: any bytes, cut anywhere, must give the events of the standard. The
corpus of earlier runs is read again first.
"""

import re
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import atheris  # type: ignore[import-untyped, import-not-found, unused-ignore]

with atheris.instrument_imports(include=["inference_core.http.sse"]):
    from inference_core.http.sse import EventDecoder, ServerSentEvent

Event = tuple[bytes, str, str, int | None]
"""Data, type, last event id, reconnection time."""

_MOST_CUTS = 12
_LONGEST_NUMBER = 15  # digits; a reconnection time that has more is ignored

# What a fuzzer would take long to find by itself.
_WORDS = [b"data:", b"data: ", b"data", b"event:", b"event: a", b"id:", b"id: 1", b"retry:", b"retry: 10", b":", b": a"]
_WORDS += [b"\n", b"\r", b"\r\n", b"\n\n", b"\r\r", b"\r\n\r\n", b"\n\r\n", b"data: a\n\n", b"data:a\r\n\r\n"]
_WORDS += [b"\xef\xbb\xbf", b"\xef\xbb", b"\n\n\xef\xbb\xbfdata:", b"\xff", b"\0", b"\xf0\x9f\x99\x82", b"\xe2\x80\xa8"]
_WORDS += [b"\nretry:123456789012345\ndata", b"\nretry:1234567890123456\ndata", b"retry: -1", b"\xc2\x85", b"\x0c"]


def by_the_standard(stream: bytes) -> list[Event]:
    """The events of a whole stream: sections 9.2.5 and 9.2.6 of the HTML standard, one step after the other.

    As in the decoder, the end of the stream counts as a blank line.
    """
    events: list[Event] = []
    data = b""
    event_type = last_event_id = ""
    reconnection_time: int | None = None
    lines = re.split(rb"\r\n|\n|\r", stream.removeprefix(b"\xef\xbb\xbf"))
    for line in [*lines, b""]:
        if line == b"":
            if data != b"":
                events.append((data[:-1], event_type or "message", last_event_id, reconnection_time))
            data, event_type = b"", ""
            continue
        if line[:1] == b":":
            continue
        if b":" in line:
            field, value = line.split(b":", 1)
            if value[:1] == b" ":
                value = value[1:]
        else:
            field, value = line, b""
        if field == b"event":
            event_type = value.decode("utf-8", "replace")
        if field == b"data":
            data += value + b"\n"
        if field == b"id" and b"\0" not in value:
            last_event_id = value.decode("utf-8", "replace")
        if field == b"retry" and 0 < len(value) <= _LONGEST_NUMBER and all(digit in b"0123456789" for digit in value):
            reconnection_time = int(value)
    return events


def decoded(chunks: list[bytes]) -> list[Event]:
    """The events of the decoder under test."""
    decoder = EventDecoder()
    events: list[ServerSentEvent] = [event for chunk in chunks for event in decoder.feed(chunk)]
    return [(event.data, event.event, event.id, event.retry) for event in events + decoder.finish()]


def try_one(random: bytes) -> None:
    """Cut the stream that these bytes stand for into chunks, some of them empty, and compare."""
    provider = atheris.FuzzedDataProvider(random)
    cuts = [provider.ConsumeProbability() for _ in range(provider.ConsumeIntInRange(0, _MOST_CUTS))]
    stream: bytes = provider.ConsumeBytes(len(random))
    edges = sorted([0, *(round(cut * len(stream)) for cut in cuts), len(stream)])
    expected = by_the_standard(stream)
    in_chunks = decoded([stream[start:end] for start, end in pairwise(edges)])
    assert in_chunks == expected, f"{stream!r} cut at {edges[1:-1]} gives {in_chunks}, not {expected}"
    in_bytes = decoded([bytes([byte]) for byte in stream])
    assert in_bytes == expected, f"{stream!r} byte by byte gives {in_bytes}, not {expected}"


def main() -> None:
    """Fuzz until libFuzzer's limits are reached or a difference is found."""
    with tempfile.NamedTemporaryFile("w", suffix=".dict", encoding="ascii") as words:
        for word in _WORDS:
            words.write('"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n')
        words.flush()
        folders = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
        for folder in folders:
            Path(folder).mkdir(parents=True, exist_ok=True)
        atheris.Setup([*sys.argv, f"-dict={words.name}"], try_one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
