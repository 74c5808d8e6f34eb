"""What the tests of pretrained models ask of every answer and every refusal."""

import math
from typing import Any

import aiohttp
import msgspec
import numpy as np

from inference_core.media.sounds import encode_wav
from tests.support.processes import Server


async def posted(engine: Server, model: str, body: dict[str, Any]) -> tuple[int, Any]:
    """The status and the JSON of a plain request; a number that is none in JSON is an error."""
    async with aiohttp.ClientSession() as session, session.post(f"{engine.url}/models/{model}", json=body) as response:
        return response.status, msgspec.json.decode(await response.read())


async def refusal(engine: Server, model: str, inputs: Any, status: int = 422, **parameters: Any) -> str:
    """The sentence with which the engine refuses."""
    answered, said = await posted(engine, model, {"inputs": inputs, "parameters": parameters})
    assert answered == status, said
    return str(said["error"])


def near(one: float, other: float) -> bool:
    """Whether two numbers are the same but for the last digits of a float32."""
    return math.isclose(one, other, rel_tol=1e-4, abs_tol=1e-5)


def tone(seconds: float, rate: int = 22_050) -> bytes:
    """A WAV file with a tone that slowly rises."""
    at = np.arange(round(seconds * rate)) / rate
    return encode_wav(np.sin(2 * np.pi * (300 + 20 * at) * at).astype(np.float32) / 2, rate)
