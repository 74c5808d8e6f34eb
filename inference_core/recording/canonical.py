"""When two requests are the same: by method, path and body, however their JSON, form or query is written."""

import hashlib
import json
import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from inference_core.http.record import boundary_of
from inference_core.urls import target_of

HARMLESS = {"api-version", "direction", "expand", "filter", "full", "inference_provider", "limit", "pipeline_tag"}
HARMLESS |= {"search", "sort", "stream", "task", "_subdomain"}
"""Names in a query whose values are no secrets. Any other may be a signature or a key, and takes no part."""

_PROVIDER = "/hf-inference"
"""Where Hugging Face's router has the models that other servers have at their root."""

_NAME = re.compile(rb"^content-disposition:[^\r\n]*?[; ]name=\"?([^\";\r\n]*)", re.IGNORECASE | re.MULTILINE)


class Key(NamedTuple):
    """What a request is found by."""

    method: str
    target: str
    digest: str


def target(url: str) -> str:
    """The path of a URL, and what of its query is no secret, in one spelling."""
    path, _, query = target_of(url).partition("?")
    return canonical_target(path, query)


def canonical_target(path: str, query: str) -> str:
    """The same of a path and a query as they came."""
    kept = sorted((name, value) for name, value in parse_qsl(query, True) if name in HARMLESS)
    plain = unquote(path).rstrip("/") or "/"
    if plain.startswith(f"{_PROVIDER}/"):
        plain = plain.removeprefix(_PROVIDER)
    return plain + ("?" + "&".join(f"{name}={value}" for name, value in kept) if kept else "")


def digest(body: bytes, content_type: str) -> str:
    """What two bodies have in common that mean the same; "" if there is none.

    JSON is compared by its values, whatever the order of keys and the spelling of numbers; fields that ask for nothing
    (null, or an empty object) do not count. A form is compared by the names and contents of its parts, whatever its
    boundary, and anything else by its bytes.
    """
    if not body:
        return ""
    if boundary := boundary_of(content_type):
        parts = sorted(_parts(body, boundary))
        return _hash(json.dumps(parts).encode())
    return _content_digest(body)


def without_model(body: bytes) -> tuple[str, str] | None:
    """The model that a body of JSON names ("" if none), and the digest without it; None if it is something else."""
    value = _value(body)
    if not isinstance(value, dict):
        return None
    model = value.pop("model", "")
    return (model if isinstance(model, str) else ""), _hash(_spelled(value))


def _content_digest(body: bytes) -> str:
    value = _value(body)
    return _hash(body if value is None else _spelled(value))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _spelled(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _value(body: bytes) -> Any:
    """The object or list in a body of JSON; None if it is something else."""
    if body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        return None
    try:
        return json.loads(
            body, parse_float=_number, parse_int=_integer, parse_constant=str, object_pairs_hook=_asking_for_something
        )
    except (ValueError, RecursionError):
        return None


def _asking_for_something(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value for name, value in fields if value is not None and value != {}}


def _integer(text: str) -> int | str:
    try:
        return int(text)
    except ValueError:  # Python reads no more than some thousand digits
        return text


def _number(text: str) -> Any:
    number = float(text)
    if not math.isfinite(number):
        return text.lower()
    return int(number) if number.is_integer() else number


def _parts(body: bytes, boundary: bytes) -> Iterator[tuple[str, str]]:
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:]:
        if part.startswith(b"--"):
            return
        headers, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = _NAME.search(headers)
        yield (name[1].decode("utf-8", "replace") if name else "", _content_digest(content))
