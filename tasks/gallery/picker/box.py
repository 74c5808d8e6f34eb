"""The box with a task's model, and the list below it that picker.js fills when it is opened."""

from html import escape

import gradio as gr

from inference_core.words import names, text


def model_box(task_id: str, label: str, kind: str, info: str | None = None) -> gr.Textbox:
    """The box, which is empty for the recommended model. `kind` is its class, one of a kind in a tab."""
    with gr.Column(elem_classes="pick", min_width=320):
        box = gr.Textbox(
            label=label,
            info=info,
            placeholder=text("page.task.model_placeholder"),
            elem_classes=kind,
            max_length=500,
            max_lines=1,  # of one line, which a box of several with a list would not be to a screen reader
        )
        gr.HTML(_list(f"{kind}-list-{task_id}"), apply_default_css=False, padding=False)
    return box


def _list(number: str) -> str:
    # picker.js fills in how many.
    said = {name: escape(text(f"picker.list.{name}", count="{count}"), quote=True) for name in names("picker.list")}
    told = "".join(f' data-{name}="{words}"' for name, words in said.items())
    return (
        f"<div class='picker' id='{number}'{told}>"
        f"<button type='button' class='choose' aria-expanded='false' aria-controls='{number}-options'>"
        f"{said['choose']}</button>"
        f"<button type='button' class='reset' title=\"{said['back']}\" hidden>{said['reset']}</button>"
        f"<div class='offered' hidden><ul role='listbox' id='{number}-options' aria-label=\"{said['label']}\"></ul>"
        "<p></p></div><span role='status'></span></div>"
    )
