"""Which requests a child process may answer at once, because they differ in nothing but their inputs."""

from typing import Any

from inference_core.engine.runners.messages import Work

MOST_TOGETHER = 16
"""Requests. More of them would not be faster, and all wait for the longest."""

_MOST_BYTES = 2**14
"""Of a body. Beside a long one, all others would be computed at its length."""


def is_alike(one: Work, other: Work) -> bool:
    """Whether both are for the same task of the same model, and short."""
    return (
        one.kind == other.kind == "answer"
        and (one.module, one.made_from, one.model, one.task) == (other.module, other.made_from, other.model, other.task)
        and max(len(one.body), len(other.body)) <= _MOST_BYTES
    )


def have_same_options(one: Any, other: Any) -> bool:
    """Whether two bodies differ in nothing but `inputs`."""
    names = [name for name in one.__struct_fields__ if name != "inputs"]
    return all(getattr(one, name) == getattr(other, name) for name in names)
