"""The examples of a task: a button each, which fills in what it says and runs it."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from textwrap import shorten
from typing import Any

import gradio as gr
from gradio.components import Component

from inference_core import words
from tasks.fields import Picture
from tasks.gallery.events import QUIETLY
from tasks.gallery.inputs import example_label, example_value
from tasks.gallery.sample_pictures import address_of
from tasks.registry import Task

_LONGEST_LABEL = 60
# Gradio gives the classes of the component to its frame too, where they count.
_CHOOSE = """
element.className = "";
element.addEventListener("click", (event) => {
  const chosen = event.target.closest("[data-at]");
  if (chosen) trigger("select", { index: Number(chosen.dataset.at) });
});
"""


def examples_bar(task: Task) -> gr.HTML:
    """The buttons, laid out where this is called."""
    what = escape(words.text("page.task.examples"))
    return gr.HTML(
        f"<div class='chips' role='group' aria-label='{what}'>{''.join(_buttons(task))}</div>",
        js_on_load=_CHOOSE,
        apply_default_css=False,
        elem_id=f"examples-{task.id}",
        elem_classes="examples",
    )


def fill_and_run(bar: gr.HTML, task: Task, components: Sequence[Component]) -> None:
    """Let a click on a button put the values of its example into the components, and then press Run."""
    fields = [one.field for one in task.user_inputs]

    def fill(event: gr.EventData) -> dict[Component, Any]:
        values = zip(fields, task.examples[event.index], strict=True)
        return dict(zip(components, (example_value(*pair) for pair in values), strict=True))

    bar.select(fill, outputs=list(components), **QUIETLY).then(
        None, js=f"() => window.gallery.filled({task.id!r})", api_visibility="private"
    )


def example_name(task: Task, at: int) -> str:
    """What the example is called on its button."""
    return shorten(example_label(task.examples[at]), _LONGEST_LABEL, placeholder="…")


def _buttons(task: Task) -> list[str]:
    return [
        f"<button type='button' class='chip' data-at='{at}'>{_picture(task, example)}"
        f"<span>{escape(example_name(task, at))}</span></button>"
        for at, example in enumerate(task.examples)
    ]


def _picture(task: Task, example: Sequence[Any]) -> str:
    pictures = [
        value
        for one, value in zip(task.user_inputs, example, strict=True)
        if isinstance(one.field, Picture) and isinstance(value, Path)
    ]
    return f"<img src='{escape(address_of(pictures[0]))}' alt='' loading='lazy'>" if pictures else ""
