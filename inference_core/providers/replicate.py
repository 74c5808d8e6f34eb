"""Replicate, which waits up to a minute for a prediction; after that it has to be polled."""

from typing import Any
from urllib.parse import quote

import msgspec

from inference_core.answers.base import json_as
from inference_core.answers.media import AutomaticSpeechRecognitionOutput
from inference_core.errors import InvalidAnswerError
from inference_core.http.error_body import error_message
from inference_core.providers.call import Call
from inference_core.providers.contract import Followup, Payload, Provider, ProviderTask, Served
from inference_core.providers.fields import data_url, model_path, without_nulls
from inference_core.providers.jobs import job_error, poll

_WAITING = ("starting", "processing")
_FAILED = ("failed", "canceled", "aborted")


def _route(served: Served) -> str:
    return "/v1/predictions" if ":" in served.provider_id else f"/v1/models/{model_path(served)}/predictions"


def _prediction_of(served: Served, **fields: Any) -> Payload:
    version = served.provider_id.partition(":")[2]
    return {"input": fields, "version": version} if version else {"input": fields}


def _picture(call: Call[Any], served: Served) -> Payload:
    lora = f"https://huggingface.co/{served.model}"
    weights = {} if served.adapter_weights_path is None else {"lora_weights": lora}
    return _prediction_of(served, **{"prompt": call.inputs, **without_nulls(call.parameters), **weights})


def _text(call: Call[Any], served: Served) -> Payload:
    return _prediction_of(served, **{"text": call.inputs, **without_nulls(call.parameters)})


def _recording(call: Call[Any], served: Served) -> Payload:
    return _prediction_of(served, **{"audio": data_url(call.inputs, "audio/wav"), **without_nulls(call.parameters)})


def _changed_picture(call: Call[Any], served: Served) -> Payload:
    url = data_url(call.inputs, "image/jpeg")
    # Each model uses one of these names and ignores the others.
    sources = {"image": url, "images": [url], "input_image": url, "input_images": [url]}
    return _prediction_of(served, **{**sources, **without_nulls(call.parameters)})


class _Prediction(msgspec.Struct):
    id: str = ""
    status: str = ""
    output: Any = None
    error: msgspec.Raw = msgspec.Raw(b"null")


_prediction = json_as(_Prediction)


async def _output(answer: bytes, followup: Followup) -> Any:
    """The output of the prediction; the first one if there are several."""
    path = f"/v1/predictions/{quote(_prediction(answer).id, safe='')}"
    last = await poll(answer, _is_pending, lambda: followup.get(path), followup)
    prediction = _prediction(last)
    if prediction.status in _FAILED or not prediction.output:
        raise job_error("replicate", bytes(prediction.error), last)
    return prediction.output[0] if isinstance(prediction.output, list) else prediction.output


def _is_pending(answer: bytes) -> bool:
    """A prediction may have its output before its status says so."""
    prediction = _prediction(answer)
    is_pending = prediction.status in _WAITING and not prediction.output
    if is_pending and not prediction.id:
        raise InvalidAnswerError("job_without_place", answer, server="replicate")
    return is_pending


async def _read_file(answer: bytes, followup: Followup) -> bytes:
    url = await _output(answer, followup)
    if not isinstance(url, str):
        raise InvalidAnswerError("answer_without_file", answer, server="replicate")
    return (await followup.download(url)).content


async def _read_text(answer: bytes, followup: Followup) -> AutomaticSpeechRecognitionOutput:
    match await _output(answer, followup):
        case str(text) | {"translation": str(text)} | {"transcription": str(text)} | {"text": str(text)}:
            return AutomaticSpeechRecognitionOutput(text=text, _body=answer)
        case {"txt_file": str(url)}:
            text = (await followup.download(url)).content.decode("utf-8", "replace")
            return AutomaticSpeechRecognitionOutput(text=text, _body=answer)
    raise InvalidAnswerError("answer_without_text", answer, server="replicate", words=error_message(answer))


REPLICATE = Provider(
    name="replicate",
    base_url="https://api.replicate.com",
    headers={"Prefer": "wait"},
    tasks={
        "automatic-speech-recognition": ProviderTask(route=_route, payload=_recording, read=_read_text),
        "image-to-image": ProviderTask(route=_route, payload=_changed_picture, read=_read_file),
        "text-to-image": ProviderTask(route=_route, payload=_picture, read=_read_file),
        "text-to-speech": ProviderTask(route=_route, payload=_text, read=_read_file),
    },
)
