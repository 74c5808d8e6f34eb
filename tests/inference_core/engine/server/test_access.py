"""Who may call the engine: the key, the Host and the Origin."""

import hmac
import re
from collections.abc import Iterator
from unittest import mock

import httpx
import pytest
from starlette.responses import PlainTextResponse

from inference_core.engine.server.access import AccessMiddleware, loopback_hosts
from tests.support import processes
from tests.support.processes import Server

KEY = "kéy-of-the-test"
EVERYWHERE = "0.0.0.0"  # noqa: S104


@pytest.fixture(scope="module")
def locked() -> Iterator[Server]:
    with processes.engine(INFERENCE_ENGINE_KEY=KEY) as server:
        yield server


@pytest.fixture(scope="module")
def public() -> Iterator[Server]:
    with processes.engine("--host", EVERYWHERE) as server:
        yield server


def port_of(server: Server) -> str:
    return server.url.rpartition(":")[2]


def get(server: Server, **headers: str) -> httpx.Response:
    raw = {name.replace("_", "-"): value.encode() for name, value in headers.items()}
    return httpx.get(f"http://127.0.0.1:{port_of(server)}/health", headers=raw)


def test_the_right_key_is_accepted(locked: Server) -> None:
    assert get(locked, Authorization=f"Bearer {KEY}").status_code == 200


@pytest.mark.parametrize("wrong", ["", "Bearer", f"Bearer {KEY}x", f"Bearer {KEY[:-1]}", f"Basic {KEY}", KEY])
def test_no_other_key_is_accepted(locked: Server, wrong: str) -> None:
    response = get(locked, Authorization=wrong)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert KEY not in response.text and "key" in response.json()["error"]


def test_without_a_key_every_request_is_refused(locked: Server) -> None:
    assert httpx.get(f"{locked.url}/health").status_code == 401
    assert httpx.post(f"{locked.url}/models/builtin/vader", json={"inputs": "x"}).status_code == 401


async def test_keys_are_compared_in_constant_time() -> None:
    async def app(scope: object, receive: object, send: object) -> None:
        raise AssertionError("let in")

    transport = httpx.ASGITransport(AccessMiddleware(app, hosts=None, key=KEY))
    with mock.patch("hmac.compare_digest", wraps=hmac.compare_digest) as compare:
        async with httpx.AsyncClient(transport=transport, base_url="http://engine") as client:
            assert (await client.get("/", headers={"Authorization": "Bearer guess"})).status_code == 401
    compare.assert_called_once_with(b"Bearer guess", f"Bearer {KEY}".encode())


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1:1", "127.0.0.1.example:{port}"])
def test_a_foreign_host_is_refused(engine: Server, host: str) -> None:
    response = get(engine, Host=host.format(port=port_of(engine)))
    assert response.status_code == 421 and "address" in response.json()["error"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_the_engine_goes_by_every_name_of_loopback(engine: Server, host: str) -> None:
    assert get(engine, Host=f"{host}:{port_of(engine)}").status_code == 200


async def test_a_name_that_the_operator_gave_is_answered_with_any_port() -> None:
    app = AccessMiddleware(PlainTextResponse("in"), loopback_hosts("127.0.0.1", 1), None, frozenset({"models.example"}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://models.example:8080") as client:
        assert (await client.get("/")).text == "in"
        assert (await client.get("/", headers={"Origin": "http://models.example:8080"})).text == "in"
        assert (await client.get("/", headers={"Origin": "http://evil.example"})).status_code == 403
        assert (await client.get("http://evil.example/")).status_code == 421


def test_every_address_of_loopback_has_its_names() -> None:
    assert loopback_hosts("127.0.0.2", 80) == {"127.0.0.1:80", "localhost:80", "[::1]:80", "127.0.0.2:80"}
    assert loopback_hosts("0.0.0.0", 80) is None  # noqa: S104


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost:{port}"])
def test_a_page_of_another_origin_is_refused(engine: Server, origin: str) -> None:
    response = get(engine, Origin=origin.format(port=port_of(engine)))
    assert response.status_code == 403 and "web pages" in response.json()["error"]


def test_a_page_of_its_own_origin_is_answered(engine: Server) -> None:
    assert get(engine, Origin=engine.url).status_code == 200


def test_with_the_key_the_origin_does_not_matter(locked: Server) -> None:
    assert get(locked, Authorization=f"Bearer {KEY}", Origin="https://friend.example").status_code == 200


def test_on_every_address_it_answers_to_any_name_and_warns_that_it_is_open(public: Server) -> None:
    assert get(public, Host="machine.example").status_code == 200
    assert get(public, Host="machine.example", Origin="https://evil.example").status_code == 403
    (warning,) = [line for line in public.output if "INFERENCE_ENGINE_KEY" in line]
    assert "Anyone" in warning


def test_on_every_address_with_a_key_it_does_not_warn() -> None:
    with processes.engine("--host", EVERYWHERE, INFERENCE_ENGINE_KEY=KEY) as server:
        assert get(server, Host="machine.example").status_code == 401
        assert not re.search("Anyone", "".join(server.output))
