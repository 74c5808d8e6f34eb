"""Nscale."""

from typing import Any

from inference_core.providers.call import Call
from inference_core.providers.contract import Payload, Provider, ProviderTask, Served
from inference_core.providers.fields import without_nulls
from inference_core.providers.openai_style import chat, read_picture

_REFUSED = ("num_inference_steps", "cfg_scale")


def _picture(call: Call[Any], served: Served) -> Payload:
    parameters = {name: value for name, value in without_nulls(call.parameters).items() if name not in _REFUSED}
    if "width" in parameters and "height" in parameters:
        parameters["size"] = f"{parameters.pop('width')}x{parameters.pop('height')}"
    return {"response_format": "b64_json", "prompt": call.inputs, "model": served.provider_id, **parameters}


NSCALE = Provider(
    name="nscale",
    base_url="https://inference.api.nscale.com",
    tasks={
        "conversational": chat(),
        "text-to-image": ProviderTask(
            route=lambda served: "/v1/images/generations", payload=_picture, read=read_picture
        ),
    },
)
