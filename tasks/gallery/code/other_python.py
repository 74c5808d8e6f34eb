"""Snippets for huggingface_hub's client, whose methods are those of this client, and for openai's, which chats."""

from collections.abc import Sequence

from tasks.gallery.code.call import ClientCall
from tasks.gallery.code.literals import Source
from tasks.gallery.code.place import Place
from tasks.gallery.code.python import call_source, chat_use, imports, method_source, notes, program
from tasks.gallery.code.request import HttpRequest, arguments_by_name, is_chat
from tasks.registry import Task

_CHAT_ROUTE = "/chat/completions"


def huggingface_hub(task: Task, call: ClientCall, place: Place, request: HttpRequest, told: Sequence[str]) -> str:
    """The call with huggingface_hub's `InferenceClient`, at the URL of the model if Hugging Face does not have it."""
    head = imports(task, call, "from huggingface_hub import InferenceClient")
    model = place.model if place.needs_token else _base_url(request) if is_chat(call) else request.url
    client = call_source("client = ", "InferenceClient", [model], {}, 0)
    return program(notes(told), head, f"{client}\n{method_source(task, call)}")


def openai(call: ClientCall, place: Place, request: HttpRequest, told: Sequence[str]) -> str:
    """The chat with openai's client."""
    key = Source('os.environ["HF_TOKEN"]') if place.needs_token else "none"
    head = "\n".join([*(["import os", ""] if place.needs_token else []), "from openai import OpenAI"])
    client = call_source("client = ", "OpenAI", [], {"base_url": _base_url(request), "api_key": key}, 0)
    arguments = {"model": request.body["model"], **arguments_by_name(call)}
    called = call_source("stream = ", "client.chat.completions.create", [], arguments, 0)
    return program(notes(told), head, f"{client}\n{called}\n{chat_use()}")


def _base_url(request: HttpRequest) -> str:
    return request.url.removesuffix(_CHAT_ROUTE)
