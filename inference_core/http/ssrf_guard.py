"""The guard for URLs that a visitor typed: only public servers are called, whatever the name resolves to.

The check sits where the socket is made, after the name was resolved and for every connection: no other spelling of an
address, no redirect and no name whose answer changes between check and use (DNS rebinding) gets past it.
It cannot see behind a proxy: a session with a guarded connector must not use one.
"""

import errno
import re
import socket
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

import aiohttp
import aiohttp.abc
from aiohttp.connector import AddrInfoType
from yarl import URL

from inference_core.errors import CodedError
from inference_core.http.connector import LiveConnector

# The lists are spelled out because the answers of `ipaddress` (is_global, is_private) differ between Python releases.
# Source: the IANA special-purpose address registries.
_NOT_PUBLIC_V4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carrier-grade NAT
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # metadata service of Azure, which lies in public space
            "169.254.0.0/16",  # link-local, with the metadata service of most clouds
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # benchmarking
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, with the broadcast address
        ),
    )
)
# All global unicast addresses of IPv6 lie here; loopback, local, multicast and IPv4-carrying ones outside.
_GLOBAL_UNICAST_V6 = IPv6Network("2000::/3")
_NOT_PUBLIC_V6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments, with Teredo and benchmarking
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4
            "3fff::/20",  # documentation
        ),
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP_INTERFACES = (0x0000_5EFE, 0x0200_5EFE)

_HOST = re.compile(r"([a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}\.?|[0-9a-f:.]+")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class AddressRefused(OSError):
    """A connection was about to be made to an address that is not public; the address itself is not told."""


class UrlRefused(CodedError, ValueError):
    """A visitor's URL is not called."""


def is_public(address: str) -> bool:
    """Whether `address` (an IP address in its usual spelling) is unicast and routable on the public internet.

    An address with a scope (`%eth0`), one that embeds an IPv4 address by a tunnel, and anything that is not an address
    is not public. NAT64 addresses are as public as the IPv4 address in them.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return _is_public_v4(parsed) if isinstance(parsed, IPv4Address) else _is_public_v6(parsed)


def public_socket(addr_info: AddrInfoType) -> socket.socket:
    """A socket for `addr_info`, as aiohttp's `socket_factory` makes one.

    Raises:
        AddressRefused: the address is not public. aiohttp then tries the next address of the name, and reports a
            `ClientConnectorError` whose `os_error` is this exception when there is none.
    """
    family, kind, protocol, _, address = addr_info
    if not is_public(str(address[0])):
        raise AddressRefused(errno.EACCES, "It does not lead to a public address.")
    return socket.socket(family, kind, protocol)


def guarded_connector(**options: Any) -> LiveConnector:
    """A connector that reaches public addresses only; `options` are those of `aiohttp.TCPConnector`.

    Every new connection resolves its name anew, and is checked. A kept-alive connection was checked when it was made.
    """
    return LiveConnector(socket_factory=public_socket, use_dns_cache=False, **options)


def check_url(url: str) -> URL:
    """The URL a visitor typed, parsed.

    Names are not resolved here: the request has to go through a `guarded_connector` as well.

    Raises:
        UrlRefused: not an http(s) URL with a host, or with a user name, or with a literal address that is not public.
    """
    try:
        parsed = URL(url.strip())
    except ValueError:
        raise UrlRefused("guarded_not_a_url") from None
    if parsed.scheme not in ("http", "https"):
        raise UrlRefused("guarded_scheme")
    if parsed.raw_user is not None or parsed.raw_password is not None:
        raise UrlRefused("guarded_user")
    host = parsed.raw_host or ""
    if _is_spelled_as_address(host) and not is_public(host):
        raise _not_public(host)
    if not _HOST.fullmatch(host):
        raise UrlRefused("guarded_no_host")
    if parsed.port == 0:
        raise UrlRefused("guarded_port", host=host)
    return parsed


def refused_url(error: aiohttp.ClientConnectorError) -> UrlRefused | None:
    """What to tell a visitor if `error` comes from the guard; None if it is any other failure to connect."""
    return _not_public(error.host) if isinstance(error.os_error, AddressRefused) else None


def _is_public_v4(address: IPv4Address) -> bool:
    return not any(address in network for network in _NOT_PUBLIC_V4)


def _is_public_v6(address: IPv6Address) -> bool:
    if address.scope_id is not None:
        return False
    if address in _NAT64:
        return _is_public_v4(IPv4Address(address.packed[12:]))
    return (
        address in _GLOBAL_UNICAST_V6
        and not any(address in network for network in _NOT_PUBLIC_V6)
        and int.from_bytes(address.packed[8:12]) not in _ISATAP_INTERFACES
    )


def _is_spelled_as_address(host: str) -> bool:
    """The URL standard's rule: a host whose last label is a number is an IPv4 address, however it is written."""
    return ":" in host or _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]) is not None


def _not_public(host: str) -> UrlRefused:
    return UrlRefused("not_public", host=host)
