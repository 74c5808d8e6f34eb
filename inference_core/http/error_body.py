"""Reading error bodies: the server's own words, in every format that servers use for errors."""

import html
import re
from typing import Any

import msgspec

from inference_core.errors import InvalidAnswerError
from inference_core.words import text

_MAX_LENGTH = 2_000
_Argument = str | int | float | bool | None
_MIN_PAGE_LENGTH = 8  # characters; if a page has less text, such as "nginx", its title is added


def error_message(body: bytes) -> str:
    """The human-readable part of an error body.

    Reads `{"error": "…"}`, `{"error": ["…"]}`, `{"error": {"message": "…"}}`, `{"message": "…"}`, `{"detail": …}` (also
    FastAPI's lists), plain text and HTML pages. At most 2,000 characters, and never empty.
    """
    try:
        words = _words(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        words = _plain(body.decode("utf-8", "replace"))
    return words.strip()[:_MAX_LENGTH] or text("errors.no_reason.cause")


class _Coded(msgspec.Struct):
    code: str
    arguments: dict[str, _Argument | list[_Argument]] = {}


def code_and_arguments(body: bytes) -> tuple[str | None, dict[str, Any]]:
    """The error code and arguments that this project's engine sends with its words; (None, {}) from other servers."""
    try:
        coded = msgspec.json.decode(body, type=_Coded)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None, {}
    return coded.code, coded.arguments


def invalid_answer(answer: bytes, code: str, **arguments: Any) -> InvalidAnswerError:
    """The error for a bad answer: `web_page` if it is a web page, else `code`."""
    if answer.lstrip()[:1] == b"<":
        return InvalidAnswerError("web_page", answer)
    return InvalidAnswerError(code, answer, **arguments)


def _words(answer: object) -> str:
    if isinstance(answer, dict):
        for key in ("error", "message", "detail", "errors", "msg"):
            if answer.get(key):
                return _words(answer[key])
        return msgspec.json.encode(answer).decode() if answer else ""
    if isinstance(answer, list):
        return "; ".join(_words(item) for item in answer)
    return "" if answer is None else str(answer)


def _plain(text: str) -> str:
    if "<" not in text:
        return text
    # A hostile page cannot make these patterns slow: an element without an end takes the rest, and a tag ends at "<".
    without_head = re.sub(r"(?is)<head\b.*?(?:</head>|\Z)", " ", text)
    words = _text(without_head)
    return words if len(words) >= _MIN_PAGE_LENGTH else _text(text)


def _text(page: str) -> str:
    without_code = re.sub(r"(?is)<(script|style)\b.*?(?:</\1>|\Z)", " ", page)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^<>]*>", " ", without_code))).strip()
