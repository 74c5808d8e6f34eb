"""The guard against server-side request forgery (SSRF): URLs from visitors only reach public addresses.

The check happens where the socket is created, after the name is resolved, for every connection. So neither unusual
spellings of an address, nor redirects, nor names that resolve differently a second time (DNS rebinding) get past it. It
cannot see behind a proxy, so a session with a guarded connector must not use one.
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
from inference_core.urls import is_url, wire_url

# Written out because `ipaddress` (is_global, is_private) gives different answers in different Python releases.
# Source: the IANA special-purpose address registries.
_NOT_PUBLIC_V4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # carrier-grade NAT
            "127.0.0.0/8",  # loopback
            "168.63.129.16/32",  # metadata service of Azure, in the public range
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
# All global unicast addresses of IPv6 are in this range; loopback, local, multicast and embedded IPv4 are not.
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
    """A connection would have gone to an address that is not public. The message does not contain the address."""


class UrlRefused(CodedError, ValueError):
    """A visitor's URL may not be called."""


def is_public(address: str) -> bool:
    """Whether `address` (an IP address in the usual notation) is a unicast address on the public internet.

    Not public: addresses with a scope (`%eth0`), tunnel addresses that contain an IPv4 address, and anything that is
    not an address. A NAT64 address is public if the IPv4 address in it is.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return _is_public_v4(parsed) if isinstance(parsed, IPv4Address) else _is_public_v6(parsed)


def public_socket(addr_info: AddrInfoType) -> socket.socket:
    """A `socket_factory` for aiohttp that only creates sockets for public addresses.

    Raises:
        AddressRefused: the address is not public. aiohttp then tries the next address of the name. After the last one
            it raises a `ClientConnectorError` with this exception as its `os_error`.
    """
    family, kind, protocol, _, address = addr_info
    if not is_public(str(address[0])):
        raise AddressRefused(errno.EACCES, "It does not lead to a public address.")
    return socket.socket(family, kind, protocol)


def guarded_connector(**options: Any) -> LiveConnector:
    """A connector that only reaches public addresses; `options` are those of `aiohttp.TCPConnector`.

    Every new connection resolves its name again and is checked. A kept-alive connection was checked when it was opened.
    """
    return LiveConnector(socket_factory=public_socket, use_dns_cache=False, **options)


def check_url(url: str) -> URL:
    """Parse and check a URL that a visitor typed.

    Names are not resolved here, so the request must also go through a `guarded_connector`.

    Raises:
        UrlRefused: it is not an http(s) URL with a host, or it has a user name, or its host is an address that is not
            public.
    """
    if not is_url(url.strip()):
        raise UrlRefused("guarded_scheme")
    try:
        parsed = wire_url(url.strip())
    except ValueError:
        raise UrlRefused("guarded_not_a_url") from None
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
    """The refusal to show a visitor if the guard caused `error`; None for any other failure to connect."""
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
    """The URL standard's rule: a host whose last label is a number is an IPv4 address, in any notation."""
    return ":" in host or _NUMBER.fullmatch(host.rstrip(".").rpartition(".")[2]) is not None


def _not_public(host: str) -> UrlRefused:
    return UrlRefused("not_public", host=host)
