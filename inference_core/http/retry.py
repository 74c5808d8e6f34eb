"""When to ask a server again, and after how long; nothing here waits."""

import random
import socket
from dataclasses import dataclass

import aiohttp
import msgspec

from inference_core.errors import InferenceHTTPError
from inference_core.http.ssrf_guard import refused_url

LONGEST_WAIT = 60.0
_SHORTEST_WAIT = 0.1
_MOST_CONNECTION_FAILURES = 3
_SECONDS_AFTER_FAILURE = 0.2


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause before the next attempt."""

    reason: str
    seconds: float


class _Loading(msgspec.Struct):
    estimated_time: float


def wait_after_refusal(refusal: InferenceHTTPError, left: float | None) -> Wait | None:
    """The wait for a model that loads (503 with `estimated_time`) or a rate limit (429 with Retry-After), else None.

    `left` are the seconds until the call's time-out, None if it has none. A loading model is asked for again after a
    minute at the latest, since estimates err. A rate limit that outlasts the call, or a minute where the call has no
    time-out, is not waited for.
    """
    if refusal.status == 503:
        estimate = _estimate(refusal.body)
        if estimate is None:
            return None
        return Wait("loading", min(max(refusal.retry_after or estimate, _SHORTEST_WAIT), LONGEST_WAIT))
    if refusal.status == 429 and refusal.retry_after is not None:
        seconds = max(refusal.retry_after, _SHORTEST_WAIT)
        return Wait("rate limit", seconds) if seconds < (LONGEST_WAIT if left is None else left) else None
    return None


def wait_after_no_connection(error: aiohttp.ClientConnectorError, failures: int) -> Wait | None:
    """The wait after the connection failed `failures` times in a row; None when trying again is of no use.

    That is: after three failures, for a host name that does not exist, for a certificate that is not accepted, and
    for an address that the egress guard refuses.
    """
    if failures >= _MOST_CONNECTION_FAILURES or isinstance(error, aiohttp.ClientSSLError) or refused_url(error):
        return None
    if isinstance(error, aiohttp.ClientConnectorDNSError) and error.os_error.errno != socket.EAI_AGAIN:
        return None
    # Callers that lost the same server do not come back at the same moment.
    return Wait("reconnecting", _SECONDS_AFTER_FAILURE * 2 ** (failures - 1) * random.uniform(0.5, 1.5))


def _estimate(body: bytes) -> float | None:
    try:
        return msgspec.json.decode(body, type=_Loading).estimated_time
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
