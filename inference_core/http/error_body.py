"""Reading errors: the server's own words, in every format, also where an answer should be."""

import html
import json
import re
from contextlib import suppress
from typing import Any

import msgspec

from inference_core.errors import (
    GENERATION_ERRORS,
    GENERATION_HTTP_ERRORS,
    ErrorInAnswer,
    InferenceHTTPError,
    InvalidAnswerError,
    TextGenerationError,
    UnknownError,
    UnknownHTTPError,
)
from inference_core.words import text

AHEAD = b"\xef\xbb\xbf \t\r\n"
"""What may come before an answer: a BOM and white space."""

_MAX_LENGTH = 2_000
_MAX_CODED_BYTES = 16 * 1024
_Argument = str | int | float | bool | None
_UNREADABLE = (ValueError, RecursionError)  # msgspec.DecodeError is a ValueError
# Names of the fields that have the words, the best first, in lower case and without "_".
_WORDS: tuple[str, ...] = (
    "error",
    "message",
    "detail",
    "errors",
    "msg",
    "errormessage",
    "errormsg",
    "errmsg",
    "errordescription",
)
_WORDS += ("err", "fault", "faultstring", "failure", "exception", "statusmsg", "statusmessage", "reason", "title")
_NO_ERROR = {"", "none", "null", "false", "ok", "success", "no error"}
_ALIVE = re.compile("ping|heartbeat|alive", re.IGNORECASE)
_FOR_MACHINES = re.compile(r"""["{\d%-]|\[(?![A-Za-z])|(?:null|true|false|NaN)\b""")  # JSON, EPS
_MAX_PAGE_BYTES = 256 * 1024
_MAX_WORDS_OF_PAGE = 300  # characters
_MIN_PAGE_LENGTH = 8  # characters; if a page has less text, such as "nginx", its title is added


def error_message(body: bytes) -> str:
    """The human-readable part of an error body.

    Reads `{"error": "…"}`, `{"error": ["…"]}`, `{"error": {"message": "…"}}`, `{"message": "…"}`, `{"detail": …}` (also
    FastAPI's lists), plain text and HTML pages. At most 2,000 characters, and never empty.
    """
    try:
        words = hidden_error(body) or _words(_json(body))
    except _UNREADABLE:
        words = _plain(body.decode("utf-8-sig", "replace"))
    return words.strip()[:_MAX_LENGTH] or text("errors.no_reason.cause")


def hidden_error(body: bytes, *, beside_answer: bool = False) -> str | None:
    """The server's words if the body of a good answer, or an event, is an error; None if it is none.

    An answer may have a field that happens to be called "error" or "message". So `beside_answer`, which means that the
    task's answer is there too, only words in the field `error` count.
    """
    try:
        answer = _json(body)
        while isinstance(answer, list) and len(answer) == 1:
            answer = answer[0]
        if not isinstance(answer, dict):
            return None
        return _error_words(answer) or (None if beside_answer else _words_instead_of_an_answer(answer))
    except _UNREADABLE:
        return None


def stream_error(event: bytes) -> TextGenerationError:
    """The error for an event that is one."""
    kind = error_type(event)
    return GENERATION_ERRORS.get(kind or "", UnknownError)(error_message(event), *code_and_arguments(event))


def http_error_kind(body: bytes, default: type[InferenceHTTPError] = InferenceHTTPError) -> type[InferenceHTTPError]:
    """The class of the error for this body: that of TGI's `error_type`, if there is one."""
    kind = error_type(body)
    return default if kind is None else GENERATION_HTTP_ERRORS.get(kind, UnknownHTTPError)


def error_in_answer(answer: bytes, status: int, url: str) -> InferenceHTTPError:
    """The error for an answer with a good status that is an error; `url` must be without secrets."""
    code, arguments = code_and_arguments(answer)
    kind = http_error_kind(answer, ErrorInAnswer)
    return kind(status, error_message(answer), url, body=answer[:_MAX_LENGTH], code=code, arguments=arguments)


class _Typed(msgspec.Struct):
    error_type: Any = None


