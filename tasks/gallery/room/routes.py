"""`/health` for whoever keeps the gallery running, and `/metrics` for the operator's Prometheus.

Metrics need the operator's key as a bearer token, from wherever they are asked for: behind a proxy on the same machine
every request comes from loopback, so that an address proves nothing.
"""

from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from inference_core.errors import CodedError
from inference_core.metrics_text import CONTENT_TYPE
from tasks.gallery.room.figures import Now
from tasks.gallery.room.line import Line
from tasks.gallery.room.put_off import PutOff
from tasks.gallery.room.room import Room


def room_routes(
    room: Room, lines: Sequence[Line], memory: Callable[[], int | None], *, has_key: bool
) -> list[BaseRoute]:
    """Routes that say how the gallery is; who waits stands in one of the `lines`, the engine takes `memory` bytes.

    `has_key` says whether there is an operator's key, without which nobody is told the figures.
    """

    async def health(_: Request) -> Response:
        try:
            room.closing.check()
        except PutOff as why:
            return JSONResponse({"status": "closing"}, why.status, why.headers)
        return JSONResponse({"status": "ok"})

    def metrics(request: Request) -> Response:
        if not has_key:
            return JSONResponse({"detail": CodedError("metrics_without_key").explain()}, 403)
        if not room.is_operator(request):
            challenge = {"www-authenticate": "Bearer"}
            return JSONResponse({"detail": CodedError("metrics_need_key").explain()}, 401, challenge)
        now = Now(
            running=room.closing.runs,
            waiting=sum(map(len, lines)),
            visitors=request.app.state_holder.open_pages,
            paid_calls=room.calls.total,
            engine_bytes=memory(),
        )
        text = "".join(f"{line}\n" for line in room.figures.lines(now))
        return PlainTextResponse(text, headers={"content-type": CONTENT_TYPE})

    return [Route("/health", health), Route("/metrics", metrics)]
