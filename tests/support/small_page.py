"""`python -m tests.support.small_page`: a page of few handlers, served as the gallery is.

One says "first", and "second" once `/go_on` was called. `/keep` keeps a text for the session, `/recall` says it again.
On a Space the page has a button to sign in. At its end the process prints that its backend is disconnected.
"""

import asyncio
from collections.abc import AsyncIterator

import gradio as gr
from gradio.utils import get_space

from tasks.gallery.blocks import GalleryBlocks
from tasks.gallery.ending import exit_on_signals
from tasks.gallery.page_config import lay_out
from tasks.gallery.room.room import Room
from tasks.gallery.room.routes import room_routes
from tasks.gallery.serving import serve
from tasks.gallery.settings import read_settings

_may_go_on = asyncio.Event()


async def two_words() -> AsyncIterator[str]:
    yield "first"
    await _may_go_on.wait()
    yield "second"


async def go_on() -> None:
    _may_go_on.set()


async def disconnect() -> None:
    await asyncio.sleep(0)  # only a loop that still runs gets past this
    print("The backend is disconnected.", flush=True)


def build(page: gr.Blocks) -> None:
    with page:
        if get_space():
            gr.LoginButton()
        box = gr.Textbox()
        gr.Button().click(two_words, outputs=box, api_name="two_words")
        gr.Button().click(go_on, api_name="go_on")
        kept = gr.State()
        gr.Button().click(lambda text: text, inputs=box, outputs=kept, api_name="keep")
        gr.Button().click(lambda text: text, inputs=kept, outputs=box, api_name="recall")


if __name__ == "__main__":
    exit_on_signals()
    page = GalleryBlocks(analytics_enabled=False)
    lay_out(page, build)
    room = Room()
    page.routes = room_routes(room, [room.line], lambda: None, has_key=False)
    serve(page, read_settings([]), disconnect, room)
