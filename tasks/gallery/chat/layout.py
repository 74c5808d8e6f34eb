"""Where a conversation's parts go in a tab: over the whole width, the box for the message below what was said."""

import gradio as gr
from gradio.events import Dependency

from inference_core.words import text
from tasks.views import Messages, View


def stage(view: type[View]) -> list[str]:
    """The classes of the row that holds the inputs and the result."""
    return ["stage", "chat"] if view is Messages else ["stage"]


def columns(view: type[View]) -> tuple[gr.Column, gr.Column]:
    """The columns of the inputs and of the result, in the row that is open: a conversation comes before its box."""
    order = ("outcome", "inputs") if view is Messages else ("inputs", "outcome")
    made = {name: gr.Column(min_width=320, elem_classes=name) for name in order}
    return made["inputs"], made["outcome"]


def run_label(view: type[View]) -> str:
    return text("chat.page.send") if view is Messages else text("page.task.run")


def parameters_label(view: type[View]) -> str:
    return text("chat.page.parameters") if view is Messages else text("page.task.parameters")


def tell_end(running: Dependency, task_id: str) -> None:
    """Let the scripts know when a run is over, which frees the box or brings an unanswered message back into it."""
    for after in (running.then, running.failure):  # Gradio's browser code does not go on after a failure with the first
        after(None, js=f"() => window.chat.ended({task_id!r})", api_visibility="private")
