"""The words that the scripts of this folder need, in the language of the page."""

from html import escape

from inference_core import words

_NAMES = ("skip", "domains", "inputs", "result", "second", "code", "table", "one", "many", "api", "error")


def _template(name: str) -> str:
    return words.template(f"access.{name}", words.language())  # the browser fills in what is missing


def said() -> str:
    """An element of the front page, which is not shown: it carries the words."""
    said = {name: _template(name) for name in _NAMES}
    said |= {"copy": words.text("results.copy.is"), "copied": words.text("results.copy.done")}
    data = "".join(f" data-{name}='{escape(text)}'" for name, text in said.items())
    return f"<div id='said' hidden{data}></div>"
