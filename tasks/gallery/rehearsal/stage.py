"""Runs an example as the page does: through the same components, the same handler, and Gradio between them."""

import re
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import unescape
from typing import Any, cast

import gradio as gr
from gradio.block_function import BlockFunction
from gradio.components import Component
from gradio.data_classes import GradioModel, GradioRootModel
from gradio.events import Dependency
from gradio.state_holder import SessionState

from inference_core.private_log import where_raised
from tasks.fields import Previous
from tasks.gallery.blocks import GalleryBlocks
from tasks.gallery.error_text import ShownError
from tasks.gallery.file_inputs import Download
from tasks.gallery.inputs import example_value, widget
from tasks.gallery.outcome import Outcome, on_run, result_parts
from tasks.gallery.rehearsal.watched import Seen, seeing, watched, watching
from tasks.gallery.running import Runner
from tasks.registry import Task

_NOTE, _STATUS = 1, 2
_TAG = re.compile(r"<button.*?</button>|<p class='works'>.*?</p>|<[^>]*>")


@dataclass(frozen=True, slots=True)
class Performed:
    """A run of an example: its last status line and note, what was seen, and the error that ended it or "".

    It took `seconds`, and `first` until a stream began.
    """

    line: str
    note: str
    seconds: float
    first: float | None
    seen: Seen
    error: str


class Stage:
    """A page of nothing but inputs, Run and results, which is never served."""

    def __init__(self, runners: Sequence[Runner], download: Download) -> None:
        """`runners` are those of the page: what is rehearsed counts as what visitors run."""
        self._runs: dict[str, BlockFunction] = {}
        with GalleryBlocks(analytics_enabled=False) as self._page:
            for runner in runners:
                seen = replace(runner, task=watched(runner.task), backend=watching(runner.backend))
                self._runs[runner.task.id] = self._page.fns[_laid_out(seen, download)["id"]]

    async def perform(self, task: Task, values: Sequence[Any]) -> Performed:
        """Run the task with these values of an example."""
        began = time.monotonic()
        shown: dict[int, str] = {_NOTE: "", _STATUS: ""}
        error = ""
        with seeing() as seen:
            try:
                typed = self._typed(task, dict(zip((one.name for one in task.user_inputs), values, strict=True)))
                async for update in self._updates(self._runs[task.id], typed):
                    shown |= {place: update[place] for place in shown if isinstance(update[place], str)}
            except ShownError as shown_one:
                error = unescape(str(shown_one.message))
            except Exception as other:  # an example whose file is gone, for instance
                error = where_raised(other)
        note = unescape(_TAG.sub("", shown[_NOTE])).strip()
        first = None if seen.begun is None else seen.begun - began
        return Performed(shown[_STATUS], note, time.monotonic() - began, first, seen, error)

    def _typed(self, task: Task, given: Mapping[str, Any]) -> list[Any]:
        """What the browser sends after a click on the example: its values, no model, and no parameters."""
        fields = [*task.inputs, None, *task.parameters]
        values = [example_value(one.field, given[one.name]) if one and one.name in given else None for one in fields]
        components = self._runs[task.id].inputs
        return [_sent(cast(Component, component), value) for component, value in zip(components, values, strict=True)]

    async def _updates(self, run: BlockFunction, typed: list[Any]) -> AsyncIterator[list[Any]]:
        """What the browser would get."""
        state, iterator, is_first = SessionState(self._page), None, True
        while is_first or iterator is not None:
            came = await self._page.process_api(run, typed, state, iterator=iterator)
            yield came["data"]
            is_first, iterator = False, came["iterator"] if came["is_generating"] else None


def _laid_out(runner: Runner, download: Download) -> Dependency:
    """The inputs, the button and the results of a task, as in its tab."""
    task = runner.task
    with gr.Row():
        result, note, status = result_parts(task.view)
        widgets = {one.name: widget(one, download) for one in (*task.user_inputs, *task.parameters)}
        inputs = [result if isinstance(one.field, Previous) else widgets[one.name] for one in task.inputs]
        filled = [*inputs, gr.Textbox(), *(widgets[one.name] for one in task.parameters)]
        outcome = Outcome(result, note, status, gr.JSON())
        return on_run(gr.Button(), runner, download, filled, {}, outcome)


def _sent(component: Component, value: Any) -> Any:
    """What the browser sends for a value that the page has put into the component."""
    sent = component.value if value is None else component.postprocess(value)  # type: ignore[no-untyped-call]
    return sent.model_dump() if isinstance(sent, GradioModel | GradioRootModel) else sent
