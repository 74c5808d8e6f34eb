"""The proxies that the environment names, and the hosts that are reached without one."""

import re
import urllib.request
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from yarl import URL

from inference_core.errors import InvalidInputError

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_ENTRY = re.compile(r"(?:(?P<scheme>[a-z]+)://)?(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>\d+))?/?", re.IGNORECASE)


class Proxies:
    """HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, in upper or lower case, or else what the system is set to.

    NO_PROXY lists hosts with their subdomains, addresses and networks (`10.0.0.0/8`), each with a port or scheme if
    only that is meant; `*` stands for all.
    """

    def __init__(self) -> None:
        found = urllib.request.getproxies()
        self._by_scheme = {scheme: url.strip() for scheme, url in found.items() if scheme != "no" and url.strip()}
        self._direct = [_exception(entry) for entry in re.split(r"[,\s]+", found.get("no", "")) if entry]

    def proxy_for(self, url: URL) -> str | None:
        """The proxy for this URL; None for loopback and for what NO_PROXY lists.

        Raises:
            InvalidInputError: the proxy is not an HTTP proxy.
        """
        if not self._by_scheme:
            return None
        proxy = self._by_scheme.get(url.scheme) or self._by_scheme.get("all")
        host = (url.host or "").rstrip(".").lower()
        if not proxy or _is_loopback(host) or any(entry.is_for(url, host) for entry in self._direct):
            return None
        if urllib.request.proxy_bypass(host):  # what the system's own settings list
            return None
        return _checked(proxy)


@dataclass(frozen=True, slots=True)
class _Exception:
    """One entry of NO_PROXY; a host of "" means every host."""

    host: str
    network: IPv4Network | IPv6Network | None
    scheme: str | None
    port: int | None

    def is_for(self, url: URL, host: str) -> bool:
        if self.scheme not in (None, "all", url.scheme) or self.port not in (None, url.port):
            return False
        if self.network is not None:
            return _is_in(host, self.network)
        return not self.host or host == self.host or host.endswith(f".{self.host}")


def _exception(entry: str) -> _Exception:
    network = _network(entry)
    parts = None if network else _ENTRY.fullmatch(entry)
    if parts is None:
        return _Exception(entry.lower(), network, None, None)
    host = parts["host"].strip("[]").lower().removeprefix("*").strip(".")
    if not host and parts["host"] != "*":
        host = entry  # a mistake, which no host matches
    port = int(parts["port"]) if parts["port"] else None
    return _Exception(host, _network(host), parts["scheme"] and parts["scheme"].lower(), port)


def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(text.strip("[]"), strict=False)
    except ValueError:
        return None


def _is_in(host: str, network: IPv4Network | IPv6Network) -> bool:
    try:
        return ip_address(host) in network
    except ValueError:
        return False


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _checked(proxy: str) -> str:
    proxy = proxy if _SCHEME.match(proxy) else f"http://{proxy}"
    try:
        parsed = URL(proxy)
    except ValueError:
        raise InvalidInputError("bad_proxy") from None
    if parsed.scheme not in ("http", "https"):
        raise InvalidInputError("unsupported_proxy", scheme=parsed.scheme[:20])
    if not parsed.host:
        raise InvalidInputError("bad_proxy")
    return proxy
