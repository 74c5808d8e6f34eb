"""When a server is asked again, and after how long."""

import json
import math
import socket
import ssl
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from inference_core import InferenceHTTPError
from inference_core.http.retry import MAX_WAIT, Wait, wait_after_connection_error, wait_after_error
from inference_core.http.ssrf_guard import AddressRefused


def refusal(status: int, body: Any = None, retry_after: float | None = None) -> InferenceHTTPError:
    return InferenceHTTPError(status, "", "", retry_after=retry_after, body=json.dumps(body).encode())


@pytest.mark.parametrize(
    ("estimate", "seconds"),
    [(20.5, 20.5), (1e9, MAX_WAIT), (0, 0.1), (-5, 0.1), (60, 60), (61, MAX_WAIT)],
)
def test_a_loading_model_is_waited_for_as_it_says_but_never_for_long(estimate: float, seconds: float) -> None:
    loading = refusal(503, {"error": "Loading", "estimated_time": estimate})
    assert wait_after_error(loading, None) == Wait("loading", seconds)
    assert wait_after_error(loading, 5.0) == Wait("loading", seconds)  # the time-out is another's business


@pytest.mark.parametrize("body", [None, {}, {"estimated_time": None}, {"estimated_time": "NaN"}, [], "loading"])
def test_a_server_that_is_only_busy_is_not_waited_for(body: Any) -> None:
    assert wait_after_error(refusal(503, body, retry_after=1), None) is None


def test_a_loading_model_may_say_more_exactly_when_to_ask_again() -> None:
    assert wait_after_error(refusal(503, {"estimated_time": 20}, retry_after=3), None) == Wait("loading", 3)


@pytest.mark.parametrize(
    ("retry_after", "left", "waits"),
    [
        (3, None, True),
        (3, 10, True),
        (59, None, True),
        (60, None, False),
        (61, 100, True),
        (10, 10, False),
        (0, 1, True),
    ],
)
def test_a_rate_limit_is_waited_for_where_that_helps(retry_after: float, left: float | None, waits: bool) -> None:
    wait = wait_after_error(refusal(429, retry_after=retry_after), left)
    assert wait == (Wait("rate limit", max(retry_after, 0.1)) if waits else None)


def test_a_rate_limit_without_an_end_is_not_waited_for() -> None:
    assert wait_after_error(refusal(429), None) is None


@pytest.mark.parametrize("status", [400, 401, 404, 408, 425, 500, 502, 504])
def test_nothing_else_is_sent_again(status: int) -> None:
    assert wait_after_error(refusal(status, {"estimated_time": 1}, retry_after=1), None) is None


KEY = ConnectionKey("a.example", 443, True, True, None, None, None)


def test_a_connection_is_tried_three_times_with_growing_pauses_that_differ() -> None:
    error = aiohttp.ClientConnectorError(KEY, OSError(111, "refused"))
    first = [wait_after_connection_error(error, 1) for _ in range(50)]
    second = [wait_after_connection_error(error, 2) for _ in range(50)]
    assert all(wait is not None and 0.1 <= wait.seconds <= 0.3 for wait in first)
    assert all(wait is not None and 0.2 <= wait.seconds <= 0.6 for wait in second)
    assert len({wait.seconds for wait in first if wait}) > 10
    assert wait_after_connection_error(error, 3) is None


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(socket.EAI_NONAME, "unknown")),
        aiohttp.ClientConnectorCertificateError(KEY, ssl.SSLCertVerificationError("expired")),
        aiohttp.ClientConnectorSSLError(KEY, ssl.SSLError(1, "handshake")),
        aiohttp.ClientConnectorError(KEY, AddressRefused("not public")),
    ],
)
def test_what_will_not_change_is_not_tried_again(error: aiohttp.ClientConnectorError) -> None:
    assert wait_after_connection_error(error, 1) is None


def test_a_name_server_that_cannot_be_reached_is_asked_again() -> None:
    error = aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(socket.EAI_AGAIN, "try again"))
    wait = wait_after_connection_error(error, 1)
    assert wait is not None
    assert math.isfinite(wait.seconds)
