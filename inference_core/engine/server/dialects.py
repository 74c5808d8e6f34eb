"""Answers as older and other clients of the hosted API read them, where no one shape suits all.

The hosted API changed the shape of some answers, and a client reads only the shape of its time. The `User-Agent` says
which client asks.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class _Dialect:
    task: str
    clients: re.Pattern[str]
    reshaped: Callable[[Any], Any]


def _labels_and_scores(answer: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {"labels": [one["label"] for one in answer], "scores": [one["score"] for one in answer]}


_DIALECTS = (
    # huggingface_hub before 1.1 reads `labels` and `scores`, later ones a list of {label, score}.
    _Dialect("zero-shot-classification", re.compile(r"\bhf_hub/(0|1\.0)\."), _labels_and_scores),
    # @huggingface/inference reads one object, huggingface_hub a list of one.
    _Dialect("image-to-text", re.compile(r"@huggingface/inference/"), lambda answer: answer[0]),
)


def in_dialect(content: bytes, task: str, user_agent: str) -> bytes:
    """The JSON of an answer to `task`, in the shape that the client with this User-Agent reads."""
    for dialect in _DIALECTS:
        if dialect.task == task and dialect.clients.search(user_agent):
            return msgspec.json.encode(dialect.reshaped(msgspec.json.decode(content)))
    return content
