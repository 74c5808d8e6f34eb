"""What models that divide a picture share: the body of a request, and how a part becomes an answer."""

import base64
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from inference_core.engine.contract import CannotAnswer, Parameters
from inference_core.engine.inputs import Upload
from inference_core.media.pictures import encode_png

if TYPE_CHECKING:
    from PIL.Image import Image


class ImageSegmentationParameters(Parameters):
    """`threshold`: regions with a lower score are left out. `subtask`: only "semantic"."""

    threshold: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    subtask: Literal["instance", "panoptic", "semantic"] | None = None


class ImageSegmentationBody(msgspec.Struct, forbid_unknown_fields=True):
    inputs: Upload
    parameters: ImageSegmentationParameters = msgspec.field(default_factory=ImageSegmentationParameters)

    def upload(self) -> Upload:
        """The picture's file. Raises CannotAnswer for subtasks other than "semantic"."""
        if self.parameters.subtask not in (None, "semantic"):
            raise CannotAnswer("only_semantic")
        return self.inputs


def part(label: str, score: float, mask: "Image") -> dict[str, str | float]:
    """{label, score, mask}: the mask, a grey picture, as PNG in base64."""
    return {"label": label, "score": score, "mask": base64.b64encode(encode_png(mask)).decode()}
