"""The function behind a tab's Run button, the same for every task: values in, task function, views out."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from html import escape
from typing import Any

import gradio as gr

from tasks.gallery.error_text import shown_error
from tasks.gallery.inputs import argument
from tasks.gallery.outputs import component_value, note_of
from tasks.gallery.run_report import Run
from tasks.gallery.running import Asked, Runner
from tasks.registry import Task

RUNNING = "● running"

Updates = AsyncGenerator[tuple[Any, Any, Any, Any]]


def run_handler(runner: Runner) -> Callable[..., Updates]:
    """An asynchronous generator of updates for (result, note, status line, raw JSON).

    It takes the values of the inputs, the model box and the parameters, in this order.
    """
    task = runner.task

    async def handler(*values: Any) -> Updates:
        run, turn = Run(streams=task.streams), runner.pictures.turn()
        nothing_new = gr.skip(), gr.skip()
        result = nothing_new
        try:
            asked = _asked(task, values)
            yield *result, run.status(RUNNING), gr.skip()
            async with aclosing(runner.views(run, turn, asked)) as views:
                async for view in views:
                    is_new = view is not None
                    if view is not None:
                        result = await turn.decoded(component_value, view), escape(note_of(view))
                        view = None  # its pictures are large
                        turn.end()
                    yield *(result if is_new else nothing_new), run.status(RUNNING), gr.skip()
            yield *result, run.status("✓ done"), await asyncio.to_thread(run.wire)
        except Exception as error:
            message = runner.explain(error)
            yield (
                *nothing_new,
                run.status(f"✗ {escape(message, quote=False)}"),
                await asyncio.to_thread(run.wire) or gr.skip(),
            )
            raise shown_error(message) from None
        finally:
            turn.end()

    return handler


def _asked(task: Task, values: tuple[Any, ...]) -> Asked:
    model_at = len(task.inputs)
    pairs = zip((*task.inputs, *task.parameters), values[:model_at] + values[model_at + 1 :], strict=True)
    given = {parameter.name: argument(parameter, value) for parameter, value in pairs}
    model = (values[model_at] or "").strip() or None
    return Asked({name: value for name, value in given.items() if value is not None}, model)
