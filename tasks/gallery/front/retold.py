"""Recorded answers, in which words of ours stand in English, as the present language says them."""

import re

from inference_core import words
from tasks.gallery.numbers import percent

_OURS = ("results.notes.answer", "results.notes.vectors", "results.notes.prediction", "results.vectors.numbers")
_SHARE = re.compile(r"(?<= )(\d+)%$")


def retold(text: str) -> str:
    """The text with what is ours in it in the present language; what a model said stays."""
    for key in _OURS:
        template = words.template(key, words.ENGLISH)
        pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>.*)", re.escape(template))
        if found := re.fullmatch(pattern, text, re.DOTALL | re.IGNORECASE):
            return words.text(key, **found.groupdict())
    return _SHARE.sub(lambda share: percent(int(share[1]) / 100, 0), text)


def quoted(text: str) -> str:
    """The text in quotation marks."""
    return words.text("page.front.quoted", text=text)
