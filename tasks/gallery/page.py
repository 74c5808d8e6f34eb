"""The whole page: domains as outer tabs, tasks as inner ones, `?task=` as their address."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components import Component

from inference_core.errors import InferenceError
from inference_core.media.pictures import MAX_PIXELS
from inference_core.settings.description import EngineSettings
from tasks.gallery.api.endpoints import declare
from tasks.gallery.backend import Backend
from tasks.gallery.blocks import GalleryBlocks
from tasks.gallery.events import QUIETLY
from tasks.gallery.file_inputs import guarded_download
from tasks.gallery.pictures import Pictures
from tasks.gallery.running import Runner
from tasks.gallery.sessions import share_config
from tasks.gallery.tab import TaskTab, build_tab
from tasks.registry import Task

_HERE = Path(__file__).parent
_FONTS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"]

THEME = gr.themes.Soft(
    primary_hue="indigo",
    secondary_hue="amber",
    neutral_hue="slate",
    # Only fonts that are on the visitor's machine: the page must not need a font server.
    font=_FONTS,
    font_mono=["ui-monospace", "SFMono-Regular", "Consolas", "monospace"],
).set(
    background_fill_primary="*neutral_50",  # the theme's own, which set() would lose
    # The theme's own shades of these miss the contrast of 4.5:1 that WCAG AA asks for.
    block_label_text_color="*primary_700",
    block_title_text_color="*primary_700",
    button_primary_background_fill="*primary_600",
    button_primary_background_fill_hover="*primary_700",
    button_primary_background_fill_dark="*primary_600",
    button_primary_background_fill_hover_dark="*primary_700",
    link_text_color="*primary_700",
    link_text_color_hover="*primary_800",
    link_text_color_visited="*primary_700",
    link_text_color_dark="*primary_300",
    link_text_color_hover_dark="*primary_200",
    link_text_color_visited_dark="*primary_300",
)
LOOK: dict[str, Any] = {
    "theme": THEME,
    "css": "".join((_HERE / name).read_text(encoding="utf-8") for name in ("page.css", "results/results.css")),
    # Gradio would keep every run, with what was typed, in the visitor's browser.
    "run_history": False,
    "head": "".join(
        f"<script>{(_HERE / name).read_text(encoding='utf-8')}</script>"
        for name in ("page.js", *(f"results/{name}.js" for name in ("results", "regions", "transcript")))
    ),
}
"""What `launch` takes to give the page its look and behaviour."""


def build_page(
    tasks: Sequence[Task],
    backend: Backend,
    largest_upload: int = EngineSettings().upload_bytes,
    most_pixels: int = MAX_PIXELS,
) -> gr.Blocks:
    """The gallery of `tasks`, answered by `backend`.

    Files from URLs have at most `largest_upload` bytes, and pictures at most `most_pixels` pixels.
    """
    pictures = Pictures(most_pixels)
    runners = [Runner(task, backend, pictures) for task in tasks]
    download = guarded_download(backend, largest_upload)
    page = GalleryBlocks(title="Inference Gallery", analytics_enabled=False)
    share_config(page)
    with page:
        gr.HTML(
            f"<h1>Inference Gallery</h1><p>What inference models do, task by task. "
            f"Answers come from {backend.name}.</p>",
            elem_id="masthead",
        )
        strips: dict[str, gr.Tabs] = {}
        tabs: list[TaskTab] = []
        with gr.Tabs(elem_id="domains", overflow_behavior="wrap") as domains:
            for domain, group in groupby(runners, key=lambda runner: runner.task.domain):
                with gr.Tab(domain.value, id=domain.name), gr.Tabs(overflow_behavior="wrap") as strips[domain.name]:
                    tabs += [build_tab(runner, download) for runner in group]
        for runner in runners:
            declare(page, runner, download)
        _keep_address(tabs)
        _open_address(page, tasks, domains, strips)
        _preselect_models(page, tabs, backend)
    # Without the queue a caller would get the first update of a run, which says that it runs.
    page.queue(api_open=False)
    return page


def _keep_address(tabs: Sequence[TaskTab]) -> None:
    for built in tabs:
        built.tab.select(None, js=f"() => window.gallery.opened({built.task.id!r})", api_visibility="private")


def _open_address(page: gr.Blocks, tasks: Sequence[Task], domains: gr.Tabs, strips: dict[str, gr.Tabs]) -> None:
    """Open the tab that `?task=` names, then let tabs write the address."""

    def opened(request: gr.Request) -> list[Any]:
        named = request.query_params.get("task", "").replace("_", "-")  # the API's spelling does as well
        task = next((task for task in tasks if task.id == named), None)
        if task is None:
            return [gr.skip()] * (1 + len(strips))
        inner = [gr.Tabs(selected=task.id) if name == task.domain.name else gr.skip() for name in strips]
        return [gr.Tabs(selected=task.domain.name), *inner]

    page.load(opened, outputs=[domains, *strips.values()], **QUIETLY).then(
        None, js="() => { window.gallery.ready = true; }", api_visibility="private"
    )


def _preselect_models(page: gr.Blocks, tabs: Sequence[TaskTab], backend: Backend) -> None:
    """Write the recommended model into every model box, if the backend knows it."""

    async def recommended() -> dict[Component, Any]:
        try:
            models = await (await backend.client()).recommended_models()
        except InferenceError:
            models = {}  # the boxes stay empty, which means the same model, and a run will say what is wrong
        return {built.model: models.get(built.task.id, gr.skip()) for built in tabs}

    page.load(recommended, outputs=[built.model for built in tabs], **QUIETLY)
