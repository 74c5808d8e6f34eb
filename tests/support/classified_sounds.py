"""What a model of audio classification says of a sound."""

from typing import Any

import msgspec
import numpy as np

from inference_core.engine.builtin.audio.requests import AudioClassificationBody, AudioClassificationParameters
from inference_core.engine.contract import Engine
from inference_core.engine.inputs import Upload
from inference_core.engine.limits import Limits
from tests.support.media import sound_file


def classify(engine: Engine, content: bytes, **parameters: Any) -> list[dict[str, Any]]:
    """Its answer to the content of a file."""
    asked = msgspec.convert(parameters, AudioClassificationParameters)
    found: list[dict[str, Any]] = engine.answer(AudioClassificationBody(Upload(content, Limits()), asked))
    return found


def best(engine: Engine, samples: np.ndarray[Any, Any], rate: int = 16_000, **file: Any) -> str:
    """Its best label for samples, sent as a file of this kind."""
    found: str = classify(engine, sound_file(samples, rate, **file))[0]["label"]
    return found
