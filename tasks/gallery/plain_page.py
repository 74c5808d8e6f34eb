"""Pages of plain HTML beside Gradio's, with a style and a script of their own."""

from collections.abc import Iterator
from html import escape
from pathlib import Path

from starlette.responses import FileResponse
from starlette.routing import Route

from inference_core import words


def plain_page(title: str, *, files: str, body: str) -> str:
    """A page in the present language; `files` is the address of its .css and .js without the ending."""
    return f"""<!doctype html>
<html lang="{words.language()}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{escape(title)} · {escape(words.text("page.site.name"))}</title>
<link rel="stylesheet" href="{files}.css">
<script type="module" src="{files}.js"></script>
</head>
<body>
{body}
</body>
</html>
"""


def file_routes(folder: Path, *names: str, below: str = "/") -> Iterator[Route]:
    """Routes for these files of a folder, each at its name below an address."""
    for name in names:
        yield Route(f"{below}{name}", lambda _, file=folder / name: FileResponse(file))
