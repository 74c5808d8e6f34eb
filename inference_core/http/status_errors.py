"""What a response with a status of 300 and above means: another address, or a refusal in the server's words."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from yarl import URL

from inference_core.errors import (
    CodedError,
    InferenceError,
    InferenceHTTPError,
    InvalidAnswerError,
    TextGenerationError,
)
from inference_core.http.error_body import code_and_arguments, server_words
from inference_core.urls import safe_url

if TYPE_CHECKING:
    import aiohttp

MOST_REDIRECTS = 5
_LONGEST_BODY = 64 * 1024
_SHORTEST_SECRET = 7  # longer than "Bearer"
_SEPARATORS = re.compile(r"""[\s=;,"']+""")


def redirected_to(response: "aiohttp.ClientResponse") -> URL | None:
    """Where a 3xx response leads, None if it does not say it in a way that could be followed."""
    location = response.headers.get("Location")
    if location is None or response.status >= 400:
        return None
    try:
        there = response.url.join(URL(location))
    except ValueError:
        return None
    return there if there.scheme in ("http", "https") and there.host else None


def refusal(
    response: "aiohttp.ClientResponse", body: bytes, url: str, private: Mapping[str, str]
) -> InferenceHTTPError:
    """The error for a response with this body to a request for `url`, which was trusted with the `private` headers."""
    words = without_secrets(body, url, private)
    if response.status >= 400:
        # Once more after decoding: JSON can spell a letter in several ways.
        said, code, arguments = _concealed([server_words(words), *code_and_arguments(words)], url, private)
    else:
        moved = _moved(response.status, redirected_to(response))
        said, code, arguments = str(moved), moved.code, moved.arguments
    request_id = _concealed(response.headers.get("x-request-id", ""), url, private)
    return InferenceHTTPError(
        response.status,
        said,
        safe_url(str(response.url)),
        retry_after=_seconds(response.headers.get("Retry-After")),
        request_id=request_id or None,
        body=words[:_LONGEST_BODY],
        code=code,
        arguments=arguments,
    )


def without_secrets(words: bytes, url: str, private: Mapping[str, str]) -> bytes:
    """What the server said, without what it was trusted with, should it have repeated that.

    That is every word of the caller's headers, and the password and the values of the query in the URL.
    """
    parsed = URL(url)
    values = [*private.values(), parsed.password or "", *parsed.query.values(), *parsed.raw_query_string.split("&")]
    pieces = {piece for value in values for piece in _SEPARATORS.split(value) if len(piece) >= _SHORTEST_SECRET}
    for secret in sorted(pieces, key=len, reverse=True):
        words = words.replace(secret.encode(errors="replace"), "…".encode())
    return words


def conceal_secrets(error: InferenceError, url: str, private: Mapping[str, str]) -> None:
    """Take out of an error that quotes an answer what the server was trusted with in the request."""
    if isinstance(error, InvalidAnswerError | TextGenerationError):
        error.args = tuple(_concealed([*error.args], url, private))
        error.arguments = _concealed(error.arguments, url, private)
    if isinstance(error, TextGenerationError):
        error.server_message = _concealed(error.server_message, url, private)
    if isinstance(error, InvalidAnswerError):
        error.body = without_secrets(error.body, url, private)


def _concealed(value: Any, url: str, private: Mapping[str, str]) -> Any:
    """The value without secrets in its texts, however deep in lists and objects."""
    match value:
        case str():
            return without_secrets(value.encode(errors="replace"), url, private).decode(errors="replace")
        case list():
            return [_concealed(one, url, private) for one in value]
        case dict():
            return {name: _concealed(one, url, private) for name, one in value.items()}
    return value


def _moved(status: int, there: URL | None) -> CodedError:
    if there is None:
        return CodedError("moved_nowhere")
    if status in (307, 308):
        return CodedError("too_many_redirects", most=MOST_REDIRECTS, there=safe_url(str(there)))
    return CodedError("moved", there=safe_url(str(there)))


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds from now, whether it is given so or as a date; None if it is neither."""
    try:
        seconds = float(retry_after or "")
    except ValueError:
        seconds = max(_until(retry_after or ""), 0.0)
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _until(date: str) -> float:
    try:
        return (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):  # the latter from a date without a time zone
        return math.nan
