"""The drawer of a task in which many inputs run at once, made when somebody opens it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.utils import get_upload_folder, is_in_or_equal

from inference_core import words
from inference_core.errors import CodedError
from tasks.fields import Field, Picture, Sound, Text
from tasks.gallery.batch.pages import has_pages, with_pages
from tasks.gallery.batch.panel import Panel, batch_panel, shown
from tasks.gallery.batch.rows import Batch, Batches, State
from tasks.gallery.batch.run import batch_handler
from tasks.gallery.batch.sources import Dropped, Source, is_table, many_of, of_files, of_table
from tasks.gallery.error_text import shown_error
from tasks.gallery.events import QUIETLY, render_once
from tasks.gallery.file_inputs import Download, guarded
from tasks.gallery.inputs import label_of
from tasks.gallery.running import Runner
from tasks.gallery.subclass import component_with
from tasks.registry import Parameter

_ASKING: dict[str, State | None] = {"go": None, "again": State.REFUSED, "over": State.DONE}
"""The buttons that ask rows, and what rows with an end they ask again."""

_KINDS: dict[type, tuple[str, list[str] | None]] = {
    Picture: ("pictures", ["image", ".heic", ".heif"]),
    Sound: ("sounds", ["audio", ".m4a", ".mp4", ".webm"]),
    Text: ("texts", None),
}
"""What each field takes many of, and which files a browser offers; of others we say ourselves what is wrong."""


def batch_drawer(runner: Runner, batches: Batches, download: Download, filled: Sequence[Component]) -> None:
    """Lay out the drawer, if the task has an input of which there may be many.

    `filled` are the inputs, the model box and the parameters, of which a batch takes what stands in them. What is in
    the drawer is made when batch.js presses the opener, which is when the drawer is opened first.
    """
    parameter = many_of(runner.task)
    if parameter is None:
        return
    opener = gr.Button("Many", elem_id=f"batch-open-{runner.task.id}", elem_classes="opener")
    with gr.Accordion(words.text("batch.page.title"), open=False, elem_classes="batch-drawer"):
        render_once(opener, partial(_drawer, runner, batches, download, filled, parameter))


def _drawer(
    runner: Runner, batches: Batches, download: Download, filled: Sequence[Component], parameter: Parameter
) -> None:
    kind, offered = _kind(parameter.field)
    about = words.text(f"batch.page.{kind}", label=label_of(parameter))
    with gr.Column(elem_classes="batch"):
        gr.HTML(f"<p>{escape(about)}</p>", apply_default_css=False, elem_classes="batch-about", padding=False)
        with gr.Column(elem_classes="batch-sources"):
            files = _files_input(offered, download)
            with gr.Row(elem_classes="batch-table"):
                column = gr.Dropdown(
                    label=words.text("batch.page.column", label=label_of(parameter)), choices=[], visible=False
                )
                names = gr.Checkbox(label=words.text("batch.page.names"), visible=False, interactive=True)
                column.interactive = True
        panel = batch_panel(runner.task.view)
        buttons = {
            name: gr.Button(name, elem_id=f"batch-{name}-{runner.task.id}", elem_classes="opener")
            for name in (*_ASKING, "stop")
        }
        kept = gr.State()
    _on_files(_Sources(runner, batches, parameter), files, column, names, kept, panel)
    running: list[dict[str, Any]] = [
        buttons[name].click(
            batch_handler(runner, batches, parameter, again),
            inputs=[kept, *filled],
            outputs=[panel],
            api_visibility="private",
            concurrency_limit=None,
            show_progress="hidden",
            show_progress_on=[],
        )
        for name, again in _ASKING.items()
    ]
    # In an event of its own: an update that is still on its way could replace what is shown then.
    buttons["stop"].click(None, cancels=[*running], **QUIETLY).then(shown, inputs=[kept], outputs=[panel], **QUIETLY)


def _kind(field: Field) -> tuple[str, list[str] | None]:
    if has_pages(field):
        return "documents", ["image", ".heic", ".heif", ".pdf"]
    return _KINDS[type(field)]


def _files_input(offered: list[str] | None, download: Download) -> gr.File:
    def preprocess(self: gr.File, payload: Any) -> list[Dropped]:
        given = payload.root if payload else []
        # Gradio does not check a path that a caller of the API sends without the mark of a file.
        if not all(is_in_or_equal(one.path, get_upload_folder()) for one in given):
            raise shown_error(CodedError("file_not_uploaded").explain())
        return [(one.path, one.orig_name or one.path.rpartition("/")[2]) for one in given]

    kind = component_with(
        gr.File, preprocess=preprocess, async_move_resource_to_block_cache=guarded(download), __doc__=gr.File.__doc__
    )
    return kind(
        label=words.text("batch.page.files"),
        file_count="multiple",
        file_types=offered,
        height=140,
        interactive=True,
        elem_classes="batch-files",
    )


Update = tuple[Any, Any, Any, Panel | dict[str, Any]]
"""Of the batch, the choice of its column, the checkbox of its names, and the panel."""


@dataclass(frozen=True, slots=True)
class _Sources:
    """Makes a batch of what somebody has dropped and chosen. What became of rows that stay is kept."""

    runner: Runner
    batches: Batches
    parameter: Parameter

    async def dropped(self, batch: Batch | None, files: list[Dropped]) -> Update:
        if not files:  # the answers stay
            return gr.skip(), gr.skip(), gr.skip(), gr.skip()
        return await self._update(batch, files, None, None)

    async def headed(self, batch: Batch | None, files: list[Dropped], has_names: bool) -> Update:
        return await self._update(batch, files, None, has_names)

    async def chosen(self, batch: Batch | None, files: list[Dropped], column: int, has_names: bool) -> Update:
        return await self._update(batch, files, column, has_names)

    async def _update(
        self, batch: Batch | None, files: list[Dropped], column: int | None, has_names: bool | None
    ) -> Update:
        has_columns = isinstance(self.parameter.field, Text) and is_table(files)
        try:
            if has_pages(self.parameter.field):
                files = await with_pages(files)
            source = await asyncio.to_thread(self._source, files, has_columns, column, has_names)
            if batch and batch.is_running:
                return gr.skip(), gr.skip(), gr.skip(), gr.skip()
            # The same batch as before, if there is one: two such events may overtake each other.
            takes_files = not isinstance(self.parameter.field, Text)
            filled = batch or self.batches.new(self.runner.task, takes_files=takes_files)
            filled.fill(source.columns, source.rows)
        except (CodedError, OSError) as error:
            return gr.skip(), gr.skip(), gr.skip(), shown(batch, self.runner.explain(error))
        choices = [(name, at) for at, name in enumerate(source.columns)]
        chosen = gr.update(choices=choices, value=source.column, visible=has_columns)
        return filled, chosen, gr.update(value=source.has_names, visible=has_columns), shown(filled)

    def _source(self, files: list[Dropped], has_columns: bool, column: int | None, has_names: bool | None) -> Source:
        if has_columns:
            return of_table(self.parameter, files, column, has_names)
        return of_files(self.parameter, files)


def _on_files(
    sources: _Sources, files: gr.File, column: gr.Dropdown, names: gr.Checkbox, kept: gr.State, panel: gr.HTML
) -> None:
    outputs = [kept, column, names, panel]
    files.change(sources.dropped, inputs=[kept, files], outputs=outputs, **QUIETLY)
    column.input(sources.chosen, inputs=[kept, files, column, names], outputs=outputs, **QUIETLY)
    names.input(sources.headed, inputs=[kept, files, names], outputs=outputs, **QUIETLY)
