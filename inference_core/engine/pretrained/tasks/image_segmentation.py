"""Image segmentation by a model that says which pixels belong together."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from inference_core.engine.builtin.vision.segmentation import ImageSegmentationParameters, part
from inference_core.engine.contract import CannotAnswer, Sample, ServedTask
from inference_core.engine.inputs import Upload
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family
from inference_core.engine.pretrained.pictures import prepared, said, seen
from inference_core.engine.work.stopping import stop_if_unwanted

if TYPE_CHECKING:
    from PIL.Image import Image

_SUBTASKS = ("panoptic", "instance", "semantic")
"""The first of these that a model does is its usual one, as in transformers' pipeline."""

_USUAL = {"threshold": 0.9, "mask_threshold": 0.5, "overlap_mask_area_threshold": 0.5}
_MOST_VALUES = 2**26
"""How many numbers a model's masks may have while they are compared: it has one for each class or guess and pixel."""

Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class SegmentationParameters(ImageSegmentationParameters):
    """`subtask`: one of those that the model does. The thresholds are for segments with scores: not for "semantic"."""

    mask_threshold: Share | None = None
    overlap_mask_area_threshold: Share | None = None


class SegmentationBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: Upload
    parameters: SegmentationParameters = msgspec.field(default_factory=SegmentationParameters)


class Segmenter:
    """A model such as SegFormer, DETR with masks, MaskFormer or Mask2Former."""

    def __init__(self, spec: ModelSpec) -> None:
        made = loading.pipeline("image-segmentation", spec)  # which finds out which of four classes has the model
        self._processor, self._model = made.image_processor, made.model
        self._subtasks = [one for one in _SUBTASKS if hasattr(self._processor, _method(one))]
        if not self._subtasks or self._model.config.model_type == "oneformer":
            raise ValueError("Its processor does not make segments of what it says, or asks for more than a picture.")
        loading.end_when_unwanted(self._model)
        self.name = loading.name(spec, self._model)
        self.place = loading.where(self._model)

    def answer(self, body: SegmentationBody) -> list[dict[str, Any]]:
        """{label, mask} per segment, and its `score` unless the segmentation is semantic.

        `mask` is a grey PNG in base64, as large as the picture: 255 inside the segment, 0 outside. Raises CannotAnswer
        for an unusable picture, and names what the model cannot honour.
        """
        subtask = self._subtask(body.parameters)
        picture = seen(body.inputs)
        inputs = prepared(self._processor, picture, self._model)
        thresholds = {} if subtask == "semantic" else _thresholds(body.parameters)
        divide = getattr(self._processor, _method(subtask))
        (found,) = divide(said(self._model, inputs), target_sizes=[self._size(picture)], **thresholds)
        parts = self._classes(found) if subtask == "semantic" else self._segments(found)
        return [_enlarged(label, score, mask, picture) for label, score, mask in parts]

    def _subtask(self, asked: SegmentationParameters) -> str:
        subtask = asked.subtask or self._subtasks[0]
        if subtask not in self._subtasks:
            raise CannotAnswer("value_not_served", name="subtask", value=subtask, known=self._subtasks)
        given = _thresholds(asked)
        others = [name for name, usual in _USUAL.items() if given[name] != usual]
        if subtask == "semantic" and others:
            raise CannotAnswer("fields_not_served", fields=others)
        return subtask

    def _size(self, picture: "Image") -> tuple[int, int]:
        """Height and width at which masks are compared: those of the picture, unless that would take gigabytes."""
        config = self._model.config
        masks = max(config.num_labels, getattr(config, "num_queries", 1))
        scale = min(1.0, math.sqrt(_MOST_VALUES / (masks * picture.width * picture.height)))
        return max(1, int(picture.height * scale)), max(1, int(picture.width * scale))

    def _segments(self, found: dict[str, Any]) -> Iterator[tuple[str, float | None, Any]]:
        for segment in found["segments_info"]:
            label = self._model.config.id2label[segment["label_id"]]
            yield label, float(segment["score"]), found["segmentation"] == segment["id"]

    def _classes(self, found: Any) -> Iterator[tuple[str, float | None, Any]]:
        labels = self._model.config.id2label
        yield from ((labels[at], None, found == at) for at in found.unique().tolist() if at in labels)


def _method(subtask: str) -> str:
    return f"post_process_{subtask}_segmentation"


def _thresholds(asked: SegmentationParameters) -> dict[str, float]:
    given = {name: getattr(asked, name) for name in _USUAL}
    return {name: usual if given[name] is None else given[name] for name, usual in _USUAL.items()}


def _enlarged(label: str, score: float | None, mask: Any, picture: "Image") -> dict[str, Any]:
    """The segment, its mask in the size of the picture."""
    import numpy as np
    from PIL import Image

    stop_if_unwanted()
    drawn = Image.fromarray(mask.numpy().astype(np.uint8) * 255)
    if drawn.size != picture.size:
        drawn = drawn.resize(picture.size, Image.Resampling.NEAREST)
    made: dict[str, Any] = part(label, 0.0 if score is None else score, drawn)
    return {name: value for name, value in made.items() if name != "score" or score is not None}


FAMILY = Family(
    tasks=(
        ServedTask(
            id="image-segmentation",
            body=SegmentationBody,
            answer=Segmenter.answer,
            takes_files=True,
            answered_example={"inputs": Sample("flower.jpg")},
        ),
    ),
    load=Segmenter,
    needs=TRANSFORMERS,
)
