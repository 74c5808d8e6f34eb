"""What a response with a status of 300 and above means: another address, or a refusal in the server's words."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
from yarl import URL

from inference_core.complaints import server_words
from inference_core.credentials import safe_url
from inference_core.errors import InferenceHTTPError

MOST_REDIRECTS = 5
_SHORTEST_SECRET = 7  # longer than "Bearer"


def without_secrets(body: bytes, private: Mapping[str, str]) -> bytes:
    """What the server said, without what it was trusted with, should it have repeated that."""
    for secret in (word for value in private.values() for word in value.split() if len(word) >= _SHORTEST_SECRET):
        body = body.replace(secret.encode(), "…".encode())
    return body


def redirected_to(response: aiohttp.ClientResponse) -> URL | None:
    """Where a 3xx response leads, None if it does not say it in a way that could be followed."""
    location = response.headers.get("Location")
    if location is None or response.status >= 400:
        return None
    try:
        there = response.url.join(URL(location))
    except ValueError:
        return None
    return there if there.scheme in ("http", "https") and there.host else None


def refusal(response: aiohttp.ClientResponse, body: bytes, there: URL | None) -> InferenceHTTPError:
    """The error for a response with this body, which would lead `there` if it were followed."""
    return InferenceHTTPError(
        response.status,
        server_words(body) if response.status >= 400 else _moved(response.status, there),
        safe_url(str(response.url)),
        retry_after=_seconds(response.headers.get("Retry-After")),
        request_id=response.headers.get("x-request-id"),
        body=body[:2_000],
    )


def _moved(status: int, there: URL | None) -> str:
    if there is None:
        return "The server says the address has moved, but not where to."
    if status in (307, 308):
        return f"The server redirected more than {MOST_REDIRECTS} times, at last to {safe_url(str(there))}."
    return f"The server says the address has moved to {safe_url(str(there))}: use that."


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After in seconds from now, whether it is given so or as a date; None if it is neither."""
    try:
        seconds = float(retry_after or "")
    except ValueError:
        seconds = _until(retry_after or "")
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def _until(date: str) -> float:
    try:
        return (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):  # the latter from a date without a time zone
        return math.nan
