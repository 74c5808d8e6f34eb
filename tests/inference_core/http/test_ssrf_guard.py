"""The guard for visitors' URLs, on real sessions against a real server on loopback that must never be reached."""

import asyncio
import socket
from collections.abc import AsyncIterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address
from typing import Any

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st

from inference_core.http.ssrf_guard import (
    AddressRefused,
    UrlRefused,
    check_url,
    guarded_connector,
    is_public,
    public_socket,
    refused_url,
)

PUBLIC = "8.8.8.8"

PUBLIC_ADDRESSES = [
    "1.1.1.1",
    PUBLIC,
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2001:4860:4860::8888",
    "2606:4700:4700::1111",
    "2a00:1450:4001::1",
    "64:ff9b::808:808",
    "64:ff9b::8.8.8.8",
]

REFUSED_ADDRESSES = {
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "unspecified": ["0.0.0.0", "0.1.2.3", "::"],  # noqa: S104
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd12:3456::1"],
    "link-local": ["169.254.1.1", "fe80::1", "febf::1"],
    "metadata": [
        "169.254.169.254",
        "169.254.170.2",
        "168.63.129.16",
        "100.100.100.200",
        "192.0.0.192",
        "fd00:ec2::254",
    ],
    "carrier-grade NAT": ["100.64.0.1", "100.127.255.255"],
    "multicast": ["224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"],
    "reserved": ["192.0.0.8", "192.88.99.1", "240.0.0.1", "100::1", "4000::1", "5f00::1", "2001:20::1"],
    "broadcast": ["255.255.255.255"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "benchmarking": ["198.18.0.1", "198.19.255.255", "2001:2::1"],
    "IPv4-mapped": ["::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:8.8.8.8"],
    "IPv4-translated": ["::ffff:0:127.0.0.1"],
    "IPv4-compatible": ["::127.0.0.1", "::8.8.8.8"],
    "NAT64": ["64:ff9b::7f00:1", "64:ff9b::169.254.169.254", "64:ff9b::10.0.0.1", "64:ff9b:1::1", "64:ff9b:1::8.8.8.8"],
    "6to4": ["2002:7f00:1::", "2002:808:808::"],
    "Teredo": ["2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    "ISATAP": ["2606:4700::5efe:7f00:1", "2606:4700::200:5efe:10.0.0.1", "fe80::5efe:a00:1"],
    "site-local": ["fec0::1"],
    "scoped": ["fe80::1%eth0", "2606:4700:4700::1111%eth0", "8.8.8.8%eth0"],
    "not an address": [
        "",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "8.8.8.8 ",
        "[::1]",
        "8.8.8.08",
    ],
}
refused_addresses = pytest.mark.parametrize(
    "address", [address for addresses in REFUSED_ADDRESSES.values() for address in addresses]
)

private_ipv4 = st.sampled_from(
    ["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"]
).flatmap(lambda network: st.ip_addresses(network=IPv4Network(network)))
any_ipv4 = st.ip_addresses(v=4)


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES)
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(address)


@refused_addresses
def test_an_address_of_a_special_range_is_not_public(address: str) -> None:
    assert not is_public(address)


@given(private_ipv4)
def test_no_private_address_is_public_however_it_is_embedded(address: IPv4Address) -> None:
    number = int(address)
    embeddings = [
        IPv6Address(number),
        IPv6Address(0xFFFF << 32 | number),
        IPv6Address(0xFFFF << 48 | number),
        IPv6Address(0x64_FF9B << 96 | number),
        IPv6Address(0x64_FF9B_0001 << 80 | number),
        IPv6Address(0x2002 << 112 | number << 80),
        IPv6Address(0x2001_0000 << 96 | number ^ 0xFFFF_FFFF),
        IPv6Address(0x2606_4700 << 96 | 0x5EFE << 32 | number),
    ]
    assert not any(map(is_public, map(str, [address, *embeddings])))


@given(any_ipv4)
def test_a_nat64_address_is_as_public_as_the_address_in_it(address: IPv4Address) -> None:
    assert is_public(f"64:ff9b::{address}") == is_public(str(address))


@given(any_ipv4)
def test_what_the_standard_library_calls_private_is_not_public(address: IPv4Address) -> None:
    assert not (is_public(str(address)) and (address.is_private or address.is_multicast or address.is_reserved))


@pytest.mark.parametrize(("family", "address"), [(socket.AF_INET, PUBLIC), (socket.AF_INET6, "2606:4700:4700::1111")])
def test_a_public_address_gets_a_socket(family: socket.AddressFamily, address: str) -> None:
    with public_socket((family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, 443))) as made:
        assert (made.family, made.type, made.proto) == (family, socket.SOCK_STREAM, socket.IPPROTO_TCP)


