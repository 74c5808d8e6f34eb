"""The body of a text classification request."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from inference_core.engine.contract import NonEmpty, Parameters


class TextClassificationParameters(Parameters):
    """`top_k`: how many labels to return. `function_to_apply` turns raw scores into scores; the default is softmax."""

    top_k: Annotated[int, Meta(ge=1)] | None = None
    function_to_apply: Literal["sigmoid", "softmax", "none"] | None = None


class TextClassificationBody(Struct, forbid_unknown_fields=True, kw_only=True):
    inputs: NonEmpty
    parameters: TextClassificationParameters = field(default_factory=TextClassificationParameters)
