"""Fields as Gradio components, and their values as a task function takes them."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import gradio as gr
from gradio.components import Component

from inference_core import words
from inference_core.errors import CodedError
from tasks.fields import Choice, Field, Language, Lines, Number, Picture, Previous, Sound, Switch, Table, Text, Words
from tasks.gallery.cache import cached_file
from tasks.gallery.chat.conversation import turns
from tasks.gallery.file_inputs import Download, picture_input, sound_input
from tasks.gallery.languages import LANGUAGES
from tasks.gallery.limits import LONGEST_TEXT, check_conversation, check_entries
from tasks.gallery.numbers import written
from tasks.registry import Parameter
from tasks.translations import translated

_LARGEST_WHOLE = 2**63 - 1


class UnusableInput(CodedError):
    """An input is missing or makes no sense."""


def widget(parameter: Parameter, download: Download) -> Component:
    """The component in which somebody gives this parameter's value; `download` gets files that are given by URL."""
    component = _component(parameter, download)
    component.interactive = True  # Gradio takes one that is made late, with a value, for a result
    return component


def _component(parameter: Parameter, download: Download) -> Component:
    label = label_of(parameter)
    match parameter.field:
        case Text(lines=lines, placeholder=placeholder):
            return gr.Textbox(
                label=label,
                lines=lines,
                max_lines=max(lines, 12),
                placeholder=translated(placeholder),
                max_length=LONGEST_TEXT,
            )
        case Lines(lines=lines, placeholder=placeholder):
            return gr.Textbox(
                label=label,
                lines=lines,
                max_lines=12,
                placeholder=translated(placeholder),
                max_length=LONGEST_TEXT,
                info=words.text("inputs.boxes.one_per_line"),
            )
        case Words(placeholder=placeholder, info=info):
            return gr.Textbox(
                label=label,
                placeholder=translated(placeholder),
                max_length=LONGEST_TEXT,
                info=translated(info) or words.text("inputs.boxes.with_commas"),
            )
        case Table():
            return gr.Dataframe(label=label, type="pandas", datatype="str", interactive=True, max_height=300, wrap=True)
        case Picture(pages=pages):
            return picture_input(label, download, pages=pages)
        case Sound():
            return sound_input(label, download)
        case Number(info=info, step=step) as field:
            # Gradio shows a box whose value is None as 0, and sends that; it leaves "" alone if it has neither to round
            # nor to compare. Its own error about the bounds would not say which box is meant anyway.
            return gr.Number(
                label=label,
                info=", ".join(filter(None, (translated(info), _in_words(field)))),
                value="",  # type: ignore[arg-type]
                step=step,
                placeholder=words.text("inputs.boxes.left_to_model"),
            )
        case Choice(info=info):
            return gr.Dropdown(
                label=label,
                info=translated(info),
                choices=[(words.text("inputs.boxes.left_to_model"), ""), *choices(parameter)],
                value="",
            )
        case Language(empty=empty):
            return gr.Dropdown(
                label=label,
                choices=[(translated(empty), ""), *((translated(name), code) for code, name in LANGUAGES.items())],
                value="",
                allow_custom_value=True,
            )
        case Switch(info=info, default=default):
            return gr.Checkbox(label=label, info=translated(info), value=default)
        case Previous():
            raise TypeError("The previous result is shown by the tab's output, not asked for.")


def argument(parameter: Parameter, value: Any) -> Any:
    """What the task function gets for a component's value; None for a parameter nobody changed.

    Raises:
        UnusableInput: an input without a default was left empty, or the value is not one its field takes.
    """
    converted = _converted(parameter, value)
    if converted is None and parameter.is_required:
        raise missing(parameter)
    return converted


def _in_words(field: Number) -> str:
    """The bounds of a number, "" if it has none."""
    bounds = {"least": field.minimum, "most": field.maximum}
    said = {name: written(bound) for name, bound in bounds.items() if bound is not None}
    key = {(): "", ("least",): "at_least", ("most",): "at_most", ("least", "most"): "between"}[tuple(said)]
    return words.text(f"inputs.numbers.{key}", **said) if key else ""


