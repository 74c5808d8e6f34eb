"""PDFs and pictures of their pages in the cache, beside each other: the names say which page of how many."""

import asyncio
import os
import re
from pathlib import Path

from inference_core.errors import CodedError
from inference_core.media.apart import pdf_page
from inference_core.media.inputs import mime_type
from tasks.gallery.cache import put

_MARK = b"%PDF-"
_HEAD = 1024
"""Bytes within which a PDF says that it is one."""

_PAGE_OF_URL = re.compile(r"#(?:.*&)?page=(\d{1,9})[^#]*$")
_NAME = re.compile(r"page-(\d+)\.pdf")
_PICTURE = re.compile(r"page-\d+-of-")


def is_pdf(content: bytes) -> bool:
    """Whether the content, or what it begins with, is a PDF."""
    return _MARK in content[:_HEAD]


def split_page(url: str) -> tuple[str, int]:
    """The URL of a file, and the page of it that the URL names as PDFs do (`#page=2`); otherwise the first."""
    named = _PAGE_OF_URL.search(url)
    return (url[: named.start()], max(1, int(named[1]))) if named else (url, 1)


def document_name(page: int) -> str:
    """What a PDF is called of which this page is wanted."""
    return f"page-{page}.pdf"


async def wanted_page(document: Path) -> Path:
    """The picture of the page that the name of the document asks for, or the first. Raises as `page_of` does."""
    named = _NAME.fullmatch(document.name)
    return await page_of(document, int(named[1]) if named else 1)


async def page_of(path: Path, page: int) -> Path:
    """The picture of a page of the document whose own path, or that of another page, this is.

    Raises:
        Unreadable: the document cannot be read, or has no such page.
        CodedError: the document is no longer here.
    """
    found = await asyncio.to_thread(_kept, path.parent, page)
    if _is_page(found):
        return found
    made = await pdf_page(found, page)
    ending = "png" if mime_type(made.content) == "image/png" else "jpg"
    return Path(put(made.content, path.with_name(f"page-{page}-of-{made.pages}.{ending}")))


async def page_count(document: Path) -> int:
    """How many pages the document has. Raises as `page_of` does."""
    first = await page_of(document, 1)
    return int(first.stem.rpartition("-")[2])


def _kept(folder: Path, page: int) -> Path:
    """The picture of the page if there is one already, otherwise the document; both stay while somebody reads it."""
    try:
        document = next(one for one in folder.iterdir() if not _is_page(one) and is_pdf(head(one)))
        found = next(folder.glob(f"page-{page}-of-*"), document)
        for one in {document, found}:
            os.utime(one)
    except (OSError, StopIteration):
        raise CodedError("file_not_here") from None
    return found


def head(path: Path) -> bytes:
    """What the file begins with, enough to see whether it is a PDF."""
    with path.open("rb") as file:
        return file.read(_HEAD)


def _is_page(path: Path) -> bool:
    return _PICTURE.match(path.name) is not None