@refused_addresses
def test_any_other_address_gets_no_socket_and_is_not_shown(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(AddressRefused) as refusal:
        public_socket((family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, 443)))
    assert not address or address not in str(refusal.value)


class Answers(AbstractResolver):
    """A name server that gives one answer after the other, whatever the name; the last one again and again."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for address in answer
        ]

    async def close(self) -> None:
        pass


class Net:
    """A server on loopback that counts its connections, and an internet that consists of the address `PUBLIC`.

    A connection to `PUBLIC` ends at the same server; `dialled` are all addresses that something tried to connect to.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.connections = 0
        self.dialled: list[str] = []
        self.location: str | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        await reader.readuntil(b"\r\n\r\n")
        head = "200 OK" if self.location is None else f"302 Found\r\nLocation: {self.location}"
        writer.write(f"HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi".encode())
        await writer.drain()
        writer.close()

    async def get(self, url: str, connector: aiohttp.TCPConnector | None = None) -> str:
        async with (
            asyncio.timeout(5),
            aiohttp.ClientSession(connector=connector or guarded_connector()) as session,
            session.get(url) as response,
        ):
            return await response.text()


@pytest.fixture
async def net(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Net]:
    loop = asyncio.get_running_loop()
    listening = socket.create_server(("127.0.0.1", 0))
    net = Net(listening.getsockname()[1])
    connect = loop.sock_connect

    async def dial(sock: socket.socket, address: Any) -> None:
        net.dialled.append(address[0])
        await connect(sock, ("127.0.0.1", net.port) if address[0] == PUBLIC else address)

    monkeypatch.setattr(loop, "sock_connect", dial)
    async with await asyncio.start_server(net.serve, sock=listening):
        yield net


HOSTS_THAT_MEAN_LOOPBACK = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",  # noqa: S104
    "localhost",
    "LOCALHOST",
    "localhost.",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "127.1",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
]


@pytest.mark.parametrize("host", HOSTS_THAT_MEAN_LOOPBACK)
async def test_no_spelling_of_loopback_is_reached(net: Net, host: str) -> None:
    with pytest.raises(aiohttp.ClientError):
        await net.get(f"http://{host}:{net.port}/")
    assert (net.dialled, net.connections) == ([], 0)


@pytest.mark.parametrize("host", ["127.0.0.1.", "10.0.0.1.", "2130706433.", "0x7f.1."])
def test_an_address_with_a_dot_at_its_end_is_an_address(host: str) -> None:
    with pytest.raises(UrlRefused) as refused:
        check_url(f"http://{host}/")
    assert refused.value.code == "not_public"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f000001", "[::ffff:127.0.0.1]"])
async def test_without_the_guard_the_same_server_would_be_reached(net: Net, host: str) -> None:
    assert await net.get(f"http://{host}:{net.port}/", aiohttp.TCPConnector(family=socket.AF_UNSPEC)) == "hi"


@refused_addresses
async def test_a_name_that_leads_to_a_refused_address_is_not_dialled(net: Net, address: str) -> None:
    with pytest.raises(aiohttp.ClientConnectorError) as failure:
        await net.get(f"http://intranet.example:{net.port}/", guarded_connector(resolver=Answers([address])))
    assert isinstance(failure.value.os_error, AddressRefused)
    assert (net.dialled, net.connections) == ([], 0)


@pytest.mark.parametrize("answer", [["10.1.2.3"], ["10.1.2.3", "fd00::1", "127.0.0.1"]])
async def test_the_error_names_the_host_but_not_its_address(net: Net, answer: list[str]) -> None:
    with pytest.raises(aiohttp.ClientConnectorError) as failure:
        await net.get("http://intranet.example/", guarded_connector(resolver=Answers(answer)))
    sentence = str(refused_url(failure.value))
    assert sentence.startswith("“intranet.example” does not lead to a public address")
    assert not any(address in sentence + str(failure.value) for address in answer)


