"""The buttons above a task: its address as it is filled in, to give away, and a second model."""

from html import escape

from inference_core.words import names, text

_TOLD = ("copied", "opened", "waits", "without", "refused", "here", "long", "changed")


def share_bar() -> str:
    """The buttons as HTML; links.js and compare.js make them work."""
    # links.js fills in the count, compare.js the name of the button.
    said = {name: escape(text(f"links.share.{name}", count="{count}")) for name in names("links.share")}
    compare = {name: escape(text(f"compare.page.{name}", run="{run}")) for name in names("compare.page")}
    own = "".join(f" data-{name}='{words}'" for name, words in compare.items())
    told = "".join(f" data-{name}='{said[name]}'" for name in _TOLD)
    return (
        f"<div class='share'{told}>"
        f"<button type='button' class='copy-link'>{said['copy']}</button>"
        f"<button type='button' class='show-code' aria-haspopup='dialog'>{said['code']}</button>"
        f"<button type='button' class='compare' aria-expanded='false'{own}>{compare['open']}</button>"
        "<span role='status'></span>"
        f"<dialog aria-label='{said['code']}'><div class='code'></div><p class='hint'></p>"
        f"<form method='dialog'><button>{said['close']}</button></form></dialog></div>"
    )
