"""WaveSpeedAI, where every task is a job."""

from typing import Any

import msgspec

from inference_core.answers.base import json_as
from inference_core.errors import InvalidAnswerError
from inference_core.providers.call import Call
from inference_core.providers.contract import Followup, Payload, Provider, ProviderTask, Served
from inference_core.providers.fields import data_url, model_path, without_nulls
from inference_core.providers.jobs import job_error, path_of, poll

_WAITING = ("created", "processing")


def _route(served: Served) -> str:
    return f"/api/v3/{model_path(served)}"


def _picture(call: Call[Any], served: Served) -> Payload:
    return {"prompt": call.inputs, **without_nulls(call.parameters)}


def _changed_picture(call: Call[Any], served: Served) -> Payload:
    return {"image": data_url(call.inputs, "image/jpeg"), **without_nulls(call.parameters)}


class _Urls(msgspec.Struct):
    get: str


class _Created(msgspec.Struct):
    urls: _Urls


class _State(msgspec.Struct):
    status: str
    outputs: list[Any] | None = None
    error: msgspec.Raw = msgspec.Raw(b"null")


class _CreatedAnswer(msgspec.Struct):
    data: _Created


class _StateAnswer(msgspec.Struct):
    data: _State


_created, _state = json_as(_CreatedAnswer), json_as(_StateAnswer)


async def _read(answer: bytes, followup: Followup) -> bytes:
    path = path_of(_created(answer).data.urls.get)
    last = await poll(answer, _is_pending, lambda: followup.get(path), followup)
    state = _state(last).data
    if state.status != "completed":
        raise job_error("wavespeed", bytes(state.error), last)
    if not state.outputs or not isinstance(state.outputs[0], str):
        raise InvalidAnswerError("job_without_result", last, server="wavespeed")
    return (await followup.download(state.outputs[0])).content


def _is_pending(answer: bytes) -> bool:
    return _state(answer).data.status in _WAITING


WAVESPEED = Provider(
    name="wavespeed",
    base_url="https://api.wavespeed.ai",
    tasks={
        "image-to-image": ProviderTask(route=_route, payload=_changed_picture, read=_read),
        "text-to-image": ProviderTask(route=_route, payload=_picture, read=_read),
    },
)
