"""What callers of the API get: the answer of the client's method as JSON, and the file if it is one."""

import base64
import math
from collections.abc import Mapping
from typing import Any, TypedDict

import numpy as np
from PIL import Image

from inference_core.media.pictures import encode_png
from tasks.gallery.api.values import GradioFile
from tasks.gallery.cache import cached
from tasks.gallery.file_inputs import ending
from tasks.views import BeforeAfter, GeneratedPicture, GeneratedSound, Messages, PlainText, View

FILES = (GeneratedPicture, BeforeAfter, GeneratedSound)
"""The views whose result is a file."""


class Answer(TypedDict):
    """What an endpoint returns: the typed result of the task, who computed it and in how many seconds."""

    result: Any
    model: str
    engine: str
    seconds: float


def as_json(answer: Any) -> Any:
    """An answer of the client as JSON: outputs as objects without what is None, arrays as lists, pictures in base64."""
    match answer:
        case None | bool() | int() | str():
            return answer
        case float():
            return answer if math.isfinite(answer) else None
        case Mapping():
            return {str(name): as_json(value) for name, value in dict(answer).items()}
        case list() | tuple():
            return [as_json(one) for one in answer]
        case np.ndarray():
            return as_json(answer.tolist())
        case Image.Image():
            return base64.b64encode(encode_png(answer)).decode()
        case bytes():
            return base64.b64encode(answer).decode()
    return as_json(dict(answer))


def result_of(view: View, answer: object) -> Any:
    """The typed result of a run: what was written so far, None beside a file, and otherwise the client's answer."""
    match view:
        case PlainText(text=text) if hasattr(answer, "__aiter__"):
            return {"generated_text": text}
        case Messages(messages=messages):
            return [dict(message) for message in messages]
        case GeneratedPicture() | BeforeAfter() | GeneratedSound():
            return None
    return as_json(answer)


def file_of(view: View) -> GradioFile:
    """The file that a view shows. Takes a while: call it in a thread."""
    match view:
        case GeneratedPicture(picture=picture) | BeforeAfter(after=picture):
            return _file(cached(encode_png(picture), "picture.png"), "picture.png", "image/png")
        case GeneratedSound(sound=sound, mime_type=mime_type):
            name = f"sound{ending(mime_type)}"
            return _file(cached(sound, name), name, mime_type)
    raise TypeError(f"{view!r} is no file.")


def _file(path: str, name: str, mime_type: str) -> GradioFile:
    return {
        "path": path,
        "url": None,
        "orig_name": name,
        "mime_type": mime_type,
        "meta": {"_type": "gradio.FileData"},
    }
