"""The lines of a streamed body, in the shape of events."""

from inference_core.http.sse import EventTooLarge, ServerSentEvent


class LineDecoder:
    """Turns chunks into their lines, without the line breaks; where the chunks are cut makes no difference."""

    end: bytes | None = None
    may_be_empty = True

    def __init__(self, max_line_bytes: int = 8 * 1024 * 1024) -> None:
        self._max_line_bytes = max_line_bytes
        self._rest = bytearray()

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """The lines that `chunk` completes; raises EventTooLarge for one without end."""
        end, *others = chunk.split(b"\n")
        self._rest += end
        if len(self._rest) > self._max_line_bytes:
            raise EventTooLarge("line_too_large", most=self._max_line_bytes)
        if not others:
            return []
        lines = [bytes(self._rest), *others[:-1]]
        self._rest = bytearray(others[-1])
        return [ServerSentEvent(line.removesuffix(b"\r")) for line in lines]

    def finish(self) -> list[ServerSentEvent]:
        """The line that the end of the body completes, if any."""
        return [ServerSentEvent(bytes(self._rest))] if self._rest else []
