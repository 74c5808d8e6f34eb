"""Pictures in the page of files that a browser cannot show, with a choice of the page if it is a document."""

import asyncio
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.context import LocalContext
from gradio.utils import get_upload_folder, is_in_or_equal

from inference_core import words
from inference_core.errors import CodedError
from tasks.fields import Picture
from tasks.gallery.events import QUIETLY
from tasks.gallery.files.documents import page_of
from tasks.gallery.files.readable import as_picture, readable
from tasks.gallery.room.room import Room


def show_as_picture(key: str, file: Component, field: Picture, most_pixels: int, room: Room) -> None:
    """Let what is in the component be shown, whatever it is; called below it, where words and choices of it are to be.

    It takes a button that nobody sees, which files.js presses if the browser says that it cannot show the file, or if
    another page is chosen. `key` is the only one of its kind in the page. To make a picture counts as a run.
    """
    file.elem_id = f"file-{key}"
    file.elem_classes = ["file", "document"] if field.pages else ["file"]
    gr.HTML(_about(key, field), elem_classes="about-file", apply_default_css=False, padding=False)
    told = gr.Textbox(visible=False)  # what is asked for, and then why there is nothing
    button = gr.Button("Show", elem_id=f"show-{key}", elem_classes="opener")

    async def show(wanted: str) -> tuple[Any, str]:
        try:
            async with room.allowances.place(room.visitor(LocalContext.request.get(None))):
                return str(await _shown(wanted, field, most_pixels)), ""
        except CodedError as error:
            return gr.skip(), error.explain()

    asking = f"() => [window.files.asked({key!r})]"
    event = button.click(show, js=asking, inputs=[told], outputs=[file, told], trigger_mode="always_last", **QUIETLY)
    showing = f"(problem) => window.files.settle({key!r}, problem)"
    event.then(None, js=showing, inputs=[told], api_visibility="private")


async def _shown(wanted: str, field: Picture, most_pixels: int) -> Path:
    """The picture for a path, to which the number of a page may be added (`path#2`)."""
    named, _, page = wanted.rpartition("#")
    path = Path(named)
    if "\0" in named or not is_in_or_equal(named, get_upload_folder()) or not await asyncio.to_thread(path.is_file):
        raise CodedError("file_not_here")
    if field.pages and page.isdecimal():
        return await page_of(path, int(page))
    picture = await readable(path, field, most_pixels)
    return picture if picture != path else await as_picture(path, most_pixels)


def _about(key: str, field: Picture) -> str:
    """What is below a file, once there is something to say of it or to choose."""
    said = {name: escape(words.text(f"page.files.{name}", count="{count}")) for name in words.names("page.files")}
    chooser = (
        f"<nav aria-label='{said['pages']}' hidden>"
        f"<button type='button' class='previous' aria-label='{said['previous']}'>‹</button>"
        f"<label>{said['page']} <input type='number' min='1' step='1' inputmode='numeric'></label>"
        f"<span class='count' data-said='{said['count']}'></span>"
        f"<button type='button' class='next' aria-label='{said['next']}'>›</button></nav>"
    )
    line = f"<p role='status' data-reading='{said['reading']}'></p>"
    return f"<div id='about-{key}' hidden>{line}{chooser if field.pages else ''}</div>"
