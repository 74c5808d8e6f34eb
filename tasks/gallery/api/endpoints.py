"""An endpoint per task, with the task's name, parameters and description, from which Gradio makes its API and tools."""

import inspect
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.components.api_component import Api
from gradio_client.utils import python_type_to_json_schema

from inference_core.tokens import Secret
from tasks.gallery.api.callers import token_of
from tasks.gallery.api.results import FILES, Answer, file_of, result_of
from tasks.gallery.api.schemas import files, gradios_schemas, hints, required
from tasks.gallery.api.values import GradioFile, given, url_of
from tasks.gallery.error_text import shown_error
from tasks.gallery.file_inputs import Download, downloaded, left_where_it_is
from tasks.gallery.noting import Noting
from tasks.gallery.run_report import Run
from tasks.gallery.running import Asked, Runner
from tasks.gallery.subclass import component_with
from tasks.registry import Task
from tasks.views import View

Answers = AsyncGenerator[Answer | tuple[Answer, GradioFile]]


def declare(page: gr.Blocks, runner: Runner, download: Download) -> None:
    """Give the page, which is open, the endpoint of a task; `download` gets files that are given by URL."""
    task = runner.task
    function = _endpoint(runner, download)
    # As gr.api does; but its components would fetch visitors' URLs themselves.
    kind = component_with(Api, async_move_resource_to_block_cache=left_where_it_is)
    kind_of_file = component_with(kind, takes_files=True)
    taking = {one.name for one in files(task)}
    inputs = [
        (kind_of_file if name in taking else kind)(None, schema, name) for name, schema in gradios_schemas(task).items()
    ]
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
    names = list(hints(task))

    async def endpoint(*values: Any) -> Answers:
        *sent, request = values
        run, turn = Run(streams=task.streams), runner.pictures.turn()
        noting = None if task.view in FILES else Noting()  # it would keep large pictures
        try:
            named = dict(zip(names, sent, strict=True))
            asked = _asked(task, named, token_of(request.headers), download)
            asked = replace(asked, visitor=runner.room.visitor(request))
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
    endpoint.__annotations__ = {"request": gr.Request}  # by this Gradio knows what to give for it
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


def _asked(task: Task, values: Mapping[str, Any], token: Secret | None, download: Download) -> Asked:
    parameters = {one.name: one for one in (*task.inputs, *task.parameters)}
    urls = {name: url for name, one in parameters.items() if (url := url_of(one, values[name]))}
    found = {name: given(one, values[name]) for name, one in parameters.items() if name not in urls}

    async def fetch() -> Mapping[str, Path]:
        return {name: Path(await downloaded(url, download)) for name, url in urls.items()}

    model = values["model"]
    if model is not None and not isinstance(model, str):
        raise shown_error("model must be a text: change it, or leave it out.")
    arguments = {name: value for name, value in found.items() if value is not None}
    return Asked(arguments, (model or "").strip() or None, token, fetch=fetch if urls else None)


def _returned(task: Task) -> tuple[Any, ...]:
    return (Answer, GradioFile) if task.view in FILES else (Answer,)


def _documentation(task: Task) -> str:
    """The description in Google's style, which Gradio reads for the API page and for agents."""
    return "\n".join([task.description, "", "Args:", *(f"    {name}: {hint}" for name, hint in hints(task).items())])


def _signature(task: Task) -> inspect.Signature:
    """What callers may leave out has None as default: the model, the parameters and the conversation so far."""
    needed = required(task)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    declared = [
        inspect.Parameter(name, kind, default=inspect.Parameter.empty if name in needed else None)
        for name in hints(task)
    ]
    return inspect.Signature([*declared, inspect.Parameter("request", kind, default=None)])
