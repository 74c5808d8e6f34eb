"""The files of a run as its model gets them: what a phone took as JPEG, and of a PDF the page that is wanted."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inference_core.errors import CodedError
from inference_core.media.apart import usual_form
from inference_core.media.inputs import mime_type
from inference_core.media.iso_brands import iso_picture
from tasks.fields import Picture
from tasks.gallery.cache import cached
from tasks.gallery.files.documents import head, is_pdf, wanted_page
from tasks.registry import Task
from tasks.translations import translated


async def with_readable_files(task: Task, arguments: Mapping[str, Any], most_pixels: int) -> Mapping[str, Any]:
    """The arguments, with pictures in place of files that only some programs read. Raises as `readable` does."""
    fields = {one.name: one.field for one in task.inputs}
    return {name: await _argument(fields.get(name), value, most_pixels) for name, value in arguments.items()}


async def _argument(field: object, value: Any, most_pixels: int) -> Any:
    if isinstance(field, Picture) and isinstance(value, Path):
        return await readable(value, field, most_pixels)
    return value


async def readable(path: Path, field: Picture, most_pixels: int) -> Path:
    """The picture itself, or one that is made of the file. What cannot be read at all is left to the model.

    Raises:
        CodedError: the file is a PDF and no page of one is wanted.
        Unreadable: it is broken, too large, or the package that reads it is missing.
    """
    beginning = await asyncio.to_thread(head, path)
    if is_pdf(beginning):
        if not field.pages:
            raise CodedError("pdf_not_taken", label=translated(field.label))
        return await wanted_page(path)
    return await as_picture(path, most_pixels) if iso_picture(beginning) else path


async def as_picture(path: Path, most_pixels: int) -> Path:
    """A picture in any format that can be read, as PNG or JPEG. Raises Unreadable."""
    content = await usual_form(path, most_pixels)
    ending = "png" if mime_type(content) == "image/png" else "jpg"
    return Path(cached(content, f"{path.stem}.{ending}"))
