"""fal, which answers quick tasks directly and puts the others into a queue."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import msgspec

from inference_core.answers.base import json_as
from inference_core.answers.media import ImageSegmentationOutputElement, segment
from inference_core.errors import InvalidAnswerError
from inference_core.media.large_pictures import decoded_in_thread
from inference_core.providers.call import Call
from inference_core.providers.contract import Answer, Followup, Payload, Provider, ProviderTask, Reader, Served
from inference_core.providers.fields import data_url, model_path, renamed, without_nulls
from inference_core.providers.jobs import job_error, path_of, poll

_QUEUE = "https://queue.fal.run"
_HUB = "https://huggingface.co"
_WAITING = ("IN_QUEUE", "IN_PROGRESS")


def _route(served: Served) -> str:
    return f"/{model_path(served)}"


def _recording(call: Call[Any], served: Served) -> Payload:
    return {"audio_url": data_url(call.inputs, "audio/mpeg"), **without_nulls(call.parameters)}


def _picture(call: Call[Any], served: Served) -> Payload:
    fields = {"prompt": call.inputs, **without_nulls(call.parameters)}
    if "width" in fields and "height" in fields:
        fields["image_size"] = {"width": fields.pop("width"), "height": fields.pop("height")}
    fields.update(_loras(served))
    if served.adapter_weights_path is not None and served.provider_id == "fal-ai/lora":
        fields["model_name"] = "stabilityai/stable-diffusion-xl-base-1.0"  # this route does not determine the model
    return fields


def _changed_picture(call: Call[Any], served: Served) -> Payload:
    url = data_url(call.inputs, "image/jpeg")
    # Some models take one picture, others a list.
    sources = {"image_url": url, "image_urls": [url]}
    return {**sources, **renamed(call.parameters, target_size="image_size"), **_loras(served)}


def _loras(served: Served) -> dict[str, Any]:
    if served.adapter_weights_path is None:
        return {}
    weights = f"{_HUB}/{served.model}/resolve/main/{quote(served.adapter_weights_path)}"
    return {"loras": [{"path": weights, "scale": 1}]}


def _segmented_picture(call: Call[Any], served: Served) -> Payload:
    fields = without_nulls(call.parameters)
    # With sync_mode the mask is in the answer itself.
    return {"image_url": data_url(call.inputs, "image/png"), **fields, "sync_mode": True}


def _text(call: Call[Any], served: Served) -> Payload:
    return {"text": call.inputs, **without_nulls(call.parameters)}


class _File(msgspec.Struct):
    url: str


class _Pictures(msgspec.Struct):
    images: list[_File]


class _Sound(msgspec.Struct):
    audio: _File


class _Mask(msgspec.Struct):
    image: _File


_pictures, _sound, _mask = json_as(_Pictures), json_as(_Sound), json_as(_Mask)


def _first_picture(answer: bytes) -> _File:
    pictures = _pictures(answer).images
    if not pictures:
        raise InvalidAnswerError("answer_without_picture", answer, server="fal-ai")
    return pictures[0]


def _downloaded(find: Callable[[bytes], _File]) -> Reader:
    async def read(answer: bytes, followup: Followup) -> bytes:
        return (await followup.download(find(answer).url)).content

    return read


async def _read_mask(answer: bytes, followup: Followup) -> list[ImageSegmentationOutputElement]:
    mask = await followup.download(_mask(answer).image.url)
    return [await decoded_in_thread(lambda content: segment("mask", content, answer), mask.content)]


class _Job(msgspec.Struct):
    response_url: str


class _State(msgspec.Struct):
    status: str
    error: Any = None


_job, _state = json_as(_Job), json_as(_State)


def _queued(read: Reader) -> Reader:
    """Poll the job in the answer until it is done, then `read` its result."""

    async def read_result(answer: bytes, followup: Followup) -> Answer:
        path = path_of(_job(answer).response_url).partition("?")[0]
        last = await poll(answer, _is_pending, lambda: followup.get(f"{path}/status"), followup)
        state = _state(last)
        if state.status != "COMPLETED" or state.error:
            raise job_error("fal-ai", last, last)
        return await read(await followup.get(path), followup)

    return read_result


def _is_pending(answer: bytes) -> bool:
    return _state(answer).status in _WAITING


def _in_queue(payload: Callable[[Call[Any], Served], Payload], read: Reader) -> ProviderTask:
    return ProviderTask(
        route=_route, payload=payload, read=_queued(read), base_url=_QUEUE, routed_query="_subdomain=queue"
    )


FAL_AI = Provider(
    name="fal-ai",
    base_url="https://fal.run",
    key_scheme="Key",
    tasks={
        "automatic-speech-recognition": ProviderTask(route=_route, payload=_recording),
        "image-segmentation": _in_queue(_segmented_picture, _read_mask),
        "image-to-image": _in_queue(_changed_picture, _downloaded(_first_picture)),
        "text-to-image": ProviderTask(route=_route, payload=_picture, read=_downloaded(_first_picture)),
        "text-to-speech": ProviderTask(
            route=_route, payload=_text, read=_downloaded(lambda answer: _sound(answer).audio)
        ),
    },
)
