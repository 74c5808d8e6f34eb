"""Hugging Face's own provider. Endpoints given by URL and the local engine use the same formats."""

from typing import Any

from msgspec.structs import replace

from inference_core.media.inputs import Media
from inference_core.providers.call import Call
from inference_core.providers.contract import Payload, Provider, ProviderTask, Served
from inference_core.providers.fields import without_nulls
from inference_core.providers.openai_style import response_format

_TEXT = (
    "fill-mask",
    "question-answering",
    "summarization",
    "table-question-answering",
    "text-classification",
    "text-generation",
    "text-to-image",
    "text-to-speech",
    "token-classification",
    "translation",
    "zero-shot-classification",
)
_FILE = (
    "audio-classification",
    "automatic-speech-recognition",
    "image-classification",
    "image-segmentation",
    "image-to-image",
    "image-to-text",
    "object-detection",
    "zero-shot-image-classification",
)
_TABLE = ("tabular-classification", "tabular-regression")


def _route(served: Served) -> str:
    return f"/models/{served.provider_id}"


def _pipeline_route(served: Served) -> str:
    # The same model may serve both tasks that use this route.
    return f"/models/{served.provider_id}/pipeline/{served.task}"


def _chat_route(served: Served) -> str:
    return f"/models/{served.provider_id}/v1/chat/completions"


def _with_parameters(call: Call[Any], served: Served) -> Payload:
    parameters = {"parameters": without_nulls(call.parameters)} if call.parameters else {}
    return {"inputs": call.inputs, **parameters, **call.extra_fields}


def _parameters_at_root(call: Call[Any], served: Served) -> Payload:
    return {"inputs": call.inputs, **without_nulls(call.parameters)}


def _file(call: Call[Any], served: Served) -> Payload:
    """The file itself if there are no parameters, else the file in JSON."""
    file: Media = call.inputs
    if not call.parameters:
        return file
    return {"inputs": file.content, "parameters": without_nulls(call.parameters)}


def _asked_document(call: Call[Any], served: Served) -> Payload:
    return _with_parameters(
        replace(call, inputs={"image": call.inputs.content, **call.extra_fields}, extra_fields={}), served
    )


def _asked_picture(call: Call[Any], served: Served) -> Payload:
    # Today's servers look for both next to `inputs`; some also look for the picture in `inputs`.
    picture = call.inputs.content
    return _with_parameters(replace(call, inputs=picture, extra_fields={**call.extra_fields, "image": picture}), served)


def _table(call: Call[Any], served: Served) -> Payload:
    return {"table": call.inputs}


def _chat(call: Call[Any], served: Served) -> Payload:
    parameters = {**without_nulls(call.parameters), **response_format(call, _schema_as_value)}
    return {"model": served.provider_id, "messages": call.inputs, **parameters}


def _schema_as_value(schema: Any) -> dict[str, Any]:
    return {"type": "json_object", "value": schema}


ANY_TASK = ProviderTask(route=_route, payload=_with_parameters)
"""An unknown task, at the model's own route."""

HF_INFERENCE = Provider(
    name="hf-inference",
    base_url="https://router.huggingface.co/hf-inference",
    tasks={
        "conversational": ProviderTask(route=_chat_route, payload=_chat),
        "document-question-answering": ProviderTask(route=_route, payload=_asked_document),
        "feature-extraction": ProviderTask(route=_pipeline_route, payload=_parameters_at_root),
        "sentence-similarity": ProviderTask(route=_pipeline_route, payload=_with_parameters),
        "visual-question-answering": ProviderTask(route=_route, payload=_asked_picture),
        **{task: ProviderTask(route=_route, payload=_with_parameters) for task in _TEXT},
        **{task: ProviderTask(route=_route, payload=_file) for task in _FILE},
        **{task: ProviderTask(route=_route, payload=_table) for task in _TABLE},
    },
)
