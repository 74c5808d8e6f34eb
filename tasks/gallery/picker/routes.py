"""What a browser fetches when it opens the list of a task's models."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from tasks.gallery.backend import Backend
from tasks.gallery.picker.choices import choices
from tasks.registry import Task


def picker_routes(tasks: Sequence[Task], backend: Backend) -> list[BaseRoute]:
    """`/models.json?task=`: what is searched for is not sent, so that it gets into no log."""
    known = {task.id for task in tasks}

    async def listed(request: Request) -> Response:
        task = request.query_params.get("task", "")
        if task not in known:
            return Response(status_code=404)
        return JSONResponse(await choices(backend, task), headers={"cache-control": "no-store"})

    return [Route("/models.json", listed)]