def choices(parameter: Parameter) -> list[str]:
    """The words of a parameter's `Literal` type."""
    return [option for kind in get_args(parameter.type) for option in get_args(kind)]


def example_value(field: Field, value: Any) -> Any:
    """An example's value as its component takes it."""
    match field, value:
        case Table(), Mapping():
            return {"headers": list(value), "data": [list(row) for row in zip(*value.values(), strict=True)]}
        case Lines(), list():
            return "\n".join(value)
        case Words(), list():
            return ", ".join(value)
        case Picture() | Sound(), Path():
            return cached_file(value)
        case _:
            return value


def example_label(values: Sequence[Any]) -> str:
    """What an example is called: the file's name and the first text, or what else it begins with."""
    names = [value.stem.replace("_", " ") for value in values if isinstance(value, Path)]
    texts = [value for value in values if isinstance(value, str)]
    if names or texts:
        return ": ".join([*names, *texts[:1]])
    only = values[0]
    listed = ", ".join(only)
    if not isinstance(only, Mapping):
        return listed
    return words.text("inputs.boxes.table_example", count=len(next(iter(only.values()))), columns=listed)


def missing(parameter: Parameter) -> UnusableInput:
    """The error where a parameter that must be given is not."""
    match parameter.field:
        case Picture():
            code = "no_picture_given"
        case Sound():
            code = "no_sound_given"
        case _:
            code = "nothing_filled_in"
    return UnusableInput(code, label=label_of(parameter))


def label_of(parameter: Parameter) -> str:
    """What the parameter is called in the page."""
    return translated(getattr(parameter.field, "label", parameter.name))


def _converted(parameter: Parameter, value: Any) -> Any:
    match parameter.field:
        case Text():
            return value if value and value.strip() else None
        case Words():
            return entries(parameter, (value or "").split(","))
        case Lines():
            return entries(parameter, (value or "").splitlines())
        case Table(label=label):
            return _columns(label, value)
        case Switch(default=default):
            return None if value is None or value == default else _switch(parameter, value)
        case Picture() | Sound():
            return Path(value) if value else None
        case Previous():
            messages = turns(value)
            check_conversation(messages)
            return messages
        case Number() as field:
            return None if value in ("", None) else _number(parameter, field, value)
        case Choice():
            return value or None
        case Language():
            return _language(parameter, value)


def _language(parameter: Parameter, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise UnusableInput("not_a_language", label=label_of(parameter))
    return (value or "").strip() or None


def _switch(parameter: Parameter, value: Any) -> bool:
    if not isinstance(value, bool):
        raise UnusableInput("not_a_switch", name=parameter.name)
    return value


def entries(parameter: Parameter, texts: Sequence[str]) -> list[str] | None:
    """The texts that are not empty, None if all are. Raises TooMuch."""
    found = [text.strip() for text in texts if text.strip()]
    check_entries(label_of(parameter), found)
    return found or None


def _number(parameter: Parameter, field: Number, value: Any) -> float:
    low = -math.inf if field.minimum is None else field.minimum
    is_whole = int in get_args(parameter.type)
    largest = _LARGEST_WHOLE if is_whole else math.inf
    high = largest if field.maximum is None else field.maximum
    # Callers of the API may send any type.
    is_number = isinstance(value, int | float) and low <= value <= high
    if not is_number or (is_whole and value != int(value)):
        kind = words.text(f"inputs.numbers.{'whole' if is_whole else 'any'}")
        below = words.text("inputs.numbers.below") if is_whole and field.maximum is None else ""
        raise UnusableInput("not_a_number", name=parameter.name, kind=f"{kind} {_in_words(field)}".rstrip() + below)
    return int(value) if is_whole else value


def _columns(label: str, frame: Any) -> dict[str, list[str]] | None:
    """A data frame as `{column: [cells as text]}`, without the empty rows an editor leaves; None if all are."""
    if not frame.columns.is_unique:
        raise UnusableInput("column_twice", label=label)
    filled = frame.fillna("").astype(str)
    filled = filled[(filled != "").any(axis=1)]
    return {str(name): list(filled[name]) for name in filled.columns} if len(filled) else None
