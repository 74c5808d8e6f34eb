"""What the drivers share: how a call's outcome is told to the test, as JSON on standard output."""

import json
import sys
from collections.abc import Callable, Iterable
from typing import Any

setting: dict[str, Any] = json.load(sys.stdin)


def outcome(call: Callable[[], Any]) -> dict[str, Any]:
    """What the library gave for a call, or what it raised."""
    try:
        return {"answer": as_json(call())}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def report(outcomes: Iterable[tuple[str, dict[str, Any]]]) -> None:
    print(json.dumps(dict(outcomes)))


def as_json(answer: Any) -> Any:
    """An answer as JSON: for bytes their number, for a picture its size."""
    if isinstance(answer, bytes):
        return len(answer)
    if hasattr(answer, "tolist"):
        return answer.tolist()
    if hasattr(answer, "getbands"):
        return {"size": answer.size}
    if isinstance(answer, dict):
        return {name: as_json(value) for name, value in answer.items()}
    if isinstance(answer, list | tuple):
        return [as_json(value) for value in answer]
    return answer
