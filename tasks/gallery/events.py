"""How the page's own events run: beside the queue, outside the API, and without a sign of progress."""

from collections.abc import Callable
from typing import Any, cast

import gradio as gr
from gradio.blocks import BlocksConfig
from gradio.context import get_blocks_context

QUIETLY: dict[str, Any] = {
    "queue": False,
    "show_progress": "hidden",
    # Gradio keeps a status of everything that ever showed progress, hidden or not, and goes through all of it, and what
    # is inside, at every update of any run. With the outputs in it, each opened tab made every token slower.
    "show_progress_on": [],
    "api_visibility": "private",
}


def render_once(opener: gr.Button, build: Callable[[], None]) -> None:
    """Let `build` lay out what comes here when the opener is pressed."""
    gr.render([], [opener.click], trigger_mode="once", queue=False, show_progress="hidden")(build)
    context = cast(BlocksConfig, get_blocks_context())
    rendering = context.fns[max(context.fns)]
    # `gr.render` takes neither.
    rendering.show_progress_on = QUIETLY["show_progress_on"]
    rendering.api_visibility = QUIETLY["api_visibility"]
