"""Image to image: with a diffusion model that a prompt guides, or with one that only enlarges pictures."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field, structs

from inference_core.engine.contract import CannotAnswer, File, Place, Sample, ServedTask
from inference_core.engine.inputs import Upload
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import DIFFUSERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.diffusion import INDEX, DiffusionParameters, Painter, Side
from inference_core.engine.pretrained.family import Family
from inference_core.media.pictures import encode_png

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST_ENLARGED = 500_000
"""Pixels; the memory that it takes grows with them, to some gigabytes here."""


class TargetSize(Struct, forbid_unknown_fields=True):
    """In pixels."""

    width: Side
    height: Side


class ImageToImageParameters(DiffusionParameters):
    """`prompt` says what to make of the picture. The answer has `target_size`, if given."""

    prompt: str | None = None
    target_size: TargetSize | None = None


class ImageToImageBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: Upload
    parameters: ImageToImageParameters = field(default_factory=ImageToImageParameters)


class _Changes(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def place(self) -> Place: ...

    def changed(self, picture: "Image", asked: ImageToImageParameters) -> "Image": ...


class PictureChanger:
    """A model that makes a picture of a picture."""

    def __init__(self, spec: ModelSpec) -> None:
        is_painter = (Path(spec.source) / INDEX).is_file()
        self._model: _Changes = _Repainter(spec) if is_painter else _Enlarger(spec)
        self.name = self._model.name
        self.place = self._model.place

    def answer(self, body: ImageToImageBody) -> File:
        """A PNG.

        Raises CannotAnswer for a picture or a size that the model cannot use, and names what it cannot honour.
        """
        return File(encode_png(self._model.changed(body.inputs.picture(), body.parameters)), "image/png")


class _Repainter:
    """A diffusion model. Pictures larger than those it was trained with are made smaller, unless `target_size` says so.

    Their sides become multiples of what the model needs, as diffusers rounds them: to the next lower one.
    """

    def __init__(self, spec: ModelSpec) -> None:
        self._painter = Painter(spec, "AutoPipelineForImage2Image")
        self.name = self._painter.name
        self.place = self._painter.place

    def changed(self, picture: "Image", asked: ImageToImageParameters) -> "Image":
        if asked.prompt is None:
            raise CannotAnswer("field_missing", field="prompt")
        if not asked.prompt.strip():
            raise CannotAnswer("field_empty", field="prompt")
        width, height = self._size(picture, asked.target_size)
        seen = picture.resize((width, height))
        return self._painter.painted(asked.prompt, asked, image=seen, width=width, height=height)

    def _size(self, picture: "Image", target: TargetSize | None) -> tuple[int, int]:
        if target is not None:
            self._painter.require_side("target_size.width", target.width)
            self._painter.require_side("target_size.height", target.height)
            return target.width, target.height
        usual, multiple = self._painter.usual_side, self._painter.multiple
        wide, high = picture.size
        share = min(1, usual / math.sqrt(wide * high), 2 * usual / max(wide, high))
        width, height = (int(side * share) // multiple * multiple for side in (wide, high))
        if not width or not height:
            raise CannotAnswer("picture_too_small", width=wide, height=high)
        return width, height


class _Enlarger:
    """A model such as Swin2SR, with a factor of its own; the answer is then scaled to `target_size`, if given."""

    def __init__(self, spec: ModelSpec) -> None:
        import torch
        from transformers import AutoImageProcessor, AutoModelForImageToImage

        self._processor = AutoImageProcessor.from_pretrained(spec.source, **loading.place(spec))
        self._model = loading.model(AutoModelForImageToImage, spec)
        for parts in self._model.modules():
            if isinstance(parts, torch.nn.ModuleList):  # its layers
                for part in parts:
                    loading.end_when_unwanted(part)
        self.name = loading.name(spec, self._model)
        self.place = loading.where(self._model)

    def changed(self, picture: "Image", asked: ImageToImageParameters) -> "Image":
        import torch
        from PIL import Image

        others = [name for name, value in structs.asdict(asked).items() if value is not None and name != "target_size"]
        if others:
            raise CannotAnswer("fields_not_served", fields=others)
        if picture.width * picture.height > _MOST_ENLARGED:
            raise CannotAnswer("too_many_pixels", most=_MOST_ENLARGED / 1e6)
        seen = self._processor(picture, return_tensors="pt").to(self._model.device, self._model.dtype)
        with torch.inference_mode():
            made = self._model(**seen).reconstruction[0].float().clamp(0, 1).cpu()
        factor = self._model.config.upscale
        # The picture was padded on the right and at the bottom.
        values = made[:, : picture.height * factor, : picture.width * factor].permute(1, 2, 0).numpy()
        larger = Image.fromarray((values * 255).round().astype("uint8"))
        target = asked.target_size
        return larger if target is None else larger.resize((target.width, target.height))


FAMILY = Family(
    tasks=(
        ServedTask(
            id="image-to-image",
            body=ImageToImageBody,
            answer=PictureChanger.answer,
            takes_files=True,
            answer_type="image/png",
            answered_example={"inputs": Sample("tower.jpg"), "parameters": {"prompt": "make it a pencil drawing"}},
        ),
    ),
    load=PictureChanger,
    needs=DIFFUSERS,
)
