"""The lines of a streamed body, in the shape of events."""

from inference_core.sse import EventTooLarge, ServerSentEvent


class LineDecoder:
    """Turns chunks into their lines, without the line breaks; where the chunks are cut makes no difference."""

    def __init__(self, max_line_bytes: int = 8 * 1024 * 1024) -> None:
        self._max_line_bytes = max_line_bytes
        self._rest = b""

    def feed(self, chunk: bytes) -> list[ServerSentEvent]:
        """The lines that `chunk` completes; raises EventTooLarge for one without end."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        if len(self._rest) > self._max_line_bytes:
            raise EventTooLarge(f"The server sent a line of more than {self._max_line_bytes} bytes.")
        return [ServerSentEvent(line.removesuffix(b"\r")) for line in lines]

    def finish(self) -> list[ServerSentEvent]:
        """The line that the end of the body completes, if any."""
        return [ServerSentEvent(self._rest)] if self._rest else []
