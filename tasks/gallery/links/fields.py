"""What of a tab is in the address: read when something changes, and put back when the page is opened.

Both happen in the browser alone (links.js): what stands behind the # of an address reaches no server and no log.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import gradio as gr
from gradio.components import Component

from inference_core import words
from tasks.fields import Number, Picture, Previous, Sound, Switch, Table
from tasks.gallery.events import QUIETLY
from tasks.gallery.inputs import label_of
from tasks.registry import Parameter, Task

Kind = Literal["text", "json", "file", "url", "turns"]
"""How a value stands in an address: as it is, as JSON, by the URL in the box below it if it has one, as that URL, or
not at all, as what was said before."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A component whose value the address keeps under a name; `usual` is what is in it when nobody has changed it.

    One that is `folded` is in the drawer of the parameters.
    """

    name: str
    kind: Kind
    usual: Any
    label: str
    component: Component
    folded: bool = False


def kept(parameter: Parameter, component: Component, *, folded: bool = False) -> Kept:
    """The component of a parameter."""
    match parameter.field:
        case Picture() | Sound():
            kind: Kind = "file"
        case Previous():
            kind = "turns"
        case Number() | Switch() | Table():
            kind = "json"
        case _:
            kind = "text"
    usual = None if isinstance(parameter.field, Table) else component.value
    label = words.text("links.share.conversation") if isinstance(parameter.field, Previous) else label_of(parameter)
    return Kept(parameter.name, kind, usual, label, component, folded)


def kept_url(file: Kept, box: gr.Textbox) -> Kept:
    """The box for the URL of a file."""
    return Kept(file.name, "url", "", file.label, box)


def kept_model(box: gr.Textbox) -> Kept:
    """The box with the model."""
    return Kept("model", "text", "", words.text("page.task.model"), box)


def keep_in_address(task: Task, everything: Sequence[Kept]) -> None:
    """Let the address of the page have what is in the components.

    It takes buttons that nobody sees, for links.js to press: it cannot read or fill a component otherwise.
    """
    given: dict[str, Any] = {**QUIETLY, "fn": None}
    keep = gr.Button("Keep", elem_id=f"keep-{task.id}", elem_classes="opener")
    keep.click(js=_call("keep", task, everything), inputs=[one.component for one in everything], **given)
    filled = [one for one in everything if one.kind != "turns"]
    restore = gr.Button("Restore", elem_id=f"restore-{task.id}", elem_classes="opener")
    restore.click(js=_call("values", task, filled), outputs=[one.component for one in filled], **given)


def _call(name: str, task: Task, fields: Sequence[Kept]) -> str:
    told = json.dumps([[one.name, one.kind, one.usual, one.label, one.folded] for one in fields])
    return f"(...values) => window.links.{name}({json.dumps(task.id)}, {told}, values)"
