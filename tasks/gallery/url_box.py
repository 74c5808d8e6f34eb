"""The box below a picture or sound in which a visitor gives its URL."""

import gradio as gr
from gradio.components import Component

from inference_core.errors import CodedError
from inference_core.urls import is_url
from tasks.gallery.error_text import shown_error
from tasks.gallery.file_inputs import Download, downloaded


def url_box() -> gr.Textbox:
    """An empty box for a URL."""
    return gr.Textbox(
        show_label=False,
        container=False,
        placeholder="or paste its URL here and press Enter",
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


async def fetched(address: str | None, download: Download) -> str | None:
    """The path of the file at what was typed into the box, None if it is empty. Raises CodedError."""
    address = (address or "").strip()
    if not address:
        return None
    if not is_url(address):
        raise CodedError("not_a_file_url")
    return await downloaded(address, download)
