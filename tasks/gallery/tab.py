"""One task's tab: what it is about, examples, inputs with their buttons beside the result, and a strip of the rest."""

from dataclasses import dataclass
from functools import partial
from html import escape

import gradio as gr
from gradio.components import Component

from inference_core import words
from tasks.fields import Picture, Previous, Sound
from tasks.gallery.batch.layout import batch_drawer
from tasks.gallery.batch.rows import Batches
from tasks.gallery.chat import layout
from tasks.gallery.code.panel import code_panel
from tasks.gallery.compare.second import second_column
from tasks.gallery.events import render_once
from tasks.gallery.examples import examples_bar, fill_and_run
from tasks.gallery.file_inputs import Download
from tasks.gallery.files.showing import show_as_picture
from tasks.gallery.front.offers import Offers
from tasks.gallery.inputs import widget
from tasks.gallery.languages import languages_of, swap_at, swap_button
from tasks.gallery.links.fields import keep_in_address, kept, kept_model, kept_url
from tasks.gallery.links.share import share_bar
from tasks.gallery.missing_languages import Pickers, warn_of_missing
from tasks.gallery.outcome import Outcome, exchange_drawer, on_clear, on_run, on_stop, result_parts
from tasks.gallery.picker.box import model_box
from tasks.gallery.running import Runner
from tasks.gallery.url_box import fetch_on_enter, url_box
from tasks.registry import Parameter, Task
from tasks.translations import translated


@dataclass(frozen=True, slots=True)
class _Buttons:
    run: gr.Button
    stop: gr.Button
    clear: gr.Button


def build_tab(runner: Runner, download: Download, offers: Offers, batches: Batches) -> None:
    """Lay out the tab of a task, inside the `gr.Tabs` that is open; `download` gets files that are given by URL.

    A browser gets what is inside when the tab is opened first, for which front.js presses a hidden button: all at once,
    the tabs would be most of what it has to load.
    """
    task = runner.task
    with gr.Tab(translated(task.title), id=task.id, elem_id=f"tab-{task.id}"):
        opener = gr.Button("Open", elem_id=f"open-{task.id}", elem_classes="opener")
        render_once(opener, partial(_build_inside, runner, download, offers, batches))


def _build_inside(runner: Runner, download: Download, offers: Offers, batches: Batches) -> None:
    task = runner.task
    gr.HTML(_about(task), elem_classes="about", apply_default_css=False)
    bar = examples_bar(task)
    urls: dict[Component, gr.Textbox] = {}
    with gr.Row(elem_classes=layout.stage(task.view)):
        asked, shown = layout.columns(task.view)
        with asked:
            widgets = {one.name: _input_widget(runner, one, download, urls) for one in task.user_inputs}
            pickers = _language_pickers(task, download)
            buttons = _buttons(layout.run_label(task.view))
            _privacy(runner)
        with shown:
            result, note, status = result_parts(task.view)
        beside = gr.Row(elem_classes="beside")
    with gr.Row(elem_classes="strip"):
        model = model_box(task.id, words.text("page.task.model"), "model", words.text("page.task.model_info"))
        with gr.Column(min_width=320):
            drawer = layout.parameters_label(task.view)
            hidden = len(pickers.by_name) == len(task.parameters)
            with gr.Accordion(drawer, open=False, elem_classes="parameters", visible=not hidden):
                parameters = [pickers.by_name.get(one.name) or widget(one, download) for one in task.parameters]
            wire = exchange_drawer()
    outcome = Outcome(result, note, status, wire)
    inputs = [result if isinstance(one.field, Previous) else widgets[one.name] for one in task.inputs]
    code_panel(runner, [*inputs, model, *parameters])
    batch_drawer(runner, batches, download, [*inputs, model, *parameters])
    fill_and_run(bar, task, list(widgets.values()))
    warn_of_missing(pickers, task, model, offers)
    running = on_run(buttons.run, runner, download, [*inputs, model, *parameters], urls, outcome)
    if result in inputs:
        # The tab continues from its own result.
        layout.tell_end(running, task.id)
    on_stop(buttons.stop, running, status)
    own = [None if one is result else one for one in inputs]
    with beside:
        second_column(runner, download, [*own, None, *parameters], urls)
    parts = [kept(*pair) for pair in zip(task.inputs, inputs, strict=True)]
    boxes = [kept_url(one, urls[one.component]) for one in parts if one.component in urls]
    others = [
        kept(one, component, folded=one.name not in pickers.by_name)
        for one, component in zip(task.parameters, parameters, strict=True)
    ]
    keep_in_address(task, [*parts, *boxes, kept_model(model), *others])
    on_clear(buttons.clear, running, [*widgets.values(), *urls.values(), *parameters], outcome)


def _about(task: Task) -> str:
    """The heading, a sentence, and room for what the present model can, which front.js fills in."""
    link = f"<a href='{task.page}' target='_blank' rel='noreferrer'>{_text('about')}</a>"
    states = " ".join(f"data-{one}='{escape(words.text(f'page.states.{one}'))}'" for one in ("running", "stopping"))
    can, cannot = (f"<div><dt>{_text(one)}</dt><dd data-of='{one}'></dd></div>" for one in ("can", "cannot"))
    return (
        f"<div class='title'><h2>{escape(translated(task.verb))}</h2><span class='level'></span></div>"
        f"<p>{escape(translated(task.title))}: {escape(translated(task.summary))} {link}</p>"
        f"{share_bar()}"
        f"<dl class='abilities' {states} hidden>{can}{cannot}</dl>"
    )


def _text(key: str) -> str:
    return escape(words.text(f"page.task.{key}"))


def _input_widget(
    runner: Runner, parameter: Parameter, download: Download, urls: dict[Component, gr.Textbox]
) -> Component:
    """The widget of an input, with a box for its URL below it if it is a file."""
    component = widget(parameter, download)
    if isinstance(parameter.field, Picture):
        key = f"{runner.task.id}-{parameter.name}"
        show_as_picture(key, component, parameter.field, runner.pictures.most_pixels, runner.room)
    if isinstance(parameter.field, Picture | Sound):
        urls[component] = box = url_box(parameter.field.label)
        fetch_on_enter(box, component, download, runner.room)
    return component


def _language_pickers(task: Task, download: Download) -> Pickers:
    """The parameters that are languages, beside each other; two can be exchanged."""
    languages = languages_of(task.parameters)
    if not languages:
        return Pickers({}, None)
    with gr.Row(elem_classes="languages"):
        first = widget(languages[0], download)
        swap = swap_button() if len(languages) == 2 else None
        pickers = [first, *(widget(one, download) for one in languages[1:])]
    if swap:
        swap_at(swap, pickers)
    named = {one.name: picker for one, picker in zip(languages, pickers, strict=True)}
    return Pickers(named, gr.HTML(elem_classes="hint", padding=False))


def _buttons(run_label: str) -> _Buttons:
    with gr.Row(elem_classes="actions"):
        run = gr.Button(run_label, variant="primary", elem_classes="run", min_width=90)
        stop = gr.Button(words.text("page.task.stop"), variant="stop", elem_classes="stop", min_width=90)
        clear = gr.Button(words.text("page.task.clear"), elem_classes="clear", min_width=70)
    return _Buttons(run, stop, clear)


def _privacy(runner: Runner) -> None:
    """Where the inputs go, and who pays, before the first of them goes to another machine."""
    if runner.backend.kind != "local" or runner.backend.recorded_on:
        gr.HTML(escape(" ".join(runner.backend.said("inputs", "cost"))), elem_classes="privacy")
