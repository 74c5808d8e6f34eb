"""The column of a second model, made when somebody asks for it."""

from collections.abc import Mapping, Sequence
from functools import partial

import gradio as gr
from gradio.components import Component

from inference_core.words import text
from tasks.gallery.events import render_once
from tasks.gallery.file_inputs import Download
from tasks.gallery.outcome import Outcome, exchange_drawer, on_clear, on_run, on_stop, result_parts
from tasks.gallery.picker.box import model_box
from tasks.gallery.running import Runner

Filled = Sequence[Component | None]


def second_column(runner: Runner, download: Download, filled: Filled, urls: Mapping[Component, gr.Textbox]) -> None:
    """Make room for the column where this is called; compare.js opens it, and presses its buttons with the first's.

    `filled` are the inputs of a run as in the first column; None stands for what is the second's own: its model, and a
    result that its next run continues.
    """
    opener = gr.Button("Compare", elem_id=f"second-{runner.task.id}", elem_classes="opener")
    render_once(opener, partial(_column, runner, download, filled, urls))


def _column(runner: Runner, download: Download, filled: Filled, urls: Mapping[Component, gr.Textbox]) -> None:
    task = runner.task
    with gr.Column(elem_classes=["stage", "second"], min_width=320):
        label = text("compare.page.second")
        model = model_box(task.id, label, "second-model")
        with gr.Column(elem_classes="outcome"):
            result, note, status = result_parts(task.view)
            wire = exchange_drawer(label)
        run, stop, clear = (
            gr.Button(name, elem_id=f"{name}-second-{task.id}", elem_classes=[name, "opener"])
            for name in ("run", "stop", "clear")
        )
    outcome = Outcome(result, note, status, wire)
    at_model = len(task.inputs)
    own = [(model if at == at_model else result) if one is None else one for at, one in enumerate(filled)]
    running = on_run(run, runner, download, own, urls, outcome)
    on_stop(stop, running, status)
    on_clear(clear, running, [], outcome)
