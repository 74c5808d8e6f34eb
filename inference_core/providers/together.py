"""Together AI."""

from typing import Any

from inference_core.providers.call import Call
from inference_core.providers.contract import Payload, Provider, ProviderTask, Served
from inference_core.providers.fields import data_url, renamed
from inference_core.providers.openai_style import (
    chat,
    completions,
    embeddings,
    payload_with_schema,
    read_picture,
    speech,
)


def _flat_schema(schema: Any) -> dict[str, Any]:
    return {"type": "json_schema", "schema": schema}


def _picture(call: Call[Any], served: Served) -> Payload:
    return {
        "prompt": call.inputs,
        "response_format": "base64",
        **renamed(call.parameters, num_inference_steps="steps"),
        "model": served.provider_id,
    }


def _changed_picture(call: Call[Any], served: Served) -> Payload:
    url = data_url(call.inputs, "image/jpeg")
    source = {"image_url": url} if _is_first_kontext(served.provider_id) else {"reference_images": [url]}
    return {
        "prompt": "",  # the request is refused without a prompt
        **source,
        "response_format": "base64",
        **renamed(call.parameters, num_inference_steps="steps"),
        "model": served.provider_id,
    }


def _is_first_kontext(model: str) -> bool:
    """FLUX.1 Kontext takes its picture in a different field from all later models."""
    return "flux.1" in model.lower() and "kontext" in model.lower()


def _pictures_route(served: Served) -> str:
    return "/v1/images/generations"


TOGETHER = Provider(
    name="together",
    base_url="https://api.together.xyz",
    tasks={
        "conversational": chat(payload=payload_with_schema(_flat_schema)),
        "feature-extraction": embeddings(),
        "image-to-image": ProviderTask(route=_pictures_route, payload=_changed_picture, read=read_picture),
        "text-generation": completions(),
        "text-to-image": ProviderTask(route=_pictures_route, payload=_picture, read=read_picture),
        "text-to-speech": speech(),
    },
)
