"""What must be right around the page before it starts: its address, its folder, and the proxies of the environment.

Gradio ends in a traceback where one of them is not. It does not import Gradio, which would do so, too.
"""

import errno
import os
import socket
import sys
import tempfile
import urllib.request
from pathlib import Path

import httpx

from inference_core.settings.description import GallerySettings

_NUMBERS = {"GRADIO_SERVER_PORT": 65_535, "GRADIO_NUM_PORTS": 65_535}
_LOOPBACK = ("localhost", "127.0.0.1", "::1", "::")
_REASONS = {
    errno.EADDRINUSE: "it is taken",
    errno.EACCES: "this account may not use it",
    errno.EADDRNOTAVAIL: "the host is not this machine",
    errno.EAFNOSUPPORT: "this machine has no addresses of this kind",
}


def check_surroundings(settings: GallerySettings) -> None:
    """Ends the process with a sentence if the page cannot start here."""
    _check_numbers()
    _check_address(host_of(settings), settings.port)
    _check_folder()


def host_of(settings: GallerySettings) -> str:
    """The name or address to listen on, without brackets."""
    return (settings.host or os.environ.get("GRADIO_SERVER_NAME") or "127.0.0.1").strip().strip("[]")


def in_a_url(host: str) -> str:
    """The host as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


def keep_gradio_off_proxies() -> None:
    """Gradio calls its own page, for which no proxy is needed, and cannot even begin with one that it does not know."""
    for name in [name for name in os.environ if name.lower() in ("http_proxy", "https_proxy", "all_proxy")]:
        if os.environ[name] and not _is_known(os.environ[name]):
            del os.environ[name]
    direct = urllib.request.getproxies().get("no", "")
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = ",".join(filter(None, (direct, *_LOOPBACK)))


def _is_known(proxy: str) -> bool:
    try:
        httpx.HTTPTransport(proxy=proxy if "://" in proxy else f"http://{proxy}", verify=False).close()
    except (ImportError, ValueError, httpx.InvalidURL):
        return False
    return True


def _check_numbers() -> None:
    for name, most in _NUMBERS.items():
        value = os.environ.get(name, "1")
        if not (value.isascii() and value.isdigit() and len(value) <= len(str(most)) and 1 <= int(value) <= most):
            sys.exit(f"{name} is {value[:20]!r}: set it to a whole number from 1 to {most}.")


def _check_address(host: str, port: int | None) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port or 0, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except (socket.gaierror, UnicodeError):
        sys.exit(f"The gallery cannot listen on {host}: there is no host of this name. Choose another with --host.")
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, error.strerror)
        where = f"port {port}" if port and error.errno in (errno.EADDRINUSE, errno.EACCES) else host
        sys.exit(f"The gallery cannot listen on {where}: {reason}. Choose others with --port and --host.")


def _check_folder() -> None:
    """Files that are uploaded or made lie in one folder, which Gradio makes."""
    try:
        folder = Path(os.environ.get("GRADIO_TEMP_DIR") or Path(tempfile.gettempdir()) / "gradio")
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        place = error.filename or "The folder for temporary files"
        sys.exit(f"{place} cannot be written: {error.strerror}. Set GRADIO_TEMP_DIR to a folder that can.")
