"""Object detection by a model that marks what it knows with boxes."""

from typing import Any

from inference_core.engine.builtin.vision.detection import ObjectDetectionBody
from inference_core.engine.contract import Sample, ServedTask
from inference_core.engine.models_file import ModelSpec
from inference_core.engine.packages import TRANSFORMERS
from inference_core.engine.pretrained import loading
from inference_core.engine.pretrained.family import Family
from inference_core.engine.pretrained.pictures import prepared, processor, said, seen

_THRESHOLD = 0.5
_FOUND = ("scores", "labels", "boxes")
_SIDES = ("xmin", "ymin", "xmax", "ymax")


class Detector:
    """A model such as DETR or YOLOS."""

    def __init__(self, spec: ModelSpec) -> None:
        from transformers import AutoModelForObjectDetection

        self._processor = processor(spec)
        self._model = loading.model(AutoModelForObjectDetection, spec)
        loading.end_when_unwanted(self._model)
        self.name = loading.name(spec, self._model)
        self.place = loading.where(self._model)

    def answer(self, body: ObjectDetectionBody) -> list[dict[str, Any]]:
        """{label, score, box: {xmin, ymin, xmax, ymax}} per object, highest score first.

        Boxes are in pixels and within the picture. Raises CannotAnswer for an unusable picture.
        """
        threshold = body.parameters.threshold
        picture = seen(body.inputs)
        size = picture.width, picture.height
        inputs = prepared(self._processor, picture, self._model)
        (found,) = self._processor.post_process_object_detection(
            said(self._model, inputs),
            threshold=_THRESHOLD if threshold is None else threshold,
            target_sizes=[(picture.height, picture.width)],
        )
        labels, objects = self._model.config.id2label, zip(*(found[name].tolist() for name in _FOUND), strict=True)
        return [
            {"label": labels[label], "score": score, "box": _within(box, size)}
            for score, label, box in sorted(objects, key=lambda one: -one[0])
        ]


def _within(sides: list[float], size: tuple[int, int]) -> dict[str, int]:
    """The box with its sides within the picture; a model may guess that an object goes on outside."""
    ends = (*size, *size)
    return {name: min(max(0, int(side)), end) for name, side, end in zip(_SIDES, sides, ends, strict=True)}


FAMILY = Family(
    tasks=(
        ServedTask(
            id="object-detection",
            body=ObjectDetectionBody,
            answer=Detector.answer,
            takes_files=True,
            answered_example={"inputs": Sample("lion.jpg")},
        ),
    ),
    load=Detector,
    needs=TRANSFORMERS,
)
