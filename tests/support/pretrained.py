"""What the tests of pretrained models ask of every answer and every refusal."""

import io
import math
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import numpy as np
from PIL import Image

from inference_core.media.sounds import encode_wav
from tests.support import processes
from tests.support.processes import Running

LIST = "models.toml"


@contextmanager
def tiny_engine(folder: Path) -> Iterator[str]:
    """The URL of an engine with all tiny models, which a process that may import torch writes into the folder."""
    command = [sys.executable, "-m", "tests.support.tiny.catalogue", str(folder)]
    subprocess.run(command, check=True, cwd=processes.ROOT)
    with processes.engine("--models", str(folder / LIST)) as engine:
        yield engine.url


async def posted(engine: Running, model: str, body: dict[str, Any]) -> tuple[int, Any]:
    """The status and the JSON of a plain request; a number that is none in JSON is an error."""
    async with aiohttp.ClientSession() as session, session.post(f"{engine.url}/models/{model}", json=body) as response:
        return response.status, msgspec.json.decode(await response.read())


async def refusal(engine: Running, model: str, inputs: Any, status: int = 422, **parameters: Any) -> str:
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


def picture(width: int = 120, height: int = 80, seed: int = 0) -> Image.Image:
    """A picture of soft blots, another for each seed."""
    blots = np.random.default_rng(seed).integers(0, 255, (5, 7, 3), dtype=np.uint8)
    return Image.fromarray(blots).resize((width, height), Image.Resampling.BICUBIC)


def png(image: Image.Image) -> bytes:
    """The picture as a file."""
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def odd_pictures() -> dict[str, tuple[bytes, Image.Image]]:
    """Files that are not plain RGB, and what is seen in them."""
    plain = picture()
    grey = plain.convert("L")
    sixteen = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    see_through = plain.convert("RGBA")
    see_through.putalpha(Image.linear_gradient("L").resize(plain.size))
    on_white = Image.new("RGB", plain.size, "white")
    on_white.paste(see_through, mask=see_through.getchannel("A"))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    turned = io.BytesIO()
    plain.save(turned, "PNG", exif=exif)
    return {
        "grey": (png(grey), grey.convert("RGB")),
        "16 bits": (png(sixteen), grey.convert("RGB")),
        "transparent": (png(see_through), on_white),
        "palette": (png(plain.convert("P")), plain.convert("P").convert("RGB")),
        "turned": (turned.getvalue(), plain.transpose(Image.Transpose.ROTATE_270)),
    }
