"""Request bodies, read up to a limit, and the error for requests that cannot be answered."""

from codecs import BOM_UTF8
from typing import Any

from starlette.requests import Request

from inference_core.engine.contract import ServedTask
from inference_core.engine.limits import Limits
from inference_core.errors import CodedError


class BadRequest(CodedError):
    """A request that cannot be answered; `status` is its HTTP status."""

    def __init__(self, status: int, code: str, /, **arguments: Any) -> None:
        super().__init__(code, **arguments)
        self.args = (status, code)
        self.status = status


async def read_body(request: Request, limit: int) -> bytes:
    """The whole body, without a byte order mark.

    Raises BadRequest: 413 as soon as it exceeds `limit` bytes, 415 if it is compressed or a form with files.
    """
    _refuse_other_formats(request)
    declared = request.headers.get("content-length", "")
    body = bytearray()
    if not (declared.isdecimal() and int(declared) > limit):
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                break
        else:
            return bytes(body.removeprefix(BOM_UTF8))
    raise BadRequest(413, "request_too_large", most=limit / 2**20)


def _refuse_other_formats(request: Request) -> None:
    # No other content type counts: curl says that JSON is a form, unless it is told otherwise.
    encoding = request.headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity"):
        raise BadRequest(415, "body_compressed", encoding=encoding[:50])
    if request.headers.get("content-type", "").strip().lower().startswith("multipart/form-data"):
        raise BadRequest(415, "body_is_a_form")


def max_body_bytes(task: ServedTask, limits: Limits) -> int:
    """How many bytes a request to the task may have. Base64 adds a third, and some clients send a picture twice."""
    return largest_body(limits) if task.takes_files else limits.body


def largest_body(limits: Limits) -> int:
    """How many bytes a request to any task may have."""
    return limits.body + 3 * limits.upload
