"""The protocol of an encoder: texts in, rows of 384 numbers out."""

from collections.abc import Sequence
from typing import Literal, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Side = Literal["left", "right"]

DIMENSIONS = 384


class Encoder(Protocol):
    """Turns texts into vectors; safe to call from several threads.

    `name` says what really encodes. `window` is the maximum number of tokens of a text that are read, `count_tokens`
    says how many a text has.
    """

    @property
    def name(self) -> str: ...

    @property
    def window(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row of length 1 per text, shape (len(texts), 384): the dot product of two rows is their cosine."""

    def pool(self, texts: Sequence[str], *, truncate: Side = "right") -> Floats:
        """The rows before they are scaled to length 1; a text longer than the window is cut on the `truncate` side."""

    def count_tokens(self, text: str) -> int: ...


def unit_rows(rows: Floats) -> Floats:
    """The rows scaled to length 1; a row of zeros stays zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    scaled: Floats = rows / np.maximum(lengths, np.finfo(np.float32).tiny)
    return scaled
