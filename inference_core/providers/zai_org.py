"""Z.ai, where a picture is a job."""

from typing import Any
from urllib.parse import quote

import msgspec

from inference_core.answers.base import json_as
from inference_core.errors import InvalidAnswerError
from inference_core.providers.call import Call
from inference_core.providers.contract import Followup, Payload, Provider, ProviderTask, Served
from inference_core.providers.fields import without_nulls
from inference_core.providers.jobs import job_error, poll
from inference_core.providers.openai_style import chat


def _picture(call: Call[Any], served: Served) -> Payload:
    fields = without_nulls(call.parameters)
    width, height = fields.pop("width", None), fields.pop("height", None)
    size = {} if width is None or height is None else {"size": f"{width}x{height}"}
    return {"model": served.provider_id, "prompt": call.inputs, **size, **fields}


class _Picture(msgspec.Struct):
    url: str


class _Job(msgspec.Struct):
    id: str
    task_status: str
    image_result: list[_Picture] | None = None


_job = json_as(_Job)


async def _read(answer: bytes, followup: Followup) -> bytes:
    path = f"/api/paas/v4/async-result/{quote(_job(answer).id, safe='')}"
    last = await poll(answer, _is_pending, lambda: followup.get(path), followup)
    job = _job(last)
    if job.task_status != "SUCCESS":
        raise job_error("zai-org", last, last)
    if not job.image_result:
        raise InvalidAnswerError("job_without_result", last, server="zai-org")
    return (await followup.download(job.image_result[0].url)).content


def _is_pending(answer: bytes) -> bool:
    return _job(answer).task_status == "PROCESSING"


ZAI_ORG = Provider(
    name="zai-org",
    base_url="https://api.z.ai",
    headers={"Accept-Language": "en-US,en", "x-source-channel": "hugging_face"},
    tasks={
        "conversational": chat("/api/paas/v4/chat/completions"),
        "text-to-image": ProviderTask(
            route=lambda served: "/api/paas/v4/async/images/generations", payload=_picture, read=_read
        ),
    },
)
