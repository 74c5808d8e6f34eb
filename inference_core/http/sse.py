"""Server-Sent Events, decoded from the bytes of a response as they arrive.

The format is defined in the WHATWG HTML standard, section 9.2:
https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import re

import msgspec

from inference_core.errors import CodedError

_BOM = b"\xef\xbb\xbf"
# Numbers, not bytes, because `13 in chunk` is several times faster than `b"\r" in chunk`.
_LF, _CR = b"\n\r"
_MILLISECONDS = re.compile(rb"[0-9]{1,15}")


class EventTooLarge(CodedError, ValueError):
    """The server sent an event that is larger than the decoder's limit."""


class ServerSentEvent(msgspec.Struct, gc=False):
    """One event of a stream.

    `data` is UTF-8 as the server sent it, with its lines joined by line feeds. `id` and `retry` are the last event id
    and the last reconnection time (ms) that the stream sent, up to and including this event.
    """

    data: bytes
    event: str = "message"
    id: str = ""
    retry: int | None = None


class EventDecoder:
    """Turns the chunks of one event stream into events; an event may span several chunks.

    `end` is the data of the event that ends a stream in OpenAI's API. `may_be_empty` is False because a stream without
    events is probably something else, such as a web page.

    One deviation from the standard: the last event counts even if no blank line follows it, because some servers leave
    it out.
    """

    end: bytes | None = b"[DONE]"
    may_be_empty = False

    def __init__(self, max_event_bytes: int = 8 * 1024 * 1024) -> None:
        self._max_event_bytes = max_event_bytes
        self._rest = bytearray()
        self._at_start = True
        self._after_cr = False
        self._id = ""
        self._retry: int | None = None

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """The events that `chunk` completes.

        Raises:
            EventTooLarge: an event, complete or not, has more than `max_event_bytes` bytes.
        """
        if self._at_start:
            chunk = self._without_bom(chunk)
        if self._after_cr or _CR in chunk:
            chunk = self._with_line_feeds(chunk)
        if self._rest:
            return self._feed_after_rest(chunk)
        return self._split(chunk)

    def finish(self) -> list[ServerSentEvent]:
        """The last event, if no blank line follows it."""
        last = self._event(bytes(self._rest))
        self._rest.clear()
        return [] if last is None else [last]

    def _without_bom(self, chunk: bytes) -> bytes:
        start = bytes(self._rest) + chunk
        self._rest.clear()
        if len(start) < len(_BOM):
            self._rest += start
            return b""
        self._at_start = False
        return start.removeprefix(_BOM)

    def _with_line_feeds(self, chunk: bytes) -> bytes:
        if self._after_cr and chunk:
            chunk = chunk.removeprefix(b"\n")
            self._after_cr = False
        if chunk:
            self._after_cr = chunk.endswith(b"\r")
        return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")

    def _feed_after_rest(self, chunk: bytes) -> list[ServerSentEvent]:
        # Only the new bytes (and the byte before them) are searched, so an event in many small chunks takes linear
        # time.
        seam = len(self._rest) - 1
        self._rest += chunk
        if self._rest.find(b"\n\n", seam) < 0:
            self._refuse_large_rest()
            return []
        text = bytes(self._rest)
        self._rest.clear()
        return self._split(text)

    def _split(self, text: bytes) -> list[ServerSentEvent]:
        blocks = text.split(b"\n\n")
        self._rest += blocks.pop()
        if len(text) > self._max_event_bytes:
            self._refuse_large_rest()
            self._refuse_large(max(map(len, blocks), default=0))
        events = []
        for block in blocks:
            if block.startswith(b"data:") and _LF not in block:
                data = block[6:] if block.startswith(b" ", 5) else block[5:]
                events.append(ServerSentEvent(data, "message", self._id, self._retry))
            elif (event := self._event(block)) is not None:
                events.append(event)
        return events

    def _refuse_large_rest(self) -> None:
        # A line feed at the end may be the first half of the blank line, which is not part of the event.
        self._refuse_large(len(self._rest) - self._rest.endswith(b"\n"))

    def _refuse_large(self, size: int) -> None:
        if size > self._max_event_bytes:
            raise EventTooLarge("event_too_large", most=self._max_event_bytes)

    def _event(self, block: bytes) -> ServerSentEvent | None:
        event = ""
        data: list[bytes] = []
        for line in block.split(b"\n"):
            name, _, value = line.partition(b":")
            value = value.removeprefix(b" ")
            if name == b"data":
                data.append(value)
            elif name == b"event":
                event = value.decode(errors="replace")
            elif name == b"id" and b"\0" not in value:
                self._id = value.decode(errors="replace")
            elif name == b"retry" and _MILLISECONDS.fullmatch(value):
                self._retry = int(value)
        if not data:
            return None
        return ServerSentEvent(b"\n".join(data), event or "message", self._id, self._retry)
