"""The operator's page as HTML: a field for the key, or the board, which operator.js fills in."""

from html import escape

from inference_core import words
from tasks.gallery.backend import Backend
from tasks.gallery.plain_page import plain_page


def operator_page(backend: Backend, is_open: bool, is_operator: bool) -> str:
    """The page for who asks: the board for the operator, for others where the key goes."""
    inside = _board(backend) if is_operator else _sign_in() if is_open else f"<p>{_text('closed')}</p>"
    header = f"""<header><a href="./">← {escape(words.text("page.site.name"))}</a><h1>{_text("title")}</h1></header>"""
    body = f"{header}\n<main>{inside}</main>"
    return plain_page(words.text("operator.title"), files="operator/operator", body=body)


def _sign_in() -> str:
    return f"""<form id="sign-in">
<label for="key">{_text("key")}</label>
<input id="key" type="password" autocomplete="current-password" required>
<button>{_text("sign_in")}</button>
<p role="status"></p>
</form>"""


def _board(backend: Backend) -> str:
    heads = "".join(f"<th scope='col'>{_text(f'columns.{name}')}</th>" for name in words.names("operator.columns"))
    said = " ".join(f"data-{name}='{_said(name)}'" for name in words.names("operator.said"))
    cost = " ".join(backend.said("cost"))
    return f"""<section id="board" {said} data-cost="{escape(cost)}" data-paid="{str(backend.calls_others).lower()}">
<p>{escape(" ".join(backend.said("answers")))} {escape(cost)}</p>
<div class="actions">
<button id="all">{_text("rehearse")}</button>
<button id="wrong" disabled>{_text("wrong_again")}</button>
<button id="stop" hidden>{_text("stop")}</button>
<button id="sign-out" class="quiet">{_text("sign_out")}</button>
</div>
<p role="status"></p>
<progress hidden aria-label="{_text("title")}"></progress>
<ul id="damage" hidden></ul>
<div class="table"><table><thead><tr>{heads}</tr></thead><tbody></tbody></table></div>
</section>"""


def _said(name: str) -> str:
    """The words with their placeholders, which the script fills in."""
    return escape(words.template(f"operator.said.{name}", words.language()))


def _text(key: str) -> str:
    return escape(words.text(f"operator.{key}"))
