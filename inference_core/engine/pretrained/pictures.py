"""A picture as a model sees it: decoded and turned here, made smaller and scaled by the model's own processor."""

from typing import TYPE_CHECKING, Any

from inference_core.engine.contract import CannotAnswer
from inference_core.engine.inputs import Upload
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.pretrained import loading

if TYPE_CHECKING:
    from PIL.Image import Image

_NARROW = 8
_MOST_STRETCHED = 100
"""How many times as long as wide a picture may be: some processors enlarge the shorter side to a fixed length."""


def processor(spec: ModelSpec) -> Any:
    """What makes a model's input of a picture."""
    from transformers import AutoImageProcessor

    return AutoImageProcessor.from_pretrained(spec.source, **loading.place(spec))


def seen(upload: Upload) -> "Image":
    """The picture, upright and RGB. Raises CannotAnswer if it is unusable or very narrow."""
    picture = upload.picture()
    if _stretch(picture) > _MOST_STRETCHED:
        raise _too_narrow(picture)
    return picture


def prepared(processor: Any, picture: "Image", model: Any) -> Any:
    """The model's input, where the model is. Raises CannotAnswer if the picture is too narrow for it."""
    try:
        made = processor(images=[picture], return_tensors="pt")
    except ValueError:
        # A side became 0.
        if _stretch(picture) > _NARROW:
            raise _too_narrow(picture) from None
        raise
    return made.to(model.device, dtype=model.dtype)


def said(model: Any, inputs: Any) -> Any:
    """What a model says of its input, where processors expect it: in float32, and not on a GPU."""
    import torch

    with torch.no_grad():  # inference mode would forbid processors to change it in place
        outputs = model(**inputs)
    return type(outputs)(**{name: _plain(value) for name, value in outputs.items()})


def _plain(value: Any) -> Any:
    import torch

    if not isinstance(value, torch.Tensor):
        return value
    return value.cpu().float() if value.is_floating_point() else value.cpu()


def _stretch(picture: "Image") -> float:
    return max(picture.size) / min(picture.size)


def _too_narrow(picture: "Image") -> CannotAnswer:
    return CannotAnswer("picture_too_small", width=picture.width, height=picture.height)
