"""The box below a picture or sound in which a visitor gives its URL."""

from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr
from gradio.components import Component

from inference_core.errors import CodedError
from inference_core.urls import is_url
from tasks.gallery.error_text import shown_error
from tasks.gallery.file_inputs import Download, local_path


def url_box() -> gr.Textbox:
    """An empty box for a URL."""
    return gr.Textbox(
        show_label=False,
        container=False,
        placeholder="or paste its URL here and press Enter",
        max_length=2000,
        elem_classes="url",
    )


def fetch_first(run: gr.Button, urls: Mapping[Component, gr.Textbox], download: Download) -> Callable[..., Any]:
    """Load a URL into its component on Enter, and before every run; returns what registers the run itself."""
    files, boxes = list(urls), list(urls.values())

    async def fetch(*addresses: str) -> list[Any]:
        paths = [await _fetched(address, download) for address in addresses]
        return [*paths, *("" for _ in boxes)]

    options: dict[str, Any] = {
        "inputs": boxes,
        "outputs": [*files, *boxes],
        "show_progress_on": files,
        "concurrency_limit": None,  # one slow server would hold up every visitor of the tab
        "api_visibility": "private",
    }
    for box in boxes:
        box.submit(fetch, **options)
    return run.click(fetch, **options).success


async def _fetched(address: str, download: Download) -> Any:
    address = (address or "").strip()
    if not address:
        return gr.skip()
    if not is_url(address):
        raise shown_error(CodedError("not_a_file_url").explain())
    return await local_path(address, download)
