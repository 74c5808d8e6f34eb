"""The words that the scripts of this folder need, in the language of the page."""

from html import escape

from inference_core import words

_NAMES = ("skip", "domains", "inputs", "result", "second", "code", "table", "one", "many")


def said() -> str:
    """An element of the front page, which is not shown: it carries the words."""
    data = "".join(f" data-{name}='{escape(words.template(f'access.{name}'))}'" for name in _NAMES)
    return f"<div id='said' hidden{data}></div>"
