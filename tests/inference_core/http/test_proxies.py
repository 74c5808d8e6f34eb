"""Which proxy a request goes through, by the environment: the client's choice, and httpx's beside it."""

import httpx
import pytest
from yarl import URL

from inference_core import AsyncInferenceClient, InvalidInputError
from inference_core.http.proxies import Proxies
from tests.support.upstream import answers, serving

SUMMARY = answers([{"summary_text": "b"}])
FAR, SECURE = "http://far.example/a", "https://far.example/a"
NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


def proxy(monkeypatch: pytest.MonkeyPatch, url: str, **variables: str) -> str | None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return Proxies().proxy_for(URL(url))


@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize(
    ("variables", "url", "expected"),
    [
        ({}, FAR, None),
        ({"HTTP_PROXY": "http://p:1"}, FAR, "http://p:1"),
        ({"HTTP_PROXY": "http://p:1"}, SECURE, None),
        ({"HTTPS_PROXY": "http://p:1"}, SECURE, "http://p:1"),
        ({"HTTPS_PROXY": "https://u:s@p:1"}, SECURE, "https://u:s@p:1"),
        ({"ALL_PROXY": "http://p:1"}, FAR, "http://p:1"),
        ({"ALL_PROXY": "http://p:1"}, SECURE, "http://p:1"),
        ({"ALL_PROXY": "p:1"}, SECURE, "http://p:1"),
        ({"ALL_PROXY": " p:1\n"}, SECURE, "http://p:1"),
        ({"HTTP_PROXY": "p"}, FAR, "http://p"),
        ({"HTTP_PROXY": "u:s@p:1"}, FAR, "http://u:s@p:1"),
        ({"HTTP_PROXY": "10.0.0.1:1"}, FAR, "http://10.0.0.1:1"),
        ({"HTTP_PROXY": "[::2]:1"}, FAR, "http://[::2]:1"),
        ({"ALL_PROXY": "http://p:1", "HTTP_PROXY": "http://q:1"}, FAR, "http://q:1"),
        ({"ALL_PROXY": "http://p:1", "HTTP_PROXY": "http://q:1"}, SECURE, "http://p:1"),
        ({"ALL_PROXY": "socks5://p:1", "HTTP_PROXY": "http://q:1"}, FAR, "http://q:1"),
        ({"ALL_PROXY": "http://p:1", "HTTP_PROXY": " "}, FAR, "http://p:1"),
    ],
)
def test_the_environment_names_the_proxy(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], url: str, expected: str | None, lower: bool
) -> None:
    named = {name.lower() if lower else name: value for name, value in variables.items()}
    assert proxy(monkeypatch, url, **named) == expected


DIRECT = [
    ("*", "far.example"),
    ("a.example, *", "far.example"),
    ("far.example", "far.example"),
    ("FAR.example", "far.EXAMPLE"),
    ("far.example", "a.b.far.example"),
    (".far.example", "a.far.example"),
    ("*.far.example", "a.far.example"),
    ("a.example,far.example", "far.example"),
    ("a.example far.example", "far.example"),
    (" a.example , far.example ", "far.example"),
    ("far.example:80", "far.example"),
    ("far.example:8080", "far.example:8080"),
    ("http://far.example", "far.example"),
    ("all://far.example", "far.example"),
    ("10.0.0.1", "10.0.0.1"),
    ("10.0.0.0/8", "10.200.3.4"),
    ("192.168.1.7/16", "192.168.9.9"),
    ("2001:db8::5", "[2001:db8::5]"),
    ("[2001:db8::5]", "[2001:db8::5]"),
    ("2001:db8::/32", "[2001:db8:1::9]"),
    ("[2001:db8::5]:80", "[2001:db8::5]"),
    ("", "localhost"),
    ("", "127.0.0.1:3000"),
    ("", "127.1.2.3"),
    ("", "[::1]"),
]
THROUGH = [
    ("", "far.example"),
    ("example", "far.example.com"),
    ("far.example", "notfar.example"),
    ("far.example:8080", "far.example"),
    ("far.example:80", "far.example:8080"),
    ("https://far.example", "far.example"),
    ("10.0.0.0/8", "11.0.0.1"),
    ("10.0.0.0/8", "10.example"),
    ("10.0.0.1", "110.0.0.1"),
    ("2001:db8::/32", "[2001:db9::1]"),
    ("::1", "far.example"),
    (",,", "far.example"),
    ("[", "far.example"),
    ("[]", "far.example"),
    (".", "far.example"),
    (":80", "far.example"),
    ("far.example:x", "far.example"),
]


@pytest.mark.parametrize(
    ("listed", "host", "expected"),
    [*((*pair, None) for pair in DIRECT), *((*pair, "http://p:1") for pair in THROUGH)],
)
def test_no_proxy_lists_hosts_addresses_and_networks(
    monkeypatch: pytest.MonkeyPatch, listed: str, host: str, expected: str | None
) -> None:
    assert proxy(monkeypatch, f"http://{host}/a", ALL_PROXY="http://p:1", NO_PROXY=listed) == expected


# httpx takes an exact address for a name with subdomains, knows no networks, and asks the proxy for loopback.
LIKE_HTTPX = [pair for pair in DIRECT + THROUGH if not {"", "::1"} & {pair[0]} and not set("/ []") & set(pair[0])]


@pytest.mark.parametrize(
    ("listed", "host"),
    [pair for pair in LIKE_HTTPX if not pair[0].startswith("*.") and not pair[0].endswith((":x", ":80"))],
)
def test_what_httpx_sends_past_the_proxy_is_sent_past_it(
    monkeypatch: pytest.MonkeyPatch, listed: str, host: str
) -> None:
    ours = proxy(monkeypatch, f"http://{host}/a", ALL_PROXY="http://p:1", NO_PROXY=listed)
    with httpx.Client() as client:
        is_direct = client._transport_for_url(httpx.URL(f"http://{host}/a")) is client._transport
    assert (ours is None) == is_direct


@pytest.mark.parametrize("scheme", ["socks5", "SOCKS5H", "socks4", "ftp"])
async def test_a_proxy_that_is_no_http_proxy_is_refused_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("ALL_PROXY", f"{scheme}://user:secret@p:1")
    async with AsyncInferenceClient(timeout=5) as client, serving(SUMMARY) as near:
        with pytest.raises(InvalidInputError, match=f"names a {scheme.lower()} proxy.*HTTPS_PROXY") as refusal:
            await client.summarization("a", model=FAR)
        assert (await client.summarization("a", model=near.url)).summary_text == "b"
    assert "secret" not in f"{refusal.value!r} {refusal.value}"


@pytest.mark.parametrize("url", ["http://", "http://p:port", "http://[p", "://p:1"])
async def test_a_proxy_without_a_valid_url_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", url)
    async with AsyncInferenceClient(timeout=5) as client:
        with pytest.raises(InvalidInputError, match="has no valid URL"):
            await client.summarization("a", model=FAR)


@pytest.mark.parametrize("form", ["http://user:s%40cret@{}", "user:s%40cret@{}"])
async def test_a_request_goes_through_the_proxy_with_its_password(monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    async with serving(SUMMARY) as proxied, AsyncInferenceClient() as client:
        monkeypatch.setenv("ALL_PROXY", form.format(proxied.url.removeprefix("http://")))
        assert (await client.summarization("a", model=FAR)).summary_text == "b"
    (_, headers, _) = proxied.requests[0]
    assert (headers["Host"], headers["Proxy-Authorization"]) == ("far.example", "Basic dXNlcjpzQGNyZXQ=")
