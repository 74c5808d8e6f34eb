"""Finding where a text that arrives in pieces has to stop."""

from collections.abc import Sequence


class StopSequences:
    """Watches one text for strings that end it, also where they lie across pieces."""

    def __init__(self, sequences: Sequence[str]) -> None:
        self._sequences = sequences
        self._reach = max(map(len, sequences), default=1) - 1
        self._tail = ""
        self.reached = False

    def upto(self, piece: str) -> str:
        """The next piece of the text, cut behind the stop sequence that ends first; `reached` tells whether one did."""
        seen = self._tail + piece
        ends = [at + len(sequence) for sequence in self._sequences if (at := seen.find(sequence)) >= 0]
        if ends:
            self.reached = True
            return piece[: min(ends) - len(self._tail)]
        self._tail = seen[max(0, len(seen) - self._reach) :]
        return piece
