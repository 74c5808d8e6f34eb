"""The text of tokens that come one by one, in time that does not grow with how many there were."""

from collections.abc import Sequence
from typing import Any

_UNFINISHED = "\ufffd"
"""What a tokenizer says of a character of which the last bytes are still to come, and of bytes that make none."""

_CONTEXT = 6
"""Tokens of the text before: whether the first word begins with a space may depend on them."""

_MOST_OPEN = 64
"""Tokens that may wait for the end of a character; so many are no character any more."""


class IncrementalText:
    """A character of several tokens comes with its last.

    All pieces together, and the `rest`, are what the tokenizer says of all tokens at once, without special ones.
    `before` are the tokens of the text that they continue, if they do.
    """

    def __init__(self, tokenizer: Any, before: Sequence[int] = ()) -> None:
        self._tokenizer = tokenizer
        self._special = frozenset(tokenizer.all_special_ids)
        # The window is what was given out last, as context, and then what was not yet.
        self._window = list(before[-_CONTEXT:])
        self._begins = len(self._window)
        self._shown = len(self._decoded())
        self.is_unfinished = False

    def after(self, id: int) -> str:
        """What this token adds; nothing as long as its last character is unfinished."""
        if id in self._special:
            return ""
        self._window.append(id)
        text = self._decoded()
        self.is_unfinished = text[self._shown :].endswith(_UNFINISHED)
        if not self.is_unfinished:
            return self._given_out(text)
        is_hopeless = len(self._window) - self._begins > _MOST_OPEN
        # All but the last character stay as they are whatever comes.
        return self._given_out(text, but=1) if is_hopeless else ""

    def rest(self) -> str:
        """What is left when no token comes any more, as of a character that was not finished."""
        return self._given_out(self._decoded())

    def _given_out(self, text: str, but: int = 0) -> str:
        new = text[self._shown : len(text) - but]
        if new:
            del self._window[: self._begins]
            self._begins = len(self._window)
            self._shown = len(self._decoded()) - but
        return new

    def _decoded(self) -> str:
        # Cleaned up, a text may become shorter when more is added.
        text: str = self._tokenizer.decode(self._window, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return text
