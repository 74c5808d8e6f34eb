"""When to retry, and after how many seconds. Nothing here waits."""

import random
import socket
from dataclasses import dataclass

import aiohttp
import msgspec

from inference_core.errors import InferenceHTTPError
from inference_core.http.ssrf_guard import refused_url

MAX_WAIT = 60.0
_MIN_WAIT = 0.1
_MAX_CONNECTION_FAILURES = 3
_SECONDS_AFTER_FAILURE = 0.2


@dataclass(frozen=True, slots=True)
class Wait:
    """A pause before the next attempt."""

    reason: str
    seconds: float


class _Loading(msgspec.Struct):
    estimated_time: float


def wait_after_error(error: InferenceHTTPError, left: float | None) -> Wait | None:
    """The wait for a loading model (503 with `estimated_time`) or a rate limit (429 with Retry-After), else None.

    `left` is the number of seconds until the call's time-out, None if it has none. A loading model is retried after a
    minute at the latest, because estimates can be wrong. There is no wait for a rate limit that lasts longer than the
    call may, or longer than a minute if the call has no time-out.
    """
    if error.status == 503:
        estimate = _estimate(error.body)
        if estimate is None:
            return None
        return Wait("loading", min(max(error.retry_after or estimate, _MIN_WAIT), MAX_WAIT))
    if error.status == 429 and error.retry_after is not None:
        seconds = max(error.retry_after, _MIN_WAIT)
        return Wait("rate limit", seconds) if seconds < (MAX_WAIT if left is None else left) else None
    return None


def wait_after_connection_error(error: aiohttp.ClientConnectorError, failures: int) -> Wait | None:
    """The wait after `failures` failed connections in a row; None if there is no point in retrying.

    There is none after three failures, or if the host name does not exist, the certificate is not accepted, or the SSRF
    guard refuses the address.
    """
    if failures >= _MAX_CONNECTION_FAILURES or isinstance(error, aiohttp.ClientSSLError) or refused_url(error):
        return None
    if isinstance(error, aiohttp.ClientConnectorDNSError) and error.os_error.errno != socket.EAI_AGAIN:
        return None
    # Random, so that clients that lost the same server do not all return at the same moment.
    return Wait("reconnecting", _SECONDS_AFTER_FAILURE * 2 ** (failures - 1) * random.uniform(0.5, 1.5))


def _estimate(body: bytes) -> float | None:
    try:
        return msgspec.json.decode(body, type=_Loading).estimated_time
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
