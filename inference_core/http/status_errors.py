"""Responses with a status of 300 or above: redirects, and errors in the server's words."""

import math
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from inference_core.errors import (
    CodedError,
    ErrorInAnswer,
    InferenceError,
    InferenceHTTPError,
    InvalidAnswerError,
    TextGenerationError,
)
from inference_core.http.error_body import code_and_arguments, error_message, http_error_kind
from inference_core.secrets_in_text import secret_words, without_secrets
from inference_core.urls import linked, safe_url, secrets_of

if TYPE_CHECKING:
    import aiohttp

MAX_REDIRECTS = 5
_MAX_BODY_BYTES = 64 * 1024


def redirected_to(response: "aiohttp.ClientResponse") -> str | None:
    """The URL that a 3xx response leads to; None if there is none that can be followed."""
    location = response.headers.get("Location")
    if location is None:
        return None
    try:
        return linked(str(response.url), location)
    except ValueError:
        return None


def status_error(
    response: "aiohttp.ClientResponse", body: bytes, url: str, private: Mapping[str, str]
) -> InferenceHTTPError:
    """The error for a response with this body; the request went to `url` with the `private` headers."""
    secrets = _secrets(url, private)
    words = without_secrets(body, secrets)
    if response.status >= 400:
        # Again after decoding, because JSON can escape letters.
        said, code, arguments = _redacted_value([error_message(words), *code_and_arguments(words)], secrets)
    else:
        moved = _moved(response.status, redirected_to(response))
        said, code, arguments = str(moved), moved.code, moved.arguments
    request_id = _redacted_value(response.headers.get("x-request-id", ""), secrets)
    kind = http_error_kind(words) if response.status >= 400 else InferenceHTTPError
    return kind(
        response.status,
        said,
        safe_url(str(response.url)),
        retry_after=_seconds(response.headers.get("Retry-After")),
        request_id=request_id or None,
        body=words[:_MAX_BODY_BYTES],
        code=code,
        arguments=arguments,
    )


def redacted(words: bytes, url: str, private: Mapping[str, str]) -> bytes:
    """What the server said, without the request's secrets in case it repeats them, in whatever way it writes them.

    Secrets are all words of the caller's headers, and the password and the query values in the URL.
    """
    return without_secrets(words, _secrets(url, private))


def _secrets(url: str, private: Mapping[str, str]) -> set[str]:
    return secret_words([*private.values(), *secrets_of(url)])


def redact_error(error: InferenceError, url: str, private: Mapping[str, str]) -> None:
    """Remove the request's secrets from an error that quotes the answer."""
    secrets = _secrets(url, private)
    if isinstance(error, InvalidAnswerError | TextGenerationError):
        error.args = tuple(_redacted_value([*error.args], secrets))
        error.arguments = _redacted_value(error.arguments, secrets)
    if isinstance(error, ErrorInAnswer | TextGenerationError):
        error.server_message = _redacted_value(error.server_message, secrets)
    if isinstance(error, InvalidAnswerError | InferenceHTTPError):
        error.body = without_secrets(error.body, secrets)


def _redacted_value(value: Any, secrets: Collection[str]) -> Any:
    """The value without secrets in its texts, at any depth of lists and objects."""
    match value:
        case str():
            return without_secrets(value.encode(errors="replace"), secrets).decode(errors="replace")
        case list():
            return [_redacted_value(one, secrets) for one in value]
        case dict():
            return {name: _redacted_value(one, secrets) for name, one in value.items()}
    return value


def _moved(status: int, there: str | None) -> CodedError:
    if there is None:
        return CodedError("moved_nowhere")
    if status in (307, 308):
        return CodedError("too_many_redirects", most=MAX_REDIRECTS, there=safe_url(there))
    return CodedError("moved", there=safe_url(there))


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After (seconds or a date) as seconds from now; None if it is neither."""
    try:
        seconds = float(retry_after or "")
    except ValueError:
        seconds = max(_until(retry_after or ""), 0.0)
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _until(date: str) -> float:
    try:
        return (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):  # TypeError: a date without a time zone
        return math.nan
