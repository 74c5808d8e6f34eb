"""Helpers that build the fields of a request to a provider."""

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from inference_core.media.inputs import Media
from inference_core.providers.contract import Served

_SIMPLE = (str, int, float, bytes)
_UNKNOWN = "application/octet-stream"


def without_nulls(value: Any) -> Any:
    """`value` without null fields in its objects, at any depth, because some servers refuse them."""
    if isinstance(value, _SIMPLE):  # much faster than the check for Mapping
        return value
    if isinstance(value, Mapping):
        return {name: without_nulls(field) for name, field in value.items() if field is not None}
    if isinstance(value, list | tuple):
        return [without_nulls(item) for item in value]
    return value


def renamed(fields: Mapping[str, Any], **names: str) -> dict[str, Any]:
    """The fields that are not null, renamed as in `names`."""
    return {names.get(name, name): value for name, value in without_nulls(fields).items()}


def data_url(file: Media, otherwise: str) -> str:
    """A file as a data: URL; `otherwise` is the MIME type if it is not known."""
    kind = otherwise if file.mime_type == _UNKNOWN else file.mime_type
    return f"data:{kind};base64,{base64.b64encode(file.content).decode()}"


def model_path(served: Served) -> str:
    """The provider's id of the model, quoted for use in a path."""
    return quote(served.provider_id, safe="/:@")
