"""What a program does with the answer of a call: print it as it comes, print it whole, or save a file."""

import inspect
from enum import Enum, auto
from types import GenericAlias
from typing import Any, get_args

from inference_core import AsyncInferenceClient
from tasks.gallery.code.call import ClientCall
from tasks.registry import Task
from tasks.views import BeforeAfter, GeneratedPicture, GeneratedSound, Messages


class Answer(Enum):
    CHAT = auto()
    TOKENS = auto()
    PICTURE = auto()
    SOUND = auto()
    MASKS = auto()
    ITEMS = auto()
    VALUE = auto()


def answer_of(task: Task, call: ClientCall) -> Answer:
    """What the method returns for this call, as far as a program has to know."""
    if task.streams:
        return Answer.CHAT if task.view is Messages else Answer.TOKENS
    if task.view in (GeneratedPicture, BeforeAfter):
        return Answer.PICTURE
    if task.view is GeneratedSound:
        return Answer.SOUND
    items = _items(call)
    if items is None:
        return Answer.VALUE
    return Answer.MASKS if "mask" in getattr(items, "__struct_fields__", ()) else Answer.ITEMS


def text_field(call: ClientCall) -> str | None:
    """The field of the result that has the text, if the method returns such an object."""
    fields: tuple[str, ...] = getattr(_returned(call), "__struct_fields__", ())
    return next((name for name in fields if name.endswith("text")), None)


def _items(call: ClientCall) -> Any:
    returned = _returned(call)
    is_list = isinstance(returned, GenericAlias) and returned.__origin__ is list
    return get_args(returned)[0] if is_list else None


def _returned(call: ClientCall) -> Any:
    return inspect.signature(getattr(AsyncInferenceClient, call.method)).return_annotation
