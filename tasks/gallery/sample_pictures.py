"""The pictures of examples, small enough for their buttons."""

import asyncio
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from PIL import Image, ImageOps
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from tasks.gallery.front.thumbnails import opened, webp
from tasks.registry import Task

_SIZE = (96, 72)


def address_of(picture: Path) -> str:
    """Where the page finds the small one."""
    return f"samples/{picture.name}"


def sample_routes(tasks: Iterable[Task]) -> list[BaseRoute]:
    """The pictures of the tasks' examples, and nothing else."""
    examples = (value for task in tasks for example in task.examples for value in example)
    known = {value.name: value for value in examples if isinstance(value, Path)}

    async def sample(request: Request) -> Response:
        path = known.get(request.path_params["name"])
        if path is None:
            raise HTTPException(404)
        small = await asyncio.to_thread(_small, path)
        return Response(small, media_type="image/webp", headers={"cache-control": "max-age=3600"})

    return [Route("/samples/{name}", sample)]


@cache
def _small(path: Path) -> bytes:
    return webp(ImageOps.fit(opened(path), _SIZE, Image.Resampling.LANCZOS))
