"""The head of the page as it is served: what a link to it shows elsewhere, and our files, which are fetched at once."""

import re
from collections.abc import Callable, Sequence
from html import escape

from gradio.route_utils import get_root_url
from starlette.requests import Request
from starlette.types import Scope

from inference_core import words
from tasks.gallery.look import FILES
from tasks.gallery.sign_in import token_of_visitor
from tasks.registry import Task
from tasks.translations import translated

Dressed = Callable[[bytes, Scope], bytes]

_GRADIOS_PREVIEW = re.compile(rb'<meta\s+(?:property="og:|name="twitter:)[^>]*>\s*')
# Below a prefix, browsers would look for these at the top of the site.
_GRADIOS_MANIFEST, _MANIFEST = b'href="/manifest.json"', b'href="manifest.json"'
_ICON = '<link rel="icon" href="favicon.ico">'
_CONFIG = b"<script>window.gradio_config"
_TO_SIGN_IN = re.compile(rb'\s*=\s*{\s*"auth_required"')
"""The config of the page on which visitors sign in, which is not ours."""
PREVIEW = "preview.webp"
"""The picture that a link shows elsewhere: the front page."""


def page_head(tasks: Sequence[Task]) -> Dressed:
    """Returns what gives Gradio's page its head, by the request's scope: a link to a task shows what it is about."""
    known = {task.id: task for task in tasks}

    def dressed(page: bytes, scope: Scope) -> bytes:
        gradios, config, rest = page.partition(_CONFIG)
        if not config:
            return page
        request = Request(scope)
        asked = request.query_params.get("task", "").replace("_", "-")
        head = _head(known.get(asked), get_root_url(request, "/", scope.get("root_path"))) + _ICON
        if not _TO_SIGN_IN.match(rest):
            head += FILES
        told = _languages() + (" data-signed-in" if token_of_visitor(request) else "")
        gradios = _GRADIOS_PREVIEW.sub(b"", gradios).replace(b'lang="en"', told.encode(), 1)
        gradios = gradios.replace(_GRADIOS_MANIFEST, _MANIFEST, 1)
        return gradios + head.encode() + config + rest

    return dressed


def _languages() -> str:
    """The attributes that say which language the page is in, and which there are."""
    return f'lang="{words.language()}" data-languages="{" ".join(words.LANGUAGES)}"'


def _head(task: Task | None, root: str) -> str:
    site, about = words.text("page.site.name"), words.text("page.site.description")
    title = f"{translated(task.verb)} · {site}" if task else site
    description = translated(task.summary) if task else about
    preview = {"title": title, "description": description, "image": f"{root}/{PREVIEW}", "type": "website"}
    tags = [f"<meta property='og:{name}' content='{escape(text)}'>" for name, text in preview.items()]
    tags += ["<meta name='twitter:card' content='summary_large_image'>"]
    return f"<title>{escape(title)}</title><meta name='description' content='{escape(description)}'>" + "".join(tags)
