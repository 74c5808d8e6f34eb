"""What a browser fetches of the front page: its HTML, its pictures, and who answers now."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from inference_core import words
from tasks.gallery.front.front_page import front_page
from tasks.gallery.front.head import PREVIEW
from tasks.gallery.front.offers import Offers
from tasks.gallery.front.results import FOLDER, PICTURES, read_results
from tasks.gallery.history.panel import history_panel
from tasks.registry import Task

_FRESH = {"cache-control": "no-cache"}


def front_routes(tasks: Sequence[Task], offers: Offers, *, has_history: bool = True) -> list[BaseRoute]:
    """Files of their own: inside the page, every session would carry them."""
    results = read_results()
    pages = {}
    for language in words.LANGUAGES:
        with words.in_language(language):
            pages[language] = front_page(tasks, results) + (history_panel() if has_history else "")

    async def cards(_: Request) -> Response:
        return HTMLResponse(pages[words.language()], headers=_FRESH)

    async def told(_: Request) -> Response:
        return JSONResponse(await offers.told(), headers=_FRESH)

    return [
        Route("/front.html", cards),
        Route("/offers.json", told),
        Route(f"/{PREVIEW}", lambda _: FileResponse(FOLDER / PREVIEW)),
        Mount("/pictures", StaticFiles(directory=PICTURES)),
    ]
