"""A link as a QR code, for the telephones of a room."""

from io import BytesIO

import segno
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_MOST = 2900
"""Bytes; a QR code holds 2,953."""


async def _code(request: Request) -> Response:
    # In the body: what a link has behind the # belongs in no log.
    link = await request.body()
    if not link or len(link) > _MOST:
        return Response(status_code=413)
    drawn = BytesIO()
    segno.make(link, error="l", micro=False).save(drawn, kind="svg", scale=8, border=3, light="white")
    return Response(drawn.getvalue(), media_type="image/svg+xml", headers={"cache-control": "no-store"})


QR_ROUTE = Route("/qr", _code, methods=["POST"])
