"""What is said beside the pickers of languages about those that the present model does not have, before it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import cast

import gradio as gr
from gradio.components import Component

from inference_core.words import text
from tasks.gallery.events import QUIETLY
from tasks.gallery.front.offers import Offers
from tasks.gallery.inputs import label_of
from tasks.gallery.languages import LANGUAGES, languages_of
from tasks.registry import Task
from tasks.translations import translated

_MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Pickers:
    """The pickers of a task's languages by the name of the parameter, and a place for a hint, if there are any."""

    by_name: Mapping[str, Component]
    hint: gr.HTML | None


def warn_of_missing(pickers: Pickers, task: Task, model: gr.Textbox, offers: Offers) -> None:
    """Let the hint say which of the picked languages the model in the box does not have, and which it has."""
    if pickers.hint is None:
        return

    async def say(typed: str | None, *picked: object) -> str:
        about = await offers.about(task.id, (typed or "").strip())
        has = about["languages"] if about else {}
        chosen = zip(languages_of(task.parameters), picked, strict=True)
        said = [missing_language(label_of(one), has.get(one.name, []), str(language or "")) for one, language in chosen]
        return "".join(f"<p>{escape(one)}</p>" for one in said if one)

    boxes = [model, *pickers.by_name.values()]
    gr.on([cast(gr.Textbox, box).change for box in boxes], say, inputs=boxes, outputs=[pickers.hint], **QUIETLY)


def missing_language(label: str, has: Sequence[str], picked: str) -> str:
    """A sentence if the language that was picked is not among those that a model has; else ""."""
    code = picked.strip().replace("_", "-").partition("-")[0].lower()
    # Of a code that is not in the list, such as ita_Latn, only the model knows what it means.
    if not has or code not in LANGUAGES or code in has:
        return ""
    names = [translated(LANGUAGES.get(one, one)) for one in has]
    return text("page.languages.missing", label=label, language=translated(LANGUAGES[code]), has=_listed(names))


def _listed(names: Sequence[str]) -> str:
    """The first of the names, and how many more there are."""
    shown, more = names[:_MOST_NAMES], len(names) - _MOST_NAMES
    if more > 0:
        return text("page.languages.more", names=", ".join(shown), count=more)
    return text("page.languages.all", names=", ".join(names[:-1]), last=names[-1]) if len(names) > 1 else names[0]
