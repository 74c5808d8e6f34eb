"""PDFs among the files of a batch, where documents may be given: a row for each of their pages."""

import asyncio
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from inference_core import words
from inference_core.errors import CodedError
from tasks.fields import Field, Picture
from tasks.gallery.batch.sources import Dropped
from tasks.gallery.batch.tables import check_count
from tasks.gallery.files.documents import document_name, head, is_pdf, page_count


def has_pages(field: Field) -> bool:
    return isinstance(field, Picture) and field.pages


async def with_pages(dropped: Sequence[Dropped]) -> list[Dropped]:
    """The files, with each PDF once for each of its pages. Raises CodedError if they are too many."""
    found: list[Dropped] = []
    for path, name in dropped:
        found += await _pages(Path(path), name)
        check_count(len(found))
    return found


async def _pages(path: Path, name: str) -> list[Dropped]:
    whole = [(str(path), name)]
    if not is_pdf(await asyncio.to_thread(head, path)):
        return whole
    try:
        count = await page_count(path)
    except CodedError:
        return whole  # its row will say why
    check_count(count)
    if count == 1:
        return whole
    paths = await asyncio.to_thread(lambda: [_for_page(path, page) for page in range(1, count + 1)])
    return [(str(one), words.text("batch.columns.page", name=name, page=page)) for page, one in enumerate(paths, 1)]


def _for_page(path: Path, page: int) -> Path:
    """The same document under the name that asks for this page; it takes no room of its own where that is possible."""
    named = path.with_name(document_name(page))
    if not named.exists():
        try:
            os.link(path, named)
        except OSError:
            shutil.copyfile(path, named)
    return named
