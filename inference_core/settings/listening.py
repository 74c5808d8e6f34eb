"""Listening on an address, and why that is not possible."""

import errno
import os
import socket
from ipaddress import ip_address
from typing import Any

_ABOUT_THE_PORT = {errno.EADDRINUSE: "it is taken", errno.EACCES: "this account may not use it"}
_ABOUT_THE_HOST = {
    errno.EADDRNOTAVAIL: "the host is not this machine",
    errno.EAFNOSUPPORT: "this machine has no addresses of this kind",
}


def reason_not_to_listen(host: str, port: int) -> str:
    """The port or the host that is to blame, and why, such as "port 80: it is taken"; "" if one can listen there.

    `host` has no brackets; port 0 is any. Of the addresses of a name, such as those of localhost, one may be missing.
    """
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        return f"{host}: there is no host of this name"
    failures = [failure for address in addresses if (failure := _failure(*address))]
    for failure in failures:
        if reason := _ABOUT_THE_PORT.get(failure.errno or 0):
            return f"port {port}: {reason}"
    if len(failures) < len(addresses):
        return ""
    return f"{host}: {_ABOUT_THE_HOST.get(failures[0].errno or 0, failures[0].strerror)}"


def _failure(family: int, kind: int, protocol: int, _name: str, address: Any) -> OSError | None:
    """What happens if one listens there."""
    try:
        with socket.socket(family, kind, protocol) as listener:
            if os.name == "posix":  # on Windows it would let one bind to a port that is taken
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            return OSError(errno.EADDRNOTAVAIL, "") if _is_for_many(str(address[0])) else None
    except OSError as error:
        return error


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; ends the process with a sentence if that is not possible."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise SystemExit(f"Cannot listen on {server_url(host, port)}: {error.strerror}.") from None
    # Connections inherit this option; asyncio sets it only on sockets that it creates itself. Without it every response
    # takes 40 ms longer: its body waits until the client has acknowledged its headers.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def server_url(host: str, port: int) -> str:
    """The base URL of a server that listens there."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _is_for_many(address: str) -> bool:
    """Whether it is an address to which one can bind, but not connect."""
    parsed = ip_address(address)
    return parsed.is_multicast or address == "255.255.255.255"
