"""Which web pages may reach a server on loopback: any page in a browser can send requests there, under any name.

A page's own name can be made to lead to 127.0.0.1 while it is open (DNS rebinding), so the Host must be one that the
operator knows, and so must the Origin.
"""

from collections.abc import Collection, Iterable
from ipaddress import ip_address
from socket import SOCK_STREAM, getaddrinfo

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def is_loopback(host: str) -> bool:
    """Whether a server that listens on `host` is reached from this machine only."""
    name = host.strip().strip("[]").lower().rstrip(".")
    if name == "localhost":
        return True
    try:
        # Also of other spellings, such as 127.1, and of names that lead here, such as the machine's own.
        found = [ip_address(address[0]) for *_, address in getaddrinfo(name, None, type=SOCK_STREAM)]
    except (OSError, ValueError):
        return False
    return bool(found) and all((getattr(one, "ipv4_mapped", None) or one).is_loopback for one in found)


def known_names(host: str, others: Iterable[str]) -> frozenset[str] | None:
    """The names under which a server on `host` is called; None, which is any, if it is not on loopback."""
    if not is_loopback(host):
        return None
    return frozenset(name_of(one) for one in (*_LOOPBACK, host, *others) if one.strip())


def name_of(address: str) -> str:
    """The name in a Host header or an origin, in lower case, without scheme, user, port, brackets and last dot."""
    authority = address.strip().lower().rpartition("://")[2].partition("/")[0].rpartition("@")[2]
    if authority.startswith("["):
        return authority[1:].partition("]")[0]
    name, _, port = authority.rpartition(":")
    return (name if port.isdigit() and ":" not in name else authority).rstrip(".")


def is_from_elsewhere(names: Collection[str] | None, host: str | None, origin: str | None) -> bool:
    """Whether a request to one of `names` came under another one, or from a page of another."""
    if names is None:
        return False
    return name_of(host or "") not in names or (origin is not None and name_of(origin) not in names)
