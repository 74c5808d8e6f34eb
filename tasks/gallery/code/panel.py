"""The part of a task's page that shows what stands in its fields as programs, while it is open."""

import json
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import gradio as gr
from gradio.components import Component

from inference_core import words
from inference_core.errors import CodedError
from tasks.fields import Previous
from tasks.gallery.chat.conversation import turns
from tasks.gallery.code.place import Place, place_of
from tasks.gallery.code.snippets import snippets
from tasks.gallery.events import QUIETLY
from tasks.gallery.run_handler import WrongField, asked_for
from tasks.gallery.running import Runner
from tasks.registry import Task

_LONGEST = 20_000
"""Characters of all that was filled in; a program with more is no example any more."""


def code_panel(runner: Runner, fields: Sequence[Component]) -> None:
    """Lay the panel out. `fields` are the inputs, the model box and the parameters, in this order.

    While it is closed it does nothing: Gradio makes what is in it when it is opened first, and code.js asks for the
    programs only while they can be seen.
    """
    said = {
        "languages": {name: words.text(f"code.languages.{name}") for name in words.names("code.languages")},
        "choose": words.text("code.panel.choose"),
        "first": words.text("code.panel.first"),
        "copy": {name: words.text(f"results.copy.{name}") for name in ("is", "done", "refused")},
    }
    with gr.Accordion(words.text("code.panel.title"), open=False, elem_classes="code-panel"):
        panel = gr.HTML(
            html_template="",
            js_on_load=f"window.code.open(element, props, watch, trigger, {json.dumps(said)});",
            apply_default_css=False,
            elem_classes="programs",
        )
    # What changes while programs are on their way asks again when they are there.
    panel.select(_programs(runner), inputs=list(fields), outputs=[panel], trigger_mode="always_last", **QUIETLY)


def _programs(runner: Runner) -> Callable[..., Coroutine[Any, Any, dict[str, Any]]]:
    task = runner.task

    async def programs(*values: Any) -> dict[str, Any]:
        """What the panel shows: a program or a reason by language, or what is missing for all of them."""
        try:
            asked = asked_for(task, _as_last_sent(task, values))
            if len(repr(asked.arguments)) > _LONGEST:
                return {"problem": words.text("code.panel.too_long")}
            found = await snippets(task, asked.arguments, await _place(runner, asked.model))
        except WrongField as wrong:
            return {"problem": runner.explain(wrong.error)}
        except (CodedError, OSError) as error:
            return {"problem": runner.explain(error)}
        return {"programs": {one.language: {"source": one.source, "reason": one.reason} for one in found}}

    return programs


async def _place(runner: Runner, model: str | None) -> Place:
    backend = runner.backend
    client = await backend.client()
    named = model or client.model or await client.recommended_model(runner.task.id)
    return place_of(backend.kind, named, backend.address)


def _as_last_sent(task: Task, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """The values with the last question back in its box, if that was emptied when it was sent."""
    previous = next((at for at, one in enumerate(task.inputs) if isinstance(one.field, Previous)), None)
    if previous is None or (values[0] or "").strip():
        return values
    said = turns(values[previous])
    last = max((at for at, turn in enumerate(said) if turn["role"] == "user"), default=None)
    if last is None:
        return values
    given = dict(enumerate(values)) | {0: said[last]["content"], previous: said[:last]}
    return tuple(given.values())
