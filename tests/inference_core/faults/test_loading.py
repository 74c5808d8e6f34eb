"""Servers that have to be waited for: a model that loads, a rate limit, a port that is still closed."""

import pytest

from inference_core import InferenceConnectionError, InferenceHTTPError, InferenceTimeoutError
from tests.inference_core.faults.calls import (
    ALL_CALLS,
    ANSWERS,
    KEY,
    ONE_OF_EACH,
    Call,
    checked,
    facing,
    failure,
    summary,
)
from tests.support.faults import Caller, as_json, says, whole

SERVICE = "503 Service Unavailable"
LOADING = as_json({"error": "Model is loading", "estimated_time": 0.15}, SERVICE)


class Waits(list[tuple[str, float]]):
    """The waits that a client has reported."""

    def __call__(self, reason: str, seconds: float) -> None:
        self.append((reason, seconds))


@ALL_CALLS
async def test_a_model_that_loads_twice_is_waited_for(call: Call) -> None:
    waits = Waits()
    async with facing(says(LOADING, LOADING, ANSWERS[call]), on_wait=waits, timeout=10) as (client, server):
        assert "".join(await call(client)) == "b"
        assert len(server.requests) == 3
        assert len({seen.body for seen in server.requests}) == len({seen.line for seen in server.requests}) == 1
        assert len(server.callers) == 1
    assert [seconds for _, seconds in waits] == [0.15, 0.15]
    assert all("loading" in reason for reason, _ in waits)


@ONE_OF_EACH
async def test_loading_may_take_several_connections(call: Call) -> None:
    alone = as_json({"error": "Loading", "estimated_time": 0.1}, SERVICE, connection="close")
    async with facing(says(alone), says(alone), says(ANSWERS[call])) as (client, server):
        assert "".join(await call(client)) == "b"
        assert [seen.connection for seen in server.requests] == [0, 1, 2]


@ONE_OF_EACH
@pytest.mark.parametrize("estimate", [1e9, 1e300, 30])
async def test_a_model_that_loads_longer_than_the_time_out_is_a_time_out(call: Call, estimate: float) -> None:
    loading = as_json({"error": "Loading", "estimated_time": estimate}, SERVICE)
    async with facing(says(*[loading] * 9), timeout=0.5) as (client, server):
        assert "0.5 s" in await failure(call(client), InferenceTimeoutError)
        assert len(server.requests) == 1


async def test_a_model_that_loads_for_ever_is_a_time_out() -> None:
    async with facing(says(*[LOADING] * 99), timeout=0.8) as (client, server):
        await failure(summary(client), InferenceTimeoutError)
        assert 2 < len(server.requests) < 9


@pytest.mark.parametrize("estimate", [-5, -0.0, 0, 1e-300])
async def test_an_estimate_of_zero_still_makes_the_client_wait(estimate: float) -> None:
    waits = Waits()
    loading = as_json({"error": "Loading", "estimated_time": estimate}, SERVICE)
    async with facing(says(*[loading] * 999), timeout=0.6, on_wait=waits) as (client, server):
        await failure(summary(client), InferenceTimeoutError)
        assert 1 < len(server.requests) < 20
    assert all(seconds > 0 for _, seconds in waits)


@pytest.mark.parametrize("estimate", ["NaN", "soon", "20", None, [20], {}, True])
async def test_an_estimate_that_is_not_a_number_is_ignored(estimate: object) -> None:
    body = {"error": "Loading", "estimated_time": estimate}
    async with facing(says(as_json(body, SERVICE)), timeout=5) as (client, server):
        with pytest.raises(InferenceHTTPError, match="Loading"):
            await summary(client)
        assert len(server.requests) == 1


@pytest.mark.parametrize("body", [b'{"estimated_time": NaN}', b'{"estimated_time": Infinity}', b'{"estimated_time": 1'])
async def test_an_estimate_that_is_not_json_is_ignored(body: bytes) -> None:
    async with facing(says(whole(body, SERVICE)), timeout=5) as (client, server):
        await failure(summary(client), InferenceHTTPError)
        assert len(server.requests) == 1


async def test_an_absurd_estimate_is_waited_for_a_minute_at_a_time() -> None:
    waits = Waits()
    loading = as_json({"error": "Loading", "estimated_time": 1e9}, SERVICE)
    async with facing(says(*[loading] * 9), timeout=0.2, on_wait=waits) as (client, _):
        await failure(summary(client), InferenceTimeoutError)
    assert all(seconds <= 60 for _, seconds in waits)


