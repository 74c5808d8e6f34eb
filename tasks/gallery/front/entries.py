"""Makes an entry of the file of results of a run of a task's first example."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from inference_core import Exchange
from tasks.fields import Picture
from tasks.gallery.front.digest import digest, headline
from tasks.gallery.front.results import Result
from tasks.gallery.front.thumbnails import thumbnail
from tasks.registry import Task
from tasks.views import View


def entry(
    task: Task, view: View, exchange: Exchange, seconds: float, levels: Mapping[str, str | None]
) -> tuple[Result, bytes | None]:
    """The entry, and the WebP of its picture, if it has one. It takes a while: call it in a thread.

    `seconds` is how long the run took, `levels` are those of the models by id.
    """
    given: dict[str, Any] = {one.name: value for one, value in zip(task.user_inputs, task.examples[0], strict=True)}
    small = thumbnail(view, next((given[one.name] for one in task.inputs if isinstance(one.field, Picture)), None))
    result = Result(
        model=exchange.model or "",
        engine=exchange.engine or None,
        level=levels.get(exchange.model or ""),
        seconds=round(seconds, 3),
        date=(exchange.recorded or datetime.now(UTC).isoformat())[: len("2026-01-31")],
        asked=next((value for value in task.examples[0] if isinstance(value, str)), ""),
        headline=headline(view),
        picture=f"{task.id}.webp" if small else None,
        shown=digest(view),
    )
    return result, small