async def test_a_second_answer_that_leads_to_loopback_is_refused(net: Net) -> None:
    connector = guarded_connector(resolver=Answers([PUBLIC], ["127.0.0.1"]))
    url = f"http://rebinding.example:{net.port}/"
    async with asyncio.timeout(5), aiohttp.ClientSession(connector=connector) as session:
        async with session.get(url) as response:
            assert await response.text() == "hi"
        with pytest.raises(aiohttp.ClientConnectorError) as failure:
            await session.get(url)
    assert isinstance(failure.value.os_error, AddressRefused)
    assert (net.dialled, net.connections) == ([PUBLIC], 1)


@pytest.mark.parametrize("answer", [["127.0.0.1", PUBLIC], [PUBLIC, "127.0.0.1"], ["::1", "10.0.0.1", PUBLIC]])
async def test_of_several_addresses_only_the_public_one_is_dialled(net: Net, answer: list[str]) -> None:
    connector = guarded_connector(resolver=Answers(answer))
    assert await net.get(f"http://mixed.example:{net.port}/", connector) == "hi"
    assert net.dialled == [PUBLIC]


async def test_a_redirect_to_loopback_is_refused(net: Net) -> None:
    net.location = f"http://127.0.0.1:{net.port}/secret"
    with pytest.raises(aiohttp.ClientConnectorError) as failure:
        await net.get(f"http://{PUBLIC}:{net.port}/")
    assert isinstance(failure.value.os_error, AddressRefused)
    assert (net.dialled, net.connections) == ([PUBLIC], 1)


async def test_another_failure_to_connect_is_not_called_a_refusal(net: Net) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        closed_port = listening.getsockname()[1]
    with pytest.raises(aiohttp.ClientConnectorError) as failure:
        await net.get(f"http://127.0.0.1:{closed_port}/", aiohttp.TCPConnector())
    assert refused_url(failure.value) is None


async def test_the_guard_of_a_connector_cannot_be_replaced() -> None:
    for option in ({"socket_factory": socket.socket}, {"use_dns_cache": True}):
        with pytest.raises(TypeError):
            guarded_connector(**option)


@pytest.mark.parametrize(
    "url",
    [
        "https://example.com",
        "http://example.com:8080/models/a?b=c#d",
        "  https://example.com/  ",
        "HTTPS://EXAMPLE.COM",
        "https://bücher.example/",
        "https://my_endpoint.example./",
        "http://8.8.8.8:80/",
        "https://[2606:4700:4700::1111]:8443/",
    ],
)
def test_a_public_http_url_passes(url: str) -> None:
    assert check_url(url).scheme in ("http", "https")


@pytest.mark.parametrize("host", [host for host in HOSTS_THAT_MEAN_LOOPBACK if "localhost" not in host.lower()])
def test_a_literal_address_that_is_not_public_is_refused_before_any_connection(host: str) -> None:
    with pytest.raises(UrlRefused, match="does not lead to a public address"):
        check_url(f"http://{host}:8000/")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "http:// or https://"),
        ("example.com", "http:// or https://"),
        ("//example.com/", "http:// or https://"),
        ("ftp://example.com/", "http:// or https://"),
        ("file:///etc/passwd", "http:// or https://"),
        ("unix:///run/docker.sock", "http:// or https://"),
        ("data:text/plain,a", "http:// or https://"),
        ("http://", "no host"),
        ("http:///path", "no host"),
        ("http://a b.example/", "no host"),
        ("http://a\0b.example/", "no host"),
        ("http://a%0ab.example/", "no host"),
        ("http://a..example/", "no host"),
        (f"http://{'a' * 64}.example/", "no host"),
        ("http://user@example.com/", "before the @"),
        ("http://user:hunter2@example.com/", "before the @"),
        ("http://:hunter2@example.com/", "before the @"),
        ("http://example.com@127.0.0.1/", "before the @"),
        ("http://example.com:0/", "port 0"),
        ("http://example.com:65536/", "not a URL"),
        ("http://example.com:http/", "not a URL"),
        ("http://[::1/", "not a URL"),
        ("http://example.com\\@127.0.0.1/", "not a URL"),
    ],
)
def test_any_other_url_is_refused_in_one_sentence(url: str, reason: str) -> None:
    with pytest.raises(UrlRefused, match=reason) as refusal:
        check_url(url)
    sentence = str(refusal.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "hunter2" not in sentence


@given(st.text(max_size=30))
def test_any_text_either_passes_the_check_or_is_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"https://example.com{text}"):
        try:
            checked = check_url(url)
        except UrlRefused:
            continue
        assert checked.host
