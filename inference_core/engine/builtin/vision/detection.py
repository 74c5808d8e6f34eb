"""What models that find objects share: the body of a request."""

from typing import Annotated

import msgspec

from inference_core.engine.contract import Parameters
from inference_core.engine.inputs import Upload


class ObjectDetectionParameters(Parameters):
    """`threshold`: objects with a lower score are left out."""

    threshold: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None


class ObjectDetectionBody(msgspec.Struct, forbid_unknown_fields=True):
    inputs: Upload
    parameters: ObjectDetectionParameters = msgspec.field(default_factory=ObjectDetectionParameters)
