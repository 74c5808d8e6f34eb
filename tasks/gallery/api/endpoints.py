"""An endpoint per task, with the task's name, parameters and description, from which Gradio makes its API and tools."""

import inspect
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Any

import gradio as gr
from gradio.components.api_component import Api
from gradio_client.utils import python_type_to_json_schema

from tasks.fields import Picture, Previous, Sound
from tasks.gallery.api.results import FILES, Answer, file_of, result_of
from tasks.gallery.api.values import GradioFile, given
from tasks.gallery.error_text import shown_error
from tasks.gallery.file_inputs import Download, guarded
from tasks.gallery.noting import Noting
from tasks.gallery.run_report import Run
from tasks.gallery.running import Asked, Runner
from tasks.gallery.subclass import component_with
from tasks.registry import Parameter, Task
from tasks.views import View

Answers = AsyncGenerator[Answer | tuple[Answer, GradioFile]]


def declare(page: gr.Blocks, runner: Runner, download: Download) -> None:
    """Give the page, which is open, the endpoint of a task; `download` gets files that are given by URL."""
    task = runner.task
    function = _endpoint(runner, download)
    # As gr.api does; but its components would fetch visitors' URLs themselves.
    kind = component_with(Api, async_move_resource_to_block_cache=guarded(download))
    inputs = [kind(None, python_type_to_json_schema(one), name) for name, one in _types(task).items()]
    outputs = [Api(None, python_type_to_json_schema(one), "answer") for one in _returned(task)]
    page.default_config.set_event_trigger(
        [],
        function,
        inputs,
        outputs,
        preprocess=False,
        postprocess=False,
        show_progress="hidden",
        api_name=task.api_name,
        concurrency_limit=None,
    )


def _endpoint(runner: Runner, download: Download) -> Callable[..., Answers]:
    task = runner.task

    async def endpoint(*values: Any) -> Answers:
        run, turn = Run(streams=task.streams), runner.pictures.turn()
        noting = None if task.view in FILES else Noting()  # it would keep large pictures
        try:
            asked = await _asked(task, dict(zip(_types(task), values, strict=True)), download)
            async with aclosing(runner.views(run, turn, asked, noting)) as views:
                async for view in views:
                    if view is not None:
                        answer = await turn.decoded(_answered, run, view, noting)
                        view = None  # its pictures are large
                        turn.end()
                        yield answer
        except gr.Error:
            raise
        except Exception as error:
            raise shown_error(runner.explain(error)) from None
        finally:
            turn.end()

    endpoint.__name__ = task.api_name
    endpoint.__doc__ = _documentation(task)
    endpoint.__signature__ = _signature(task)  # type: ignore[attr-defined]
    return endpoint


def _answered(run: Run, view: View, noting: Noting | None) -> Answer | tuple[Answer, GradioFile]:
    exchange = run.exchanges[-1] if run.exchanges else None
    answer = Answer(
        result=result_of(view, noting and noting.answer),
        model=(exchange and exchange.model) or run.model,
        engine=(exchange and exchange.engine) or "",
        seconds=round(run.seconds, 3),
    )
    return (answer, file_of(view)) if isinstance(view, FILES) else answer


async def _asked(task: Task, values: Mapping[str, Any], download: Download) -> Asked:
    found = {one.name: await given(one, values[one.name], download) for one in (*task.inputs, *task.parameters)}
    model = values["model"]
    if model is not None and not isinstance(model, str):
        raise shown_error("model must be a text: change it, or leave it out.")
    arguments = {name: value for name, value in found.items() if value is not None}
    return Asked(arguments, (model or "").strip() or None)


def _types(task: Task) -> dict[str, Any]:
    """The type of each parameter of the endpoint, by its name: what need not be given may be null."""
    inputs = {one.name: _type(one) if one in task.user_inputs else _type(one) | None for one in task.inputs}
    return inputs | {"model": str | None} | {one.name: _type(one) | None for one in task.parameters}


def _type(parameter: Parameter) -> Any:
    match parameter.field:
        case Picture() | Sound():
            return GradioFile
        case Previous():
            return list[dict[str, str]]
    return parameter.type


def _returned(task: Task) -> tuple[Any, ...]:
    return (Answer, GradioFile) if task.view in FILES else (Answer,)


def _documentation(task: Task) -> str:
    """The description in Google's style, which Gradio reads for the API page and for agents."""
    asked = [f"    {one.name}: {_hint(one)}" for one in (*task.inputs, *task.parameters)]
    asked.insert(len(task.inputs), "    model: model id or URL of an endpoint; empty for the recommended model")
    return "\n".join([task.description, "", "Args:", *asked])


def _hint(parameter: Parameter) -> str:
    field = parameter.field
    return getattr(field, "info", "") or getattr(field, "label", "") or "the conversation so far; leave it out at first"


def _signature(task: Task) -> inspect.Signature:
    """What callers may leave out has None as default: the model, the parameters and the conversation so far."""
    asked = {one.name for one in task.user_inputs}
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    declared = [
        inspect.Parameter(name, kind, default=inspect.Parameter.empty if name in asked else None)
        for name in _types(task)
    ]
    return inspect.Signature(declared)
