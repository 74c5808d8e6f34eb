"""Gradio's picture and sound inputs, made strict: URLs go through the egress guard, files are passed on unchanged.

Gradio would open a picture before the task sees it, and answer a broken one with no more than "Error"; the model's
server says what is wrong with it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.utils import get_upload_folder, is_in_or_equal

from inference_core import words
from inference_core.errors import CodedError, InferenceError
from inference_core.media.base64_text import from_data_url, is_data_url
from inference_core.media.inputs import Media, mime_type
from inference_core.urls import is_url, read_path
from tasks.gallery.backend import Backend
from tasks.gallery.cache import cached
from tasks.gallery.error_text import download_problem, shown_error
from tasks.gallery.files.documents import document_name, is_pdf, split_page
from tasks.gallery.subclass import component_with

Download = Callable[[str], Awaitable[Media]]
"""Downloads the file at a visitor's URL, through the egress guard and up to the size of an upload."""

_AT_ONCE = 2
"""Downloads for one input before any limit of a visitor's. The page asks for none; who calls its events may."""

_SERVED = "/gradio_api/file="
_LONGEST_ENDING = 8
_ENDINGS = {"image/jpeg": ".jpg", "image/tiff": ".tif", "audio/mpeg": ".mp3"}


def guarded_download(backend: Backend, largest: int) -> Download:
    """A download of at most `largest` bytes from public addresses only."""

    async def download(url: str) -> Media:
        client = await backend.client(guard_urls=True)
        return await client.download(url, largest=largest)

    return download


def picture_input(label: str, download: Download, *, pages: bool = False) -> gr.Image:
    """An input for a picture, as the path of its file; `download` gets those given by URL. With `pages` it says PDF."""

    def preprocess(self: gr.Image, payload: Any) -> Any:
        if not payload:
            return None
        if not payload.path:
            return saved(payload.url or "")
        # Gradio does not check a path that a caller of the API sends without the mark of a file.
        if not is_in_or_equal(payload.path, get_upload_folder()):
            raise shown_error(CodedError("file_not_uploaded").explain())
        return payload.path

    kind = component_with(gr.Image, preprocess=preprocess, async_move_resource_to_block_cache=guarded(download))
    return kind(
        label=label,
        type="filepath",
        sources=["upload", "webcam", "clipboard"],
        height=200,
        placeholder=words.text("page.files.drop_document") if pages else None,
    )


def saved(url: str) -> str:
    """The path of the file in a `data:` URL; Gradio would unpack a picture, however large it is. Raises gr.Error."""
    if not is_data_url(url):
        raise shown_error(CodedError("file_not_uploaded").explain())
    url, page = split_page(url)
    try:
        content, declared = from_data_url(url)
    except ValueError:
        raise shown_error(CodedError("broken_data_url").explain()) from None
    if is_pdf(content):
        return cached(content, document_name(page))
    return cached(content, f"picture{ending(mime_type(content, declared=declared))}")


def sound_input(label: str, download: Download) -> gr.Audio:
    """An input for a sound, as the path of its file; `download` gets those given by URL."""
    kind = component_with(gr.Audio, async_move_resource_to_block_cache=guarded(download))
    return kind(label=label, type="filepath", sources=["upload", "microphone"], buttons=[])


def guarded(download: Download) -> Callable[..., Awaitable[str | None]]:
    """Gradio's method for files that callers of the API name by path or URL, with our way to get the latter."""
    few = asyncio.Semaphore(_AT_ONCE)

    async def one_of_few(url: str) -> Media:
        async with few:
            return await download(url)

    async def move(self: Component, path_or_url: str | Path | None) -> str | None:
        return await Component.async_move_resource_to_block_cache(self, await local_path(path_or_url, one_of_few))

    return move


async def left_where_it_is(self: Component, path_or_url: str | Path | None) -> str | None:
    """Gradio's method for such files, where a URL is fetched later, by the run."""
    if isinstance(path_or_url, str) and is_url(path_or_url):
        return served_here(path_or_url) or path_or_url
    return await Component.async_move_resource_to_block_cache(self, path_or_url)


async def local_path(path_or_url: str | Path | None, download: Download) -> str | Path | None:
    """The path itself, or that of the file at the URL. Raises gr.Error in words for the visitor."""
    if not isinstance(path_or_url, str) or not is_url(path_or_url):
        return path_or_url
    if here := served_here(path_or_url):
        return here
    try:
        return await downloaded(path_or_url, download)
    except CodedError as error:
        raise shown_error(error.explain()) from None


def served_here(url: str) -> str | None:
    """The path of a file of ours by the URL under which the page serves it, whatever its host is called."""
    path = read_path(url).partition(_SERVED)[2]
    is_ours = path != "" and "\0" not in path and is_in_or_equal(path, get_upload_folder()) and Path(path).is_file()
    return path if is_ours else None


async def downloaded(url: str, download: Download) -> str:
    """The path of the file at the URL. Raises CodedError if there is none to be had.

    What the URL says after `#page=` is kept in the name of a PDF.
    """
    address, page = split_page(url)
    try:
        file = await download(address)
    except InferenceError as error:
        raise download_problem(error) from None
    name = document_name(page) if is_pdf(file.content) else f"download{ending(file.mime_type)}"
    return cached(file.content, name)


def ending(mime_type: str) -> str:
    """The ending of file names for this type, `.bin` for anything but a picture or sound."""
    kind, _, name = mime_type.partition("/")
    # What a server declares may be anything.
    is_usual = kind in ("image", "audio") and name.isalnum() and len(name) <= _LONGEST_ENDING
    return _ENDINGS.get(mime_type, f".{name}" if is_usual else ".bin")
