"""A URL is asked for as it was given, byte for byte, wherever the client gets it from: signed URLs break otherwise."""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference_core import AsyncInferenceClient
from inference_core.errors import InvalidInputError
from inference_core.http.sessions import Sessions
from inference_core.providers.jobs import path_of
from inference_core.urls import checked_url, file_name, linked, read_path, secrets_of, wire_url, without_dots
from tests.support.faults import Caller, FaultServer, ReceivedRequest, as_json, faulty, head
from tests.support.media import picture_file

PICTURE = picture_file()

SIGNED = (
    "/b/a%2Fb%20c%2B.png?X-Amz-Credential=AK%2F20260801%2Fs3&X-Amz-Date=2026&X-Amz-Signature=0aF%3d&response=a+b%2Cc"
)
LEGAL = [
    SIGNED,
    "/a%2Fb",
    "/a%2fb",
    "/%7Eme/~me",
    "/a+b?c+d=e%2Bf+g",
    "/a?b=%20&c=+&d=%2B",
    "/?z=1&a=2&z=3",
    "/a?",
    "/a?b",
    "/a?b=",
    "/a?=b&&c==&",
    "/a/?b=c?d/e",
    "/a//b///",
    "//a",
    "/a;b=c,d@e:f!$&'()*",
    "/%E4%BD%A0/%ff%FE",
    "/a?sig=abc%2Bdef%3D%3D&se=2026-08-01T00%3A00%3A00Z&sp=r",
]
BEYOND_THE_STANDARD = [
    "/50%/a%zz?b=%",
    "/a/../b/./c/%2e%2E/d",
    '/a|b{c}^d`e"f<g>h\\i[j]',
    '/a?b[]=1&c={d}&e="f"|g',
    "/grün?stra\u00dfe=b\u00e4r&\U0001f642",
    "/a b?c d=e f",
]
ALL = LEGAL + BEYOND_THE_STANDARD

any_target = st.text(
    st.one_of(st.sampled_from("%%%/?&=+.;~"), st.characters(min_codepoint=0x20, max_codepoint=0x2FF)), max_size=30
).map(lambda text: "/" + re.sub(r"[#\x7f-\x9f]", "", text).strip())


def wired(target: str) -> str:
    """What cannot be on the wire is escaped, and nothing else."""
    return re.sub(r"[^!-~]+", lambda found: quote(found[0], safe=""), target)


def answers(answer: Callable[[ReceivedRequest], bytes]) -> Callable[[Caller], Awaitable[None]]:
    async def script(caller: Caller) -> None:
        while True:
            await caller.send(answer(await caller.request()))

    return script


def any_answer(request: ReceivedRequest) -> bytes:
    """What every task of these tests can read, and a picture for a GET."""
    if request.line.startswith("GET") and "/info" not in request.line:
        return head(content_type="image/png", content_length=len(PICTURE)) + PICTURE
    if "chat/completions" in request.line:
        return as_json({"choices": [{"index": 0, "message": {"role": "assistant", "content": "b"}}]})
    return as_json({"summary_text": "a", "label": "a", "score": 1.0})


Place = Callable[[AsyncInferenceClient, FaultServer, str], Awaitable[str]]


async def as_the_model(client: AsyncInferenceClient, server: FaultServer, target: str) -> str:
    await client.summarization("a", model=server.url + target)
    return wired(target)


async def as_the_model_of_a_chat(client: AsyncInferenceClient, server: FaultServer, target: str) -> str:
    await client.chat_completion([{"role": "user", "content": "a"}], model=f"{server.url}/m{target}")
    path, mark, query = wired(target).partition("?")
    return f"/m{path.rstrip('/')}/v1/chat/completions{mark}{query}"


async def as_the_model_asked_for_information(client: AsyncInferenceClient, server: FaultServer, target: str) -> str:
    await client.get_endpoint_info(model=server.url + target)
    path, mark, query = wired(target).partition("?")
    return f"{path.rstrip('/')}/info{mark}{query}"


async def as_the_endpoint(client: AsyncInferenceClient, server: FaultServer, target: str) -> str:
    path = target.partition("?")[0].rstrip("/")
    await client.with_options(endpoint=server.url + path).summarization("a", model="some/model")
    return wired(path) + "/models/some/model"


async def as_a_download(client: AsyncInferenceClient, server: FaultServer, target: str) -> str:
    await client.download(server.url + target)
    return wired(target)


