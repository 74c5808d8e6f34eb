"""What a browser fetches of the front page: its HTML, its pictures, and who answers now."""

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.staticfiles import StaticFiles

from inference_core import words
from tasks.gallery.front.head import PREVIEW
from tasks.gallery.front.offers import Offers
from tasks.gallery.front.results import FOLDER, PICTURES
from tasks.gallery.front.shelf import Shelf

_FRESH = {"cache-control": "no-cache"}


def front_routes(shelf: Shelf, offers: Offers) -> list[BaseRoute]:
    """Files of their own: inside the page, every session would carry them."""
    files = StaticFiles(directory=PICTURES)

    async def cards(_: Request) -> Response:
        return HTMLResponse(shelf.page(words.language()), headers=_FRESH)

    async def picture(request: Request) -> Response:
        name = request.path_params["name"]
        newer = shelf.picture(name)
        if newer is not None:
            return Response(newer, media_type="image/webp", headers=_FRESH)
        return await files.get_response(name, request.scope)

    async def told(_: Request) -> Response:
        return JSONResponse(await offers.told(), headers=_FRESH)

    return [
        Route("/front.html", cards),
        Route("/offers.json", told),
        Route(f"/{PREVIEW}", lambda _: FileResponse(FOLDER / PREVIEW)),
        Route("/pictures/{name}", picture),
    ]
