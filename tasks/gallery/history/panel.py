"""The button and the dialog of the history, as HTML that waits in the page until panel.js takes it out."""

from html import escape

from inference_core.words import names, text


def history_panel() -> str:
    """A template: without it, the scripts neither note nor show any run."""
    said = "".join(f" data-{name}='{_text(f'said.{name}', seconds='{seconds}')}'" for name in names("history.said"))
    choices = "".join(
        f"<option value='{name}'>{_text(f'choices.{name}')}</option>" for name in names("history.choices")
    )
    return f"""<template id='history'>
      <button type='button' class='history-opener' aria-haspopup='dialog'>{_text("panel.title")}</button>
      <dialog class='history' aria-labelledby='history-title'{said}>
        <div class='top'><h2 id='history-title'>{_text("panel.title")}</h2>
          <button type='button' class='close' aria-label='{_text("panel.close")}'>✕</button></div>
        <p>{_text("panel.about")}</p>
        <p class='choice'><label>{_text("panel.keep")} <select>{choices}</select></label>
          <button type='button' class='clear-all'>{_text("panel.clear")}</button></p>
        <p role='status'></p>
        <ol tabindex='-1' aria-labelledby='history-title'></ol>
        <p class='empty'>{_text("panel.empty")}</p>
      </dialog></template>"""


def _text(key: str, **arguments: str) -> str:
    return escape(text(f"history.{key}", **arguments))
