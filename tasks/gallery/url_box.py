"""The box below a picture or sound in which a visitor gives its URL."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing

import gradio as gr
from gradio.components import Component

from inference_core.errors import CodedError
from inference_core.urls import is_url
from inference_core.words import text
from tasks.gallery.error_text import shown_error
from tasks.gallery.file_inputs import Download, downloaded
from tasks.gallery.pacing import Latest


def url_box(label: str) -> gr.Textbox:
    """An empty box for the URL of what has this label, which only a screen reader says."""
    return gr.Textbox(
        label=text("access.url", label=label),
        show_label=False,
        container=False,
        placeholder=text("inputs.boxes.url"),
        max_length=2000,
        elem_classes="url",
    )


def fetch_on_enter(box: gr.Textbox, file: Component, download: Download) -> None:
    """Load the URL in the box into the component of the file when Enter is pressed; a run does it by itself."""

    async def fetch(address: str) -> tuple[object, str]:
        try:
            return await fetched(address, download) or gr.skip(), ""
        except CodedError as error:
            raise shown_error(error.explain()) from None

    box.submit(
        fetch,
        inputs=[box],
        outputs=[file, box],
        show_progress_on=[file],
        concurrency_limit=None,  # one slow server would hold up every visitor of the tab
        api_visibility="private",
    )


Paths = Sequence[str | None]


async def fetching(addresses: Sequence[str | None], download: Download) -> AsyncGenerator[Paths | None]:
    """None at once and after every second, and at last what `fetched` returns for each of the addresses."""
    yield None
    async with Latest(_all_fetched(addresses, download)) as latest, aclosing(latest.updates()) as updates:
        async for paths in updates:
            yield paths


async def _all_fetched(addresses: Sequence[str | None], download: Download) -> AsyncIterator[Paths]:
    yield [await fetched(address, download) for address in addresses]


async def fetched(address: str | None, download: Download) -> str | None:
    """The path of the file at what was typed into the box, None if it is empty. Raises CodedError."""
    address = (address or "").strip()
    if not address:
        return None
    if not is_url(address):
        raise CodedError("not_a_file_url")
    return await downloaded(address, download)
