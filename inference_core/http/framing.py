"""How an answer is framed: found by its first bytes, because content types lie, and read tolerantly."""

import json
import re
from collections.abc import Iterator, Sequence

import msgspec

from inference_core.http.error_body import AHEAD, stream_error
from inference_core.http.sse import EventDecoder, EventTooLarge, ServerSentEvent

ERROR = "error"
"""The name of an event that is an error. All other names are read as "message"."""

MAYBE_WHOLE = "maybe whole"
"""The name of the event at the beginning of a JSON body, which may be one whole answer."""

_MAX_EVENT_BYTES = 8 * 1024 * 1024
_MOST_VALUES = 10_000
_PIECE = 64 * 1024
_LONGEST_START = 256
_EVENTS = re.compile(rb"(?:data|event|id|retry|error)?:")
_INDENT = re.compile(rb"^[ \t]+", re.MULTILINE)
_ERROR_FIELD = re.compile(rb"^error:[ \t]*(\S.*)", re.MULTILINE)
_ERROR_NAME = re.compile(rb"^event:.*(?:error|exception|failed|failure)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_OTHER_LINE = re.compile(rb"^[\]\[{}\"\d-]", re.MULTILINE)
_OTHER_FIELD = re.compile(rb"^(?:event|id|retry)?:.*\n?", re.MULTILINE)
_DATA = re.compile(rb"^data:[ \t]?", re.MULTILINE)
_BETWEEN = re.compile(r"(?:[\s,]|data:)*")
_DONE = re.compile(rb'\s*"?\[DONE\]', re.IGNORECASE)
_DONE_HERE = re.compile(r"\[DONE\]", re.IGNORECASE)
_VALUES = json.JSONDecoder()


def begins_like_events(body: bytes) -> bool:
    """Whether a whole body is a stream of events."""
    return _EVENTS.match(body[:_LONGEST_START].lstrip(AHEAD)) is not None


def is_done(data: bytes) -> bool:
    """Whether this is the mark that ends a stream in OpenAI's API, whatever follows it."""
    return _DONE.match(data) is not None


def values_of(event: ServerSentEvent) -> list[bytes]:
    """The JSON values and `[DONE]` that the data consist of; the data themselves if there is anything else in them.

    Raises:
        TextGenerationError: the event is an error by its name.
    """
    if event.event == ERROR:
        raise stream_error(event.data)
    try:
        return [value.encode() for value in _values(event.data.decode())] or [event.data]
    except (ValueError, RecursionError):
        return [event.data]


def values_in(body: bytes) -> list[bytes]:
    """The values of all events of a whole body; raises as `values_of` does.

    Empty if the body has no event, or if it has so many that to read them would keep others waiting.
    """
    values: list[bytes] = []
    try:
        for event in _events_in(body):
            values += filter(None, values_of(event))
            if len(values) > _MOST_VALUES:
                return []
    except EventTooLarge:
        return []
    return values


def _events_in(body: bytes) -> Iterator[ServerSentEvent]:
    decoder = AnswerDecoder()
    for start in range(0, len(body), _PIECE):
        yield from decoder.feed(body[start : start + _PIECE])
    yield from decoder.finish()


class AnswerDecoder:
    """Decodes an event stream, or JSON where a stream was asked for: one value per line, or one or more in any form.

    Of JSON in any other form than lines, all values are the data of one event at the end.
    """

    end: bytes | None = b"[DONE]"
    may_be_empty = False

    def __init__(self) -> None:
        self._blank = 0
        self._decoder: LooseEventDecoder | _JsonLines | None = None

    def feed(self, chunk: bytes) -> Sequence[ServerSentEvent]:
        """The events that `chunk` completes; raises EventTooLarge if one is too large."""
        content = chunk.lstrip(AHEAD)
        if not content:
            self._blank += len(chunk)
            if self._blank > _MAX_EVENT_BYTES:
                raise EventTooLarge("event_too_large", most=_MAX_EVENT_BYTES)
            return []
        self._decoder = _JsonLines() if content[:1] in b"{[" else LooseEventDecoder()
        self.feed = self._decoder.feed  # type: ignore[method-assign]  # a call less for every chunk
        return self._decoder.feed(content)

    def finish(self) -> Sequence[ServerSentEvent]:
        """The last event, if nothing follows it."""
        return [] if self._decoder is None else self._decoder.finish()


class LooseEventDecoder(EventDecoder):
    """Also understands streams of JSON whose events are not written as the standard says.

    It accepts lines that are indented, values without `data:`, JSON over several lines of which only the first has
    `data:`, llama.cpp's `error:`, and events with nothing but a line break between them.
    """

    def __init__(self, max_event_bytes: int = _MAX_EVENT_BYTES) -> None:
        super().__init__(max_event_bytes)
        self._is_loose: bool | None = None  # None until the first line of an event is complete

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        events = super().feed(chunk)
        if not self._rest:
            return events
        if events and not self._is_loose:
            self._is_loose = None
        if self._is_loose is not False and (b"\n" in chunk or b"\r" in chunk):
            events += self._lines()
        return events

    def _lines(self) -> list[ServerSentEvent]:
        """The events at the beginning of the rest that are one line each, if a second line shows that they are."""
        events = []
        while (end := self._rest.find(b"\n")) >= 0:
            line = bytes(self._rest[:end])
            if not self._is_loose and len(self._rest) == end + 1:
                break
            if line and not _is_event(line):
                self._is_loose = self._is_loose or False
                break
            self._is_loose = True
            del self._rest[: end + 1]
            if line and (event := self._event(line)) is not None:
                events.append(event)
        return events

    def _event(self, block: bytes) -> ServerSentEvent | None:
        block = _INDENT.sub(b"", block)
        if (error := _ERROR_FIELD.search(block)) is not None:
            return ServerSentEvent(error[1], ERROR)
        event = super()._event(block)
        if event is None:
            if block.startswith((b"{", b"[")):
                return ServerSentEvent(block)
            return ServerSentEvent(b"", ERROR) if _ERROR_NAME.search(block) else None
        event.event = ERROR if _ERROR_NAME.search(block) else "message"
        if event.data.startswith((b"{", b"[")) and _OTHER_LINE.search(block) and not _is_json(event.data):
            event.data = _DATA.sub(b"", _OTHER_FIELD.sub(b"", block)).strip()
        return event


class _JsonLines:
    """One value per line if the first line is one; otherwise all is one piece that ends with the body."""

    def __init__(self) -> None:
        self._rest = bytearray()
        self._is_by_line: bool | None = None  # None until the first line is complete

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        self._rest += chunk
        if self._is_by_line is False or b"\n" not in chunk:
            return []
        *lines, rest = bytes(self._rest).split(b"\n")
        is_first = self._is_by_line is None
        if is_first:
            self._is_by_line = _is_json(lines[0])
        if not self._is_by_line:
            return []
        self._rest = bytearray(rest)
        events = [ServerSentEvent(line) for line in map(bytes.strip, lines) if line]
        if is_first:
            events[0].event = MAYBE_WHOLE
        return events

    def finish(self) -> list[ServerSentEvent]:
        rest = bytes(self._rest.strip())
        return [ServerSentEvent(rest, "message" if self._is_by_line else MAYBE_WHOLE)] if rest else []


def _is_event(line: bytes) -> bool:
    return line.startswith(b"data:") and (_is_json(line[5:]) or is_done(line[5:]))


def _is_json(text: bytes) -> bool:
    try:
        msgspec.json.decode(text, type=msgspec.Raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _values(text: str) -> Iterator[str]:
    """The JSON values of a text in order; raises ValueError where it is something else."""
    place = _BETWEEN.match(text).end()  # type: ignore[union-attr]
    while place < len(text):
        done = _DONE_HERE.match(text, place)
        end = done.end() if done else _VALUES.raw_decode(text, place)[1]
        yield text[place:end]
        place = _BETWEEN.match(text, end).end()  # type: ignore[union-attr]
