"""Finds stop sequences in a text that arrives in pieces."""

from collections.abc import Sequence

from inference_core.engine.builtin.lexical.composed import nfc


class StopSequences:
    """Looks in one text for the strings that end it, even if they are split between pieces."""

    def __init__(self, sequences: Sequence[str]) -> None:
        self._sequences = [nfc(sequence) for sequence in sequences]
        self._reach = max(map(len, self._sequences), default=1) - 1
        self._tail = ""
        self.reached = False

    def until_stop(self, piece: str) -> str:
        """The next piece of the text, cut after the first stop sequence; `reached` says whether there was one."""
        seen = self._tail + piece
        ends = [at + len(sequence) for sequence in self._sequences if (at := seen.find(sequence)) >= 0]
        if ends:
            self.reached = True
            return piece[: min(ends) - len(self._tail)]
        self._tail = seen[max(0, len(seen) - self._reach) :]
        return piece
