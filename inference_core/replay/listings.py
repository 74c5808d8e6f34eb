"""What a replay says of its models where nobody asked for the list while it was recorded."""

from collections.abc import Sequence
from typing import Any

from inference_core.recording.format import Entry


def listing(path: str, entries: Sequence[Entry]) -> Any:
    """The JSON of a route that lists models, or tells of one; None if the path is another, or the model unknown."""
    models = _tasks_by_model(entries)
    match path:
        case "/health":
            return {"status": "ok"}
        case "/api/tasks":
            return _recommended(models)
        case "/v1/models":
            return {"object": "list", "data": [_model(name) for name in models]}
        case "/info":
            return {"name": "replay", "models": [_described(name, tasks) for name, tasks in models.items()]}
    name = path.removeprefix("/v1/models/")
    return _model(name) if name != path and name in models else None


def _tasks_by_model(entries: Sequence[Entry]) -> dict[str, list[str]]:
    models: dict[str, list[str]] = {}
    for entry in entries:
        tasks = models.setdefault(entry.model, []) if entry.model else []
        if entry.task and entry.task not in tasks:
            tasks.append(entry.task)
    return models


def _recommended(models: dict[str, list[str]]) -> dict[str, Any]:
    every = dict.fromkeys(task for tasks in models.values() for task in tasks)
    return {task: {"widgetModels": [name for name, tasks in models.items() if task in tasks]} for task in every}


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "owned_by": "recording"}


def _described(name: str, tasks: list[str]) -> dict[str, Any]:
    return {"id": name, "tasks": tasks, "state": "ready"}
