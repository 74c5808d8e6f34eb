"""A client of one provider, through the test's own router, and what it sends with every request."""

import base64
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from PIL import Image

from inference_core import AsyncInferenceClient
from inference_core.providers import PROVIDERS
from tests.support.media import picture_file
from tests.support.router import Router, routing

MODEL = "some/model"
ITS_MODEL = "vendor/its-model"
PICTURE = picture_file()
PICTURE_URL = "data:image/png;base64," + base64.b64encode(PICTURE).decode()
SPOKEN = b"RIFF\x00\x00\x00\x00WAVE"

AS_JSON = "application/json"
AS_PICTURE = "image/png"
AS_SOUND = "audio/*, */*;q=0.5"
AS_EVENTS = "text/event-stream"


@asynccontextmanager
async def asking(
    provider: str, task: str, provider_id: str = ITS_MODEL, **options: Any
) -> AsyncIterator[tuple[AsyncInferenceClient, Router]]:
    """A client of that provider, through a router that says it serves a model for that task."""
    async with routing() as router:
        router.serve(MODEL, provider, task, provider_id)
        async with AsyncInferenceClient(
            MODEL, provider=provider, token="hf_x", endpoint=router.url, **options
        ) as client:
            yield client, router


def post_headers(provider: str, accept: str = AS_JSON) -> dict[str, str]:
    return {"content-type": AS_JSON, **poll_headers(provider), "accept": accept}


def poll_headers(provider: str) -> dict[str, str]:
    own = {name.lower(): value for name, value in PROVIDERS[provider].headers.items()}
    return {"authorization": "Bearer hf_x", "accept": AS_JSON, **own}


def is_the_picture(answer: Image.Image) -> bool:
    return answer.tobytes() == Image.open(io.BytesIO(PICTURE)).tobytes()