async def as_a_file(client: AsyncInferenceClient, server: FaultServer, target: str) -> str:
    await client.image_classification(server.url + target, model=f"{server.url}/model")
    del server.requests[-1]
    return wired(target)


PLACES: list[Place] = [
    as_the_model,
    as_the_model_of_a_chat,
    as_the_model_asked_for_information,
    as_the_endpoint,
    as_a_download,
    as_a_file,
]


@asynccontextmanager
async def client_and_server() -> AsyncIterator[tuple[AsyncInferenceClient, FaultServer]]:
    async with asyncio.timeout(30), faulty(answers(any_answer)) as server, AsyncInferenceClient() as client:
        yield client, server


async def check_place(place: Place, targets: list[str]) -> None:
    async with client_and_server() as (client, server):
        for target in targets:
            expected = await place(client, server, target)
            assert server.requests[-1].line.split(" ", 1)[1] == f"{expected} HTTP/1.1"


@pytest.mark.parametrize("place", PLACES)
async def test_a_url_that_is_given_is_sent_as_it_is(place: Place) -> None:
    await check_place(place, ALL)


@pytest.mark.parametrize("place", PLACES)
@settings(max_examples=4, deadline=None)
@given(targets=st.lists(any_target, min_size=15, max_size=15))
def test_any_url_that_is_given_is_sent_as_it_is(place: Place, targets: list[str]) -> None:
    asyncio.run(check_place(place, targets))


async def follow(locations: list[tuple[str, str]]) -> None:
    """Redirect to each location, from a path with folders and a query, and compare the second request's line."""
    sent: list[str] = []

    def redirecting(request: ReceivedRequest) -> bytes:
        if request.path != "/here/and/there?a=b":
            return any_answer(request)
        return head("307 Moved", content_length=0).replace(
            b"\r\n\r\n", b"\r\nLocation: " + sent[-1].encode() + b"\r\n" * 2
        )

    async with (
        faulty(answers(redirecting)) as server,
        AsyncInferenceClient(f"{server.url}/here/and/there?a=b") as client,
    ):
        for location, expected in locations:
            sent.append(location.replace("SERVER", server.url))
            await client.summarization("a")
            assert server.requests[-1].line == f"POST {expected} HTTP/1.1"


async def test_where_a_server_sends_us_is_asked_for_as_it_says() -> None:
    await follow([("SERVER" + target, wired(target)) for target in ALL])
    await follow([(target, wired(target)) for target in ALL if not target.startswith("//")])


@settings(max_examples=4, deadline=None)
@given(st.lists(any_target.filter(lambda target: not target.startswith("//")), min_size=15, max_size=15))
def test_any_place_a_server_sends_us_to_is_asked_for_as_it_says(targets: list[str]) -> None:
    asyncio.run(follow([(location, wired(target)) for target in targets for location in (target, "SERVER" + target)]))


async def test_a_relative_redirect_leads_where_the_standard_says() -> None:
    await follow(
        [
            ("c%2Fd?e+f=%2f", "/here/and/c%2Fd?e+f=%2f"),
            ("?", "/here/and/there?"),
            ("?c=%2F", "/here/and/there?c=%2F"),
            ("../c/./d", "/here/c/d"),
            ("../../../c", "/c"),
            ("./", "/here/and/"),
            ("..", "/here/"),
            ("./c:d", "/here/and/c:d"),
            ("SERVER?c#d", "/?c"),
            (" /c%20d ", "/c%20d"),
        ]
    )


async def test_a_redirect_in_bytes_of_no_encoding_keeps_its_bytes() -> None:
    def redirecting(request: ReceivedRequest) -> bytes:
        if request.path != "/here":
            return any_answer(request)
        return b"HTTP/1.1 307 Moved\r\nContent-Length: 0\r\nLocation: /gr\xfcn?\xe4\r\n\r\n"

    async with faulty(answers(redirecting)) as server, AsyncInferenceClient(f"{server.url}/here") as client:
        await client.summarization("a")
        assert server.requests[-1].path == "/gr%FCn?%E4"


async def test_user_name_and_password_stay_on_the_same_server() -> None:
    def redirecting(request: ReceivedRequest) -> bytes:
        return any_answer(request) if request.path == "/c%2F" else head("307 Moved", location="/c%2F", content_length=0)

    async with faulty(answers(redirecting)) as server:
        async with AsyncInferenceClient(server.url.replace("://", "://me:se%2Fcret@") + "/a%2F") as client:
            await client.summarization("a")
        first, second = server.requests
        assert first.path == "/a%2F"
        assert first.headers["authorization"] == second.headers["authorization"] != ""


