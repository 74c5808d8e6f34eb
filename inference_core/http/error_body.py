"""What to say of an answer that is an error: the server's own words, out of every shape in which servers complain."""

import html
import re
from typing import Any

import msgspec

from inference_core.errors import InvalidAnswerError
from inference_core.words import text

_LONGEST = 2_000
_Argument = str | int | float | bool | None
_SHORTEST_PAGE = 8  # characters; of a page that says less, such as "nginx", the title is told too


def server_words(body: bytes) -> str:
    """The human-readable part of an error body.

    Understands `{"error": "…"}`, `{"error": ["…"]}`, `{"error": {"message": "…"}}`, `{"message": "…"}`,
    `{"detail": …}` (FastAPI's lists too), plain text and HTML pages. Cut at 2,000 characters; never empty.
    """
    try:
        words = _words(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        words = _plain(body.decode("utf-8", "replace"))
    return words.strip()[:_LONGEST] or text("errors.no_reason.cause")


class _Coded(msgspec.Struct):
    code: str
    arguments: dict[str, _Argument | list[_Argument]] = {}


def code_and_arguments(body: bytes) -> tuple[str | None, dict[str, Any]]:
    """What a server of this project's says beside its words, from which they can be rendered again; (None, {}) else."""
    try:
        coded = msgspec.json.decode(body, type=_Coded)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None, {}
    return coded.code, coded.arguments


def unusable(answer: bytes, code: str, **arguments: Any) -> InvalidAnswerError:
    """The error for an answer that is not what it should be, as `code` says unless it is a web page."""
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
    # Neither pattern can be made slow by a hostile page: an element that never ends takes the rest, a tag ends at "<".
    without_head = re.sub(r"(?is)<head\b.*?(?:</head>|\Z)", " ", text)
    words = _text(without_head)
    return words if len(words) >= _SHORTEST_PAGE else _text(text)


def _text(page: str) -> str:
    without_code = re.sub(r"(?is)<(script|style)\b.*?(?:</\1>|\Z)", " ", page)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^<>]*>", " ", without_code))).strip()