@pytest.mark.parametrize("status", [400, 429, 500, 502, 504])
async def test_only_a_503_is_loading(status: int) -> None:
    async with facing(says(as_json({"error": "No.", "estimated_time": 0.1}, f"{status} No"))) as (client, server):
        await failure(summary(client), InferenceHTTPError)
        assert len(server.requests) == 1


@ALL_CALLS
async def test_a_rate_limit_that_fits_is_waited_for(call: Call) -> None:
    waits = Waits()
    limited = as_json({"error": "Slow down."}, "429 Too Many Requests", retry_after=0.2)
    async with facing(says(limited, ANSWERS[call]), timeout=10, on_wait=waits) as (client, server):
        assert "".join(await call(client)) == "b"
        assert len(server.requests) == 2
    assert [seconds for _, seconds in waits] == [0.2]
    assert "rate" in waits[0][0]


@ONE_OF_EACH
@pytest.mark.parametrize("retry_after", [0, -1, "Wed, 21 Oct 2015 07:28:00 GMT"])
async def test_a_rate_limit_of_zero_still_makes_the_client_wait(call: Call, retry_after: str | float) -> None:
    limited = as_json({"error": "Slow down."}, "429 Too Many Requests", retry_after=retry_after)
    async with facing(says(*[limited] * 999), timeout=0.6) as (client, server):
        with pytest.raises((InferenceHTTPError, InferenceTimeoutError)) as raised:
            await call(client)
        checked(raised.value)
        assert len(server.requests) < 20


@ONE_OF_EACH
@pytest.mark.parametrize(("timeout", "retry_after"), [(0.5, 1), (5, 30), (5, 1e9), (None, 61), (None, 1e9)])
async def test_a_rate_limit_that_does_not_fit_is_raised_at_once(
    call: Call, timeout: float | None, retry_after: float
) -> None:
    limited = as_json({"error": "Slow down."}, "429 Too Many Requests", retry_after=retry_after)
    async with facing(says(limited), timeout=timeout) as (client, server):
        assert "Slow down." in await failure(call(client), InferenceHTTPError)
        assert len(server.requests) == 1


@pytest.mark.parametrize("retry_after", [None, "soon", "nan", "inf", ""])
async def test_a_rate_limit_without_a_time_is_raised(retry_after: str | None) -> None:
    limited = as_json({"error": "Slow down."}, "429 Too Many Requests", retry_after=retry_after)
    async with facing(says(limited), timeout=5) as (client, server):
        await failure(summary(client), InferenceHTTPError)
        assert len(server.requests) == 1


@ONE_OF_EACH
async def test_a_server_that_accepts_the_third_connection_is_reached(call: Call) -> None:
    waits = Waits()

    def waited(reason: str, seconds: float) -> None:
        waits(reason, seconds)
        if len(waits) == 2:
            server.open_late()

    async with facing(says(ANSWERS[call]), at_once=False, on_wait=waited) as (client, server):
        assert "".join(await call(client)) == "b"
        assert len(server.requests) == len(server.callers) == 1
    assert len(waits) == 2
    assert all("connect" in reason and 0 < seconds < 5 for reason, seconds in waits)


@ONE_OF_EACH
async def test_a_server_that_accepts_no_connection_is_tried_three_times(call: Call) -> None:
    waits = Waits()
    async with facing(says(), at_once=False, on_wait=waits) as (client, server):
        message = await failure(call(client), InferenceConnectionError)
        assert "cannot be reached" in message
        assert server.url in message
        assert KEY not in message
    assert len(waits) == 2


async def test_attempts_to_connect_end_with_the_time_out() -> None:
    async with facing(says(), at_once=False, timeout=0.05) as (client, _):
        await failure(summary(client), InferenceTimeoutError)


async def test_pauses_between_attempts_are_not_all_the_same() -> None:
    waits = Waits()
    async with facing(says(), at_once=False, on_wait=waits) as (client, _):
        for _ in range(2):
            await failure(summary(client), InferenceConnectionError)
    assert len({seconds for _, seconds in waits}) == 4


async def test_a_server_that_speaks_no_tls_is_asked_once() -> None:
    async def speaks_plainly(caller: Caller) -> None:
        await caller.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await caller.left.wait()

    waits = Waits()
    async with facing(speaks_plainly, on_wait=waits) as (client, server):
        https = server.url.replace("http:", "https:")
        await failure(client.summarization("a", model=https), InferenceConnectionError)
        assert len(server.callers) == 1
    assert waits == []
