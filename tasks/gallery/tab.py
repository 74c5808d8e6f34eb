"""One task's tab: description, model, inputs, parameters, examples, buttons, note, result, status line and raw JSON."""

from functools import partial
from textwrap import shorten
from typing import Any

import gradio as gr
from gradio.components import Component

from tasks.fields import Picture, Previous, Sound
from tasks.gallery.events import QUIETLY, render_once
from tasks.gallery.file_inputs import Download
from tasks.gallery.front.offers import Offers
from tasks.gallery.inputs import example_label, example_value, widget
from tasks.gallery.outputs import display
from tasks.gallery.run_handler import RUNNING, run_handler
from tasks.gallery.running import Runner
from tasks.gallery.url_box import fetch_first, url_box
from tasks.registry import Parameter, Task

_LONGEST_LABEL = 60


def build_tab(runner: Runner, download: Download, offers: Offers) -> None:
    """Lay out the tab of a task, inside the `gr.Tabs` that is open; `download` gets files that are given by URL.

    What is inside is made for each visitor when the tab is opened first, for which front.js presses a hidden button:
    made for all at once, the tabs would be most of what a browser has to load, and of what the app keeps of a visitor.
    """
    task = runner.task
    with gr.Tab(task.title, id=task.id, elem_id=f"tab-{task.id}"):
        gr.Markdown(
            f"## {task.verb}\n\n{task.title}: {_first_sentence(task)} [About this task]({task.page})",
            elem_classes="about",
        )
        opener = gr.Button("Open", elem_id=f"open-{task.id}", elem_classes="opener")
        render_once(opener, partial(_build_inside, runner, download, offers))


def _build_inside(runner: Runner, download: Download, offers: Offers) -> None:
    task = runner.task
    with gr.Row(elem_classes="stage"):
        with gr.Column(min_width=320):
            urls: dict[Component, gr.Textbox] = {}
            widgets = {one.name: _input_widget(one, download, urls) for one in task.user_inputs}
            _examples(task, list(widgets.values()))
            with gr.Row(elem_classes="actions"):
                run = gr.Button("Run", variant="primary", elem_classes="run", min_width=90)
                stop = gr.Button("Stop", variant="stop", elem_classes="stop", min_width=70)
                clear = gr.Button("Clear", elem_classes="clear", min_width=70)
        with gr.Column(min_width=320):
            note = gr.HTML(elem_classes="note", padding=False)
            result = display(task.view)
            result.elem_classes = ["result"]
            status = gr.HTML(elem_classes="status", min_height=24)
            with gr.Accordion("Request and response", open=False, elem_classes="wire"):
                wire = gr.JSON(show_label=False, max_height=420)
    with gr.Row():
        model = gr.Textbox(
            offers.model(task.id),
            label="Model",
            info="An id, or the URL of an endpoint",
            placeholder="the recommended model",
            elem_classes="model",
            max_length=500,
            min_width=320,
        )
        with (
            gr.Column(min_width=320, visible=bool(task.parameters)),
            gr.Accordion("Parameters", open=False, elem_classes="parameters"),
        ):
            parameters = [widget(one, download) for one in task.parameters]
    inputs = [_source(one, widgets, result) for one in task.inputs]
    started = fetch_first(run, urls, download) if urls else run.click
    running = started(
        run_handler(runner),
        inputs=[*inputs, model, *parameters],
        outputs=[result, note, status, wire],
        api_visibility="private",
        concurrency_limit=None,
        show_progress_on=[status],
        show_progress="minimal",
    )
    # Cancel first, in an event of its own: an update that is still on its way could replace what is shown then.
    stop.click(None, cancels=[running], **QUIETLY).then(
        lambda line: (line or "").replace(RUNNING, "■ stopped"), inputs=[status], outputs=[status], **QUIETLY
    )
    if len(widgets) < len(inputs):
        # The tab continues from its own result: the message is part of it now, and must not be sent twice.
        message_boxes = list(widgets.values())
        running.success(lambda: {box: box.value for box in message_boxes}, outputs=message_boxes, **QUIETLY)
    filled = [*widgets.values(), *urls.values(), *parameters]
    blank = [*(component.value for component in filled), None, "", "", None]
    clear.click(None, cancels=[running], **QUIETLY).then(
        lambda: blank, outputs=[*filled, result, note, status, wire], **QUIETLY
    )


def _input_widget(parameter: Parameter, download: Download, urls: dict[Component, gr.Textbox]) -> Component:
    """The widget of an input, with a box for its URL below it if it is a file."""
    component = widget(parameter, download)
    if isinstance(parameter.field, Picture | Sound):
        urls[component] = url_box()
    return component


def _first_sentence(task: Task) -> str:
    return task.description.partition("\n\n")[0].replace("\n", " ")


def _source(parameter: Parameter, widgets: dict[str, Component], result: Component) -> Component:
    return result if isinstance(parameter.field, Previous) else widgets[parameter.name]


def _examples(task: Task, components: list[Component]) -> None:
    """A button per example, with a short name: a table of them would push Run off the screen."""
    fields = [one.field for one in task.user_inputs]
    labels = [[shorten(example_label(example), _LONGEST_LABEL, placeholder="…")] for example in task.examples]
    examples = gr.Dataset(
        label="Examples", components=["textbox"], samples=labels, type="index", elem_id=f"examples-{task.id}"
    )

    def fill(chosen: int) -> dict[Component, Any]:
        values = [example_value(*pair) for pair in zip(fields, task.examples[chosen], strict=True)]
        return dict(zip(components, values, strict=True))

    examples.click(fill, inputs=[examples], outputs=components, **QUIETLY).then(
        None, js=f"() => window.gallery.filled({task.id!r})", api_visibility="private"
    )
