"""Splitting a streamed body into lines."""

from inference_core.http.sse import EventTooLarge, ServerSentEvent


class LineDecoder:
    """Splits chunks into lines without their line breaks; a line may span several chunks."""

    end: bytes | None = None
    may_be_empty = True

    def __init__(self, max_line_bytes: int = 8 * 1024 * 1024) -> None:
        self._max_line_bytes = max_line_bytes
        self._rest = bytearray()

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """The lines that `chunk` completes; raises EventTooLarge if a line is too long."""
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
        """The last line, if it does not end with a line break."""
        return [ServerSentEvent(bytes(self._rest))] if self._rest else []
