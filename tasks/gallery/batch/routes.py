"""What a browser fetches of a batch, by its key: rows that have changed, and the download."""

import asyncio

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from tasks.gallery.batch.download import archive, is_archive, table
from tasks.gallery.batch.panel import changes
from tasks.gallery.batch.rows import Batches

_FRESH = {"cache-control": "no-store"}


def batch_routes(batches: Batches) -> list[BaseRoute]:
    async def rows(request: Request) -> Response:
        batch = batches.find(request.path_params["key"])
        since = request.query_params.get("since", "")
        if batch is None:
            return Response(status_code=404)
        return JSONResponse(changes(batch, int(since) if since.isdecimal() else 0), headers=_FRESH)

    async def answers(request: Request) -> Response:
        batch = batches.find(request.path_params["key"])
        if batch and "before" in request.query_params:
            batch = batch.before
        if batch is None:
            return Response(status_code=404)
        await asyncio.to_thread(batch.keep_files)
        name = f"{batch.task.id}.{'zip' if is_archive(batch) else 'csv'}"
        headers = {**_FRESH, "content-disposition": f'attachment; filename="{name}"'}
        if is_archive(batch):
            return StreamingResponse(archive(batch), media_type="application/zip", headers=headers)
        return Response(await asyncio.to_thread(table, batch), media_type="text/csv", headers=headers)

    return [Route("/batch/{key}/rows", rows), Route("/batch/{key}/answers", answers)]