async def test_a_file_that_a_provider_names_is_asked_for_as_it_says() -> None:
    mapping = {"inferenceProviderMapping": {"fal-ai": {"status": "live", "providerId": "f", "task": "text-to-image"}}}
    named: list[str] = []

    def answer(request: ReceivedRequest) -> bytes:
        if request.path.startswith("/api/"):
            return as_json(mapping)
        if request.line.startswith("POST"):
            return as_json({"images": [{"url": named[-1]}]})
        return any_answer(request)

    async with faulty(answers(answer)) as server:
        options = {"provider": "fal-ai", "token": "hf_x", "endpoint": server.url}
        async with AsyncInferenceClient("some/model", **options) as client:  # type: ignore[arg-type]
            for target in ALL:
                named.append(server.url + target)
                await client.text_to_image("a cat")
                assert server.requests[-1].line == f"GET {wired(target)} HTTP/1.1"


async def test_a_proxy_is_asked_for_the_url_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "")
    async with faulty(answers(any_answer)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        async with AsyncInferenceClient() as client:
            for target in ALL:
                await client.summarization("a", model=f"http://far.example{target}")
                assert proxy.requests[-1].line == f"POST http://far.example{wired(target)} HTTP/1.1"


async def test_a_guarded_url_is_sent_as_it_is_too(monkeypatch: pytest.MonkeyPatch) -> None:
    lines: list[str] = []

    async def request(self: Sessions, method: str, url: object, **options: object) -> None:
        lines.append(str(url))
        raise OSError

    monkeypatch.setattr(Sessions, "request", request)
    async with AsyncInferenceClient() as client:
        for target in ALL:
            with pytest.raises(ConnectionError):
                await client.with_options(guard_urls=True).download("http://far.example" + target)
    assert lines == ["http://far.example" + wired(target) for target in ALL]


async def test_httpx_sends_the_same_as_long_as_the_url_is_legal() -> None:
    async with client_and_server() as (client, server), httpx.AsyncClient() as peer:
        for target in LEGAL:
            await client.download(server.url + target)
            await peer.get(server.url + target)
            ours, theirs = (request.line for request in server.requests[-2:])
            assert ours == theirs


@pytest.mark.parametrize("target", ALL)
def test_the_path_of_a_providers_job_is_as_it_says(target: str) -> None:
    if not re.search(r"/(\.|%2e)|\\", target, re.IGNORECASE):
        assert path_of("https://example.com" + target) == target


@given(any_target)
def test_a_path_without_dots_stays_as_it_is(path: str) -> None:
    if not re.search(r"/(\.|%2e){1,2}(/|$)", path, re.IGNORECASE):
        assert without_dots(path) == path
    assert not re.search(r"/\.\.?(/|$)", without_dots(path))


def test_a_secret_is_known_in_every_spelling() -> None:
    secrets = secrets_of("http://me:p%2Fw@h.example/a?key=a%2Bb+c&other")
    assert {"p%2Fw", "p/w", "a%2Bb+c", "a+b+c", "a+b c", "other"} <= secrets


def test_the_name_of_a_file_is_the_last_part_of_its_path() -> None:
    assert file_name("http://h.example/a/b%20c.png?d=/e.jpg#f") == "b c.png"
    assert file_name("http://h.example?a.png") == ""


def test_the_path_of_a_url_is_read_without_its_query_and_escapes() -> None:
    assert read_path("http://h.example/a/b%20c.png?d=/e.jpg#f") == "/a/b c.png"
    assert read_path("http://h.example?a.png") == ""


@pytest.mark.parametrize(
    "link", ["data:a", "file:///a", "mailto:a@b", "http://", "//", "http://[", "http://h:99999", "javascript:a"]
)
def test_a_link_to_something_else_is_none(link: str) -> None:
    with pytest.raises(ValueError, match=r"leads|not|URL|[Pp]ort"):
        linked("http://h.example/a", link)


@pytest.mark.parametrize(
    "url", ["http://", "http:///a", "http://h:x/", "http://[::1", "https://ex\\ample/", "http:/h", "ftp://h/"]
)
def test_what_is_not_a_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidInputError):
        checked_url(url)


def test_a_host_is_written_as_the_standard_says() -> None:
    assert str(wire_url("http://b\u00fccher.example/b\u00fc?\u00fc")) == "http://xn--bcher-kva.example/b%C3%BC?%C3%BC"
    assert str(wire_url("HTTP://EXAMPLE.com:80?A")) == "http://example.com/?A"
