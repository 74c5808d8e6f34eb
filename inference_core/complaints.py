"""The server's own words, out of every shape in which servers complain."""

import html
import re

import msgspec

_LONGEST = 2_000


def server_words(body: bytes) -> str:
    """The human-readable part of an error body.

    Understands `{"error": "…"}`, `{"error": ["…"]}`, `{"error": {"message": "…"}}`, `{"message": "…"}`,
    `{"detail": …}` (FastAPI's lists too), plain text and HTML pages. Cut at 2,000 characters; never empty.
    """
    try:
        words = _words(msgspec.json.decode(body))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        words = _plain(body.decode("utf-8", "replace"))
    return words.strip()[:_LONGEST] or "The server gave no reason."


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
    without_code = re.sub(r"(?is)<(script|style|head)\b.*?(?:</\1>|\Z)", " ", text)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^<>]*>", " ", without_code)))
