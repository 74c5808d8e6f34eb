"""The function behind a tab's Run button, the same for every task: values in, task function, views out."""

import asyncio
import inspect
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from html import escape
from typing import Any

import gradio as gr

from inference_core.errors import CodedError, InferenceConnectionError
from inference_core.media.large_pictures import Turn
from inference_core.private_log import where_raised
from inference_core.urls import safe_model
from tasks.gallery.backend import Backend, EngineStopped
from tasks.gallery.error_text import shown_error
from tasks.gallery.inputs import argument
from tasks.gallery.outputs import component_value, note_of
from tasks.gallery.pacing import Latest
from tasks.gallery.pictures import Pictures, check_pictures
from tasks.gallery.run_report import Run
from tasks.registry import Parameter, Task
from tasks.views import View

_log = logging.getLogger(__name__)

RUNNING = "● running"

Updates = AsyncGenerator[tuple[Any, Any, Any, Any]]


def run_handler(task: Task, backend: Backend, pictures: Pictures | None = None) -> Callable[..., Updates]:
    """An asynchronous generator of updates for (result, note, status line, raw JSON).

    It takes the values of the inputs, the model box and the parameters, in this order, and has the name, description
    and signature of the task, from which Gradio makes the API page and the tools for agents. `pictures` is what the
    handlers of a page share.
    """
    pictures = pictures or Pictures()

    async def handler(*values: Any) -> Updates:
        run, turn = Run(streams=task.streams), pictures.turn()
        nothing_new = gr.skip(), gr.skip()
        result = nothing_new
        try:
            arguments, model = _arguments(task, values)
            yield *result, run.status(RUNNING), gr.skip()
            await check_pictures(arguments.values(), turn)
            views = _views(task, backend, run, turn, model, arguments)
            async with Latest(_in_place(backend.place(model), views)) as latest:
                async for view in latest.updates():
                    run.parts = latest.count
                    is_new = view is not None
                    if view is not None:
                        result = await turn.decoded(component_value, view), escape(note_of(view))
                        view = None  # its pictures are large
                        turn.end()
                    yield *(result if is_new else nothing_new), run.status(RUNNING), gr.skip()
            # The result once more: callers of the API get the last values only.
            yield *result, run.status("✓ done"), await asyncio.to_thread(run.wire)
        except Exception as error:
            message = _message_for_visitor(task, error)
            yield (
                *nothing_new,
                run.status(f"✗ {escape(message, quote=False)}"),
                await asyncio.to_thread(run.wire) or gr.skip(),
            )
            raise shown_error(message) from None
        finally:
            turn.end()

    handler.__name__ = task.api_name
    handler.__doc__ = _documentation(task)
    handler.__signature__ = _signature(task)  # type: ignore[attr-defined]
    return handler


def _arguments(task: Task, values: tuple[Any, ...]) -> tuple[dict[str, Any], str | None]:
    """The arguments of the task function that are given, and the model if one is."""
    model_at = len(task.inputs)
    pairs = zip((*task.inputs, *task.parameters), values[:model_at] + values[model_at + 1 :], strict=True)
    given = {parameter.name: argument(parameter, value) for parameter, value in pairs}
    model = (values[model_at] or "").strip() or None
    return {name: value for name, value in given.items() if value is not None}, model


async def _views(
    task: Task, backend: Backend, run: Run, turn: Turn, model: str | None, arguments: dict[str, Any]
) -> AsyncIterator[View]:
    """The views of a run. It is repeated once if the local engine had stopped before it began."""
    turn.enter()
    for is_last in (False, True):
        is_begun = False
        try:
            # The operator's own URL is trusted, one that a visitor typed is not.
            client = await backend.client(model=model, observer=run.exchanges.append, guard_urls=model is not None)
            run.model = safe_model(client.model or "")
            if task.streams:
                async for view in task.run(client, **arguments):
                    is_begun = True
                    yield view
            else:
                yield await task.run(client, **arguments)
            return
        except InferenceConnectionError as error:
            explained = await backend.explain(error)
            was_computed = is_begun or error.code != "unreachable"
            if is_last or was_computed or not isinstance(explained, EngineStopped):
                raise explained from None


async def _in_place(place: AbstractAsyncContextManager[object], views: AsyncIterator[View]) -> AsyncIterator[View]:
    """The views, as soon as there is a place."""
    async with place:
        async for view in views:
            yield view


def _message_for_visitor(task: Task, error: Exception) -> str:
    """The message for the visitor; an error that the visitor did not cause is also logged for the operator."""
    if isinstance(error, CodedError) and not error.is_for_programmers:
        return error.explain()
    _log.error("%s: %s", task.id, where_raised(error))
    return CodedError("app_failed").explain()


def _documentation(task: Task) -> str:
    """The description in Google's style, which Gradio reads for the API page and for agents."""
    asked = [f"    {one.name}: {_hint(one)}" for one in (*task.inputs, *task.parameters)]
    asked.insert(len(task.inputs), "    model: model id or URL of an endpoint; empty for the recommended model")
    return "\n".join([task.description, "", "Args:", *asked])


def _hint(parameter: Parameter) -> str:
    field = parameter.field
    return getattr(field, "info", "") or getattr(field, "label", "") or "the result so far; leave it empty at first"


def _signature(task: Task) -> inspect.Signature:
    """What callers of the API may leave out has None as default: the model, the parameters and the result so far."""

    def declared(name: str, default: Any = None) -> inspect.Parameter:
        return inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD, default=default)

    asked = {one.name for one in task.user_inputs}
    inputs = [declared(one.name, inspect.Parameter.empty if one.name in asked else None) for one in task.inputs]
    return inspect.Signature([*inputs, declared("model"), *(declared(one.name) for one in task.parameters)])
