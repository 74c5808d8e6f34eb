"""The function behind a tab's Run button, the same for every task: values in, task function, views out."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from functools import partial
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.context import LocalContext
from gradio.route_utils import get_api_call_path, get_root_url
from starlette.requests import Request

from inference_core.errors import CodedError
from tasks.gallery.error_text import is_not_recorded, is_refusal, shown_error
from tasks.gallery.file_inputs import Download
from tasks.gallery.inputs import argument, label_of
from tasks.gallery.outputs import growing_value, note_of
from tasks.gallery.refusal import refusal_card
from tasks.gallery.run_report import Run
from tasks.gallery.running import Asked, Runner
from tasks.gallery.sign_in import token_of_visitor
from tasks.gallery.url_box import TypedURLs
from tasks.registry import Task

_SAME = gr.skip()

Updates = AsyncGenerator[tuple[Any, ...]]


class WrongField(Exception):
    """What is in a field cannot be used; `error` says why."""

    def __init__(self, label: str, error: CodedError) -> None:
        super().__init__(label)
        self.label = label
        self.error = error


def run_handler(runner: Runner, download: Download, files: Sequence[int] = ()) -> Callable[..., Updates]:
    """An asynchronous generator of updates for result, note, status line, raw JSON, and each file and its URL.

    It takes the values of the inputs, the model box and the parameters, in this order, and then the URL of each file.
    `files` are the places of the inputs that have one.
    """
    task = runner.task

    async def handler(*values: Any) -> Updates:
        run, turn = Run(streams=task.streams), runner.pictures.turn()
        public = partial(runner.backend.public, page=_page())
        values, typed = values[: len(values) - len(files)], values[len(values) - len(files) :]
        urls = TypedURLs({at: (one or "").strip() for at, one in zip(files, typed, strict=True)}, download)
        value_of = growing_value(task.view)
        try:
            request = LocalContext.request.get(None)
            visitor, token = runner.room.visitor(request), token_of_visitor(request)
            asked = replace(_asked_with(urls, task, values), visitor=visitor, token=token)
            yield _SAME, _SAME, run.running(urls.state), _SAME, *urls.updates()
            result: tuple[Any, Any] = _SAME, _SAME
            async with aclosing(runner.views(run, turn, asked, waits_for_limits=True)) as views:
                async for view in views:
                    is_new = view is not None
                    if view is not None:
                        value = value_of(view) if task.streams else await turn.decoded(value_of, view)
                        result = value, escape(note_of(view))
                        view = None  # its pictures are large
                        turn.end()
                    shown = result if is_new else (_SAME, _SAME)
                    yield *shown, run.running(urls.state), _SAME, *urls.updates()
            yield *result, run.done(), await asyncio.to_thread(run.wire, public), *urls.updates()
        except Exception as error:
            wrong, label = (error.error, error.label) if isinstance(error, WrongField) else (error, "")
            message = runner.explain(wrong)
            wire = await asyncio.to_thread(run.wire, public) or _SAME
            if is_refusal(wrong):
                card = refusal_card(task, message, label, has_examples=not is_not_recorded(wrong))
                yield _SAME, card, run.refused(), wire, *urls.updates()
            else:
                yield _SAME, _SAME, run.failed(message), wire, *urls.updates()
                raise shown_error(message) from None
        finally:
            turn.end()

    return handler


def _page() -> str:
    """The address of the page where the button was pressed, "" if nobody knows it."""
    asked = LocalContext.request.get(None)
    request = asked and asked.request
    if not isinstance(request, Request):
        return ""
    try:
        found = get_root_url(request, get_api_call_path(request), request.scope.get("root_path"))
    except ValueError:  # no address of a page
        return ""
    # Only the browser knows for sure how it reaches the page; it says "null" of a page in a closed frame.
    origin = request.headers.get("origin", "")
    return "/".join([origin, *found.split("/")[3:]]) if "://" in origin else found


def _asked_with(urls: TypedURLs, task: Task, values: tuple[Any, ...]) -> Asked:
    """What the values ask for, with the files at the URLs where some are typed. Raises WrongField."""
    # A URL stands for its file, so that what is wrong elsewhere is told before anything is fetched.
    asked = asked_for(task, tuple(urls.typed.get(at) or value for at, value in enumerate(values)))

    async def fetch() -> Mapping[str, Any]:
        await urls.fetch()
        return {task.inputs[at].name: Path(path) for at, path in urls.paths.items() if path}

    return replace(asked, fetch=fetch) if urls else asked


def asked_for(task: Task, values: tuple[Any, ...]) -> Asked:
    """What the values of the inputs, the model box and the parameters ask for. Raises WrongField."""
    model_at = len(task.inputs)
    pairs = zip((*task.inputs, *task.parameters), values[:model_at] + values[model_at + 1 :], strict=True)
    given = {}
    for parameter, value in pairs:
        try:
            given[parameter.name] = argument(parameter, value)
        except CodedError as error:
            raise WrongField(label_of(parameter), error) from None
    model = (values[model_at] or "").strip() or None
    return Asked({name: value for name, value in given.items() if value is not None}, model)
