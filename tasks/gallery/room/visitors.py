"""Who a visitor is: an address, and behind it a session of the page or a key, since a whole room may have one address.

A caller can make up as many sessions and keys as it likes, and forge any header, so `allowances.py` also limits what
comes from one address, more widely. An address is what the network says, or, behind proxies, what the outermost of
those that the operator trusts says; what a caller has written into the header stands before that and is not read.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address, ip_network

from starlette.datastructures import Headers

_FORWARDED = "x-forwarded-for"
_PREFIX = 64
"""Bits of an IPv6 address that a provider gives to one household."""

_KEY = secrets.token_bytes(16)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. `address` and `session` are not shown to anybody; `name` may stand in a log."""

    address: str = field(repr=False)
    session: str = field(default="", repr=False)
    is_operator: bool = False

    @property
    def name(self) -> str:
        """A word for this visitor that leads nowhere, and is another one after the next start."""
        return blake2b(f"{self.address} {self.session}".encode(), key=_KEY, digest_size=6).hexdigest()


def address_of(headers: Headers, peer: str, trusted_proxies: int) -> str:
    """The address that counts for a caller: IPv6 up to the part that one household has, IPv4 as it is.

    `peer` is the other end of the connection. Of `trusted_proxies` proxies each has added one entry to
    `X-Forwarded-For`; with fewer entries the request did not come through all of them, and its peer counts.
    """
    return _household(_forwarded(headers.getlist(_FORWARDED), trusted_proxies) or peer)


def session_of(headers: Mapping[str, str], page_session: str | None) -> str:
    """What tells callers with one address apart: the page's session, or the key that a program sends; "" if neither.

    The page's comes first: before a proxy that asks for a password, all who know it send the same.
    """
    told = page_session or headers.get("authorization") or ""
    return blake2b(told.encode(), key=_KEY, digest_size=16).hexdigest() if told else ""


def _forwarded(headers: Sequence[str], trusted: int) -> str:
    entries = [entry.strip() for header in headers for entry in header.split(",")]
    return entries[-trusted] if 0 < trusted <= len(entries) else ""


def _household(address: str) -> str:
    try:
        parsed = ip_address(_without_port(address))
    except ValueError:
        return address[:64]
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ip_network((int(parsed), _PREFIX), strict=False).network_address)


def _without_port(address: str) -> str:
    """Some proxies add the port: 192.0.2.1:4711 or [2001:db8::1]:4711."""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address
