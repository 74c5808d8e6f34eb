"""A recording is a zip with `recording.har` (HAR 1.2 with fields of our own, which begin with `_`) and larger bodies.

`_digest` of a request says what a body must be like to match (see `canonical.py`), and `_anyModel` of a chat the same
without the model that it names. `_file` names the file of a body in the zip. `_head` is when the answer began, in
milliseconds since the request was sent, and `_events` has the same for each part of its body, with its size in bytes.
"""

import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from inference_core.errors import CodedError

VERSION = 1
INDEX = "recording.har"
BODIES = "media/"
BODY_NAME = re.compile(r"media/[0-9A-Za-z][0-9A-Za-z._-]{0,99}")

MOST_INLINE = 64 * 1024
"""Bytes of a body up to which it stands in the index."""

MOST_EXCHANGES = 20_000
MOST_INDEX_BYTES = 128 * 1024 * 1024
MOST_LISTS = 5_000_000
"""In the index: each takes a hundred bytes of memory, and parts of answers are lists."""

MOST_BYTES = 1024 * 1024 * 1024
"""Of all bodies together, unpacked."""

NOTED_HEADERS = ("x-engine", "x-compute-type", "x-compute-time", "retry-after")
"""Headers of an answer that are kept, beside its type."""

_TEXTS = ("text/", "application/json", "application/x-ndjson", "application/xml", "application/problem+json")


class RecordingError(CodedError):
    """A recording that cannot be written or read."""


class Field(msgspec.Struct, frozen=True):
    """A header, or a field of a query."""

    name: str
    value: str


class Posted(msgspec.Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True):
    """The body of a request, as far as it is text of a moderate length."""

    mime_type: str
    text: str = ""


class Asked(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A request; the values of its URL's query are those that are no secrets."""

    method: str
    url: str
    http_version: str = "HTTP/1.1"
    cookies: list[Any] = []
    headers: list[Field] = []
    query_string: list[Field] = []
    post_data: Posted | msgspec.UnsetType = msgspec.UNSET
    headers_size: int = -1
    body_size: int = 0
    digest: str = msgspec.field(name="_digest", default="")
    any_model: str | msgspec.UnsetType = msgspec.field(name="_anyModel", default=msgspec.UNSET)


class Content(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The body of an answer: as text, as base64, or in a file of the zip."""

    size: int
    mime_type: str = ""
    text: str = ""
    encoding: str = ""
    file: str = msgspec.field(name="_file", default="")


class Answered(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An answer."""

    status: int
    status_text: str = ""
    http_version: str = "HTTP/1.1"
    cookies: list[Any] = []
    headers: list[Field] = []
    content: Content
    redirect_u_r_l: str = msgspec.field(name="redirectURL", default="")
    headers_size: int = -1
    body_size: int = -1


class Timings(msgspec.Struct, frozen=True):
    """Milliseconds, as HAR has them."""

    send: float = 0
    wait: float = 0
    receive: float = 0


class Entry(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """One attempt of a request, with its answer."""

    started_date_time: str
    time: float
    request: Asked
    response: Answered
    cache: dict[str, Any] = {}
    timings: Timings = Timings()
    head: float = msgspec.field(name="_head", default=0.0)
    events: list[tuple[float, int]] = msgspec.field(name="_events", default_factory=list)
    model: str = msgspec.field(name="_model", default="")
    task: str = msgspec.field(name="_task", default="")


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What was recorded: the kind of backend, and the URL of its server if it has one of its own, without secrets."""

    kind: str = ""
    endpoint: str = ""


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """The content of the index. In a HAR of another program `_version` is missing."""

    version: str = "1.2"
    creator: dict[str, Any] = {}
    entries: list[Entry] = []
    format: int | None = msgspec.field(name="_version", default=None)
    about: About = msgspec.field(name="_about", default=About())


class Har(msgspec.Struct, frozen=True, kw_only=True):
    log: Log


def is_text(content_type: str) -> bool:
    return content_type.lower().startswith(_TEXTS) or content_type.lower().endswith("+json")


def written(moment: datetime) -> str:
    """A moment as HAR writes it, in UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
