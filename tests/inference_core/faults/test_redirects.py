"""Servers that send the caller elsewhere: the body goes along, the caller's secrets do not, and a circle ends."""

import pytest

from inference_core import InferenceConnectionError, InferenceHTTPError
from tests.inference_core.faults.calls import (
    ALL_CALLS,
    ANSWERS,
    COOKIE,
    KEY,
    ONE_OF_EACH,
    OWN_HEADER,
    SECRETS,
    SUMMARY,
    TOKEN,
    Call,
    facing,
    failure,
    summary,
)
from tests.support.faults import Caller, Header, Script, faulty, floods, head, says


def moved(location: str, status: int = 307, **headers: Header) -> bytes:
    return head(f"{status} Moved", location=location, content_length=0, **headers)


@ALL_CALLS
@pytest.mark.parametrize("status", [307, 308])
async def test_another_host_gets_the_body_and_no_secret(call: Call, status: int) -> None:
    async with (
        faulty(says(ANSWERS[call])) as other,
        facing(says(moved(f"{other.url}/there", status, set_cookie="set=by-the-server"))) as (client, server),
    ):
        assert "".join(await call(client)) == "b"
    (first,), (second,) = server.requests, other.requests
    assert (second.path, second.body) == ("/there", first.body)
    assert second.headers["content-type"] == first.headers["content-type"]
    assert not {"authorization", "cookie", "x-own"} & second.headers.keys()
    assert not [secret for secret in SECRETS if secret.encode() in other.callers[0].received]


@ONE_OF_EACH
async def test_another_path_of_the_same_server_gets_everything(call: Call) -> None:
    async with facing(says(moved("/there"), ANSWERS[call])) as (client, server):
        assert "".join(await call(client)) == "b"
        first, second = server.requests
        assert (second.path, second.body, second.headers) == ("/there", first.body, first.headers)
        assert second.headers["authorization"] == f"Bearer {TOKEN}"
        assert (second.headers["x-own"], second.headers["cookie"]) == (OWN_HEADER, f"own={COOKIE}")


async def test_the_secrets_do_not_come_back_after_a_detour() -> None:
    detour: list[bytes] = [b""]

    async def back(caller: Caller) -> None:
        await caller.request()
        await caller.send(detour[0])

    async with (
        faulty(back) as other,
        facing(says(moved(f"{other.url}/there"), SUMMARY)) as (client, server),
    ):
        detour[0] = moved(f"{server.url}/again")
        assert await summary(client) == "b"
        assert "authorization" in server.requests[0].headers
        assert not {"authorization", "cookie", "x-own"} & server.requests[1].headers.keys()


async def test_the_same_host_by_another_name_gets_no_secret() -> None:
    async with facing(says(SUMMARY)) as (client, server):
        named = server.url.replace("127.0.0.1", "localhost")
        async with faulty(says(moved(named))) as first:
            assert await client.with_options(model=first.url).summarization("a")
        assert not {"authorization", "cookie", "x-own"} & server.requests[0].headers.keys()


@ONE_OF_EACH
@pytest.mark.parametrize("status", [307, 308])
async def test_a_circle_ends_after_a_few_rounds(call: Call, status: int) -> None:
    async with facing(says(*[moved("/again", status)] * 100)) as (client, server):
        assert "redirected more than" in await failure(call(client), InferenceHTTPError)
        assert 2 < len(server.requests) < 12


async def test_a_chain_of_ever_new_addresses_ends_too() -> None:
    async with facing(says(*[moved(f"/{'x' * number}") for number in range(100)])) as (client, server):
        await failure(summary(client), InferenceHTTPError)
        assert len(server.requests) < 12


async def test_a_server_that_sends_away_and_loads_by_turns_ends_with_the_time() -> None:
    loading = head("503 No", content_length=23) + b'{"estimated_time": 0.1}'
    async with facing(says(*[loading, moved("/again")] * 100), timeout=0.5) as (client, server):
        with pytest.raises((InferenceHTTPError, TimeoutError)):
            await summary(client)
        assert len(server.requests) < 20


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 305, 306])
async def test_any_other_redirect_of_a_post_is_refused_with_its_address(status: int) -> None:
    async with facing(says(moved(f"/there?key={KEY}", status))) as (client, server):
        message = await failure(summary(client), InferenceHTTPError)
        assert f"{server.url}/there" in message
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "location", ["", "http://", "http://[::1", "http://h:99999/", "file:///etc/passwd", "javascript:x"]
)
async def test_a_redirect_to_nowhere_is_refused(location: str) -> None:
    async with facing(says(*[moved(location)] * 100)) as (client, server):
        await failure(summary(client), InferenceHTTPError)
        assert len(server.requests) < 12


async def test_a_redirect_to_a_server_that_is_not_there_names_that_server() -> None:
    async with faulty(says(), at_once=False) as closed, facing(says(moved(f"{closed.url}/there"))) as (client, server):
        message = await failure(summary(client), InferenceConnectionError)
        assert closed.url in message
        assert len(server.requests) == 1


@ONE_OF_EACH
async def test_the_page_of_a_redirect_is_not_read(call: Call) -> None:
    endless: Script = floods(head("307 Moved", location="/there", transfer_encoding="chunked"), b"1\r\nx\r\n" * 10_000)
    async with facing(endless, says(ANSWERS[call]), timeout=5) as (client, server):
        assert "".join(await call(client)) == "b"
        await server.callers[0].left.wait()
        assert [seen.connection for seen in server.requests] == [0, 1]


async def test_cookies_of_a_server_are_not_kept() -> None:
    answer = SUMMARY.replace(b"\r\n", b"\r\nSet-Cookie: set=by-the-server; Path=/\r\n", 1)
    async with facing(says(answer, answer)) as (client, server):
        await summary(client)
        await summary(client)
        assert [seen.headers["cookie"] for seen in server.requests] == [f"own={COOKIE}"] * 2
