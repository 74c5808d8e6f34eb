"""What a run writes into, and the events that fill it, end it and empty it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import gradio as gr
from gradio.components import Component
from gradio.events import Dependency

from inference_core import words
from tasks.gallery.events import QUIETLY
from tasks.gallery.file_inputs import Download
from tasks.gallery.outputs import display
from tasks.gallery.run_handler import run_handler
from tasks.gallery.run_report import stopped
from tasks.gallery.running import Runner
from tasks.views import View


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run writes into, in this order."""

    result: Component
    note: gr.HTML
    status: gr.HTML
    wire: gr.JSON

    @property
    def all(self) -> list[Component]:
        return [self.result, self.note, self.status, self.wire]


def result_parts(view: type[View]) -> tuple[Component, gr.HTML, gr.HTML]:
    """The result, with its note above and its status line below, laid out where this is called."""
    note = gr.HTML(elem_classes="note", padding=False)
    result = display(view)
    result.elem_classes = ["result"]
    status = gr.HTML(elem_classes="status", min_height=24)
    return result, note, status


def exchange_drawer(model: str = "") -> gr.JSON:
    """Request and response of the last run, laid out where this is called; `model` says whose, if there are two."""
    label = " · ".join(filter(None, (words.text("page.task.exchange"), model)))
    with gr.Accordion(label, open=False, elem_classes="wire"):
        return gr.JSON(show_label=False, max_height=420)


def on_run(
    run: gr.Button,
    runner: Runner,
    download: Download,
    filled: Sequence[Component],
    urls: Mapping[Component, gr.Textbox],
    outcome: Outcome,
) -> Dependency:
    """Let the button run the task with what is in `filled`: its inputs, the model and the parameters."""
    return run.click(
        run_handler(runner, download, [filled.index(file) for file in urls]),
        inputs=[*filled, *urls.values()],
        outputs=[*outcome.all, *urls, *urls.values()],
        api_visibility="private",
        postprocess=not runner.task.streams,  # a text goes to the browser as it is, without a thread of its own
        concurrency_limit=None,
        # Gradio takes a run for pending a little longer than its end is seen, and would drop the next press. That
        # there is one at a time is the page's own doing: Stop takes the place of Run.
        trigger_mode="multiple",
        show_progress_on=[outcome.status],
        show_progress="hidden",
    )


def on_stop(stop: gr.Button, running: Dependency, status: gr.HTML) -> None:
    """Let the button end the run."""
    # Cancel first, in an event of its own: an update that is still on its way could replace what is shown then.
    stop.click(None, cancels=[running], **QUIETLY).then(
        lambda line: stopped(line or ""), inputs=[status], outputs=[status], **QUIETLY
    )


def on_clear(clear: gr.Button, running: Dependency, filled: Sequence[Component], outcome: Outcome) -> None:
    """Let the button end the run and empty the outcome, and put what is `filled` back to how it was."""
    blank = [*(component.value for component in filled), None, "", "", None]
    clear.click(None, cancels=[running], **QUIETLY).then(lambda: blank, outputs=[*filled, *outcome.all], **QUIETLY)
