"""The code of a call in every language."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from inference_core import words
from tasks.gallery.code.answer import answer_of
from tasks.gallery.code.call import ClientCall, client_call
from tasks.gallery.code.curl import curl
from tasks.gallery.code.javascript import has_too_large_number, javascript
from tasks.gallery.code.other_python import huggingface_hub, openai
from tasks.gallery.code.place import Place
from tasks.gallery.code.request import HttpRequest, http_request, is_chat
from tasks.gallery.code.this_client import asynchronous, blocking
from tasks.registry import Task


@dataclass(frozen=True, slots=True)
class Snippet:
    """A program in a language, a name below `languages` of the words; without one, the reason."""

    language: str
    source: str = ""
    reason: str = ""


async def snippets(task: Task, arguments: Mapping[str, Any], place: Place) -> list[Snippet]:
    """The programs that call a task's model with these arguments of the task's function; files are given by path.

    Raises:
        InvalidInputError: the client would not send this.
    """
    call = await client_call(task, arguments)
    request = await http_request(call, place)
    return [
        Snippet("python", blocking(task, call, place, _notes(call, place, "this_client"))),
        Snippet("async", asynchronous(task, call, place, _notes(call, place, "this_client"))),
        _huggingface_hub(task, call, place, request),
        _openai(call, place, request),
        _javascript(task, call, place, request),
        Snippet("curl", curl(answer_of(task, call), place, request, _file(call), _request_notes(call, place))),
    ]


def _huggingface_hub(task: Task, call: ClientCall, place: Place, request: HttpRequest) -> Snippet:
    if not task.is_in_huggingface_hub:
        return Snippet("huggingface_hub", reason=words.text("code.reasons.no_method"))
    told = _notes(call, place, "install", package="huggingface_hub numpy Pillow")
    return Snippet("huggingface_hub", huggingface_hub(task, call, place, request, told))


def _openai(call: ClientCall, place: Place, request: HttpRequest) -> Snippet:
    if not is_chat(call):
        return Snippet("openai", reason=words.text("code.reasons.no_chat"))
    return Snippet("openai", openai(call, place, request, _notes(call, place, "install", package="openai")))


def _javascript(task: Task, call: ClientCall, place: Place, request: HttpRequest) -> Snippet:
    if has_too_large_number(request.body):
        return Snippet("javascript", reason=words.text("code.reasons.large_number"))
    told = [words.text("code.notes.javascript"), *_request_notes(call, place)]
    return Snippet("javascript", javascript(answer_of(task, call), place, request, _file(call), told))


def _file(call: ClientCall) -> Any:
    return call.files[0] if call.files else None


def _request_notes(call: ClientCall, place: Place) -> list[str]:
    is_one_of_many = place.needs_token and not is_chat(call)
    return _notes(call, place) + ([words.text("code.notes.provider")] if is_one_of_many else [])


def _notes(call: ClientCall, place: Place, first: str = "", **arguments: str) -> list[str]:
    """What the reader has to do before the program runs."""
    told = [words.text(f"code.notes.{first}", **arguments)] if first else []
    if place.kind in ("local", "hosted"):
        told.append(words.text(f"code.notes.{place.kind}"))
    return told + ([words.text("code.notes.file")] if call.files else [])