def error_type(body: bytes) -> str | None:
    """TGI's `error_type`, such as "overloaded"; None if there is none."""
    try:
        kind = msgspec.json.decode(body, type=_Typed).error_type
    except _UNREADABLE:
        return None
    return None if kind is None else str(kind)


class _Coded(msgspec.Struct):
    code: str
    arguments: dict[str, _Argument | list[_Argument]] = {}


def code_and_arguments(body: bytes) -> tuple[str | None, dict[str, Any]]:
    """The error code and arguments that this project's engine sends with its words; (None, {}) from other servers."""
    if len(body) > _MAX_CODED_BYTES:
        return None, {}
    try:
        coded = msgspec.json.decode(body, type=_Coded)
    except _UNREADABLE:
        return None, {}
    return coded.code, coded.arguments


def invalid_answer(answer: bytes, code: str, **arguments: Any) -> InvalidAnswerError:
    """The error for a bad answer: `web_page` if it is a web page, `only_words` if it is plain text, else `code`."""
    if answer.lstrip(AHEAD)[:1] == b"<":
        return InvalidAnswerError("web_page", answer, words=_on_a_page(answer))
    if words := only_words(answer):
        return InvalidAnswerError("only_words", answer, words=words)
    return InvalidAnswerError(code, answer, **arguments)


def only_words(answer: bytes) -> str:
    """The answer on one line if it is text for people, also as a text in JSON, else ""."""
    try:
        said = answer[: 2 * _MAX_LENGTH].decode()
    except UnicodeDecodeError:
        return ""
    with suppress(*_UNREADABLE):
        said = msgspec.json.decode(answer, type=str)
    words = " ".join(said.split())
    is_text = words.isprintable() and any(map(str.isalpha, words)) and not _FOR_MACHINES.match(words)
    return words[:_MAX_LENGTH] if is_text else ""


def _on_a_page(answer: bytes) -> str:
    """The beginning of what a web page says, on one line."""
    words = " ".join(error_message(answer[:_MAX_PAGE_BYTES]).split())
    return f"{words[:_MAX_WORDS_OF_PAGE]}…" if len(words) > _MAX_WORDS_OF_PAGE else words


def _json(body: bytes) -> Any:
    """The JSON of a body, also with a BOM, NaN, in UTF-16 or with wrong bytes; raises one of _UNREADABLE."""
    try:
        return msgspec.json.decode(body)
    except _UNREADABLE:
        return json.loads(body.decode(json.detect_encoding(body), "replace"))


def _error_words(answer: dict[str, Any]) -> str:
    """The words of the field `error`, also of a choice in a chat."""
    choices = answer.get("choices")
    places = [answer, *(choices if isinstance(choices, list) else [])]
    return next(filter(None, (_told(place.get("error")) for place in places if isinstance(place, dict))), "")


def _told(error: object) -> str:
    """What the field `error` says; "" if it says nothing or that there is no error."""
    match error:
        case str():
            return "" if error.strip().lower() in _NO_ERROR else error
        case list():
            return "; ".join(filter(None, map(_told, error)))
        case {"code": 0 | "0"}:
            return ""
        case dict():
            return next(filter(None, (_told(error[name]) for name in _names_of_words(error))), "")
    return ""


def _words_instead_of_an_answer(answer: dict[str, Any]) -> str | None:
    if _ALIVE.search(str(answer.get("type", ""))) and not answer.get("error"):
        return None
    inner = [part for part in answer.values() if isinstance(part, dict)]
    for place in (answer, *inner):
        if words := next(filter(None, (_told(place[name]) for name in _names_of_words(place))), ""):
            return words
    return next((_words(answer[name]) for name in ("error", "errors") if answer.get(name)), None)


def _names_of_words(answer: dict[str, Any]) -> list[str]:
    """The names of the fields that may have the words, the best first."""
    known = {str(name).lower().replace("_", "").replace("-", ""): name for name in answer}
    return [known[name] for name in _WORDS if name in known]


def _words(answer: object) -> str:
    if isinstance(answer, dict):
        for name in _names_of_words(answer):
            if answer[name]:
                return _words(answer[name])
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
