"""What must be right around the page before it starts: its address and output, and the environment's proxies.

Gradio ends in a traceback where one of them is not, some already when it is imported: nothing here imports it.
"""

import io
import os
import sys
from contextlib import suppress
from importlib.util import find_spec
from typing import cast

from inference_core.settings.description import GallerySettings
from inference_core.settings.listening import reason_not_to_listen

_NUMBERS = {"GRADIO_SERVER_PORT": 65_535, "GRADIO_NUM_PORTS": 65_535}
_FOR_SIGN_IN = ("OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OAUTH_SCOPES", "OPENID_PROVIDER_URL")
_LOOPBACK = ("localhost", "127.0.0.1", "::1", "::")


class _Output(io.TextIOWrapper):
    """Loses what cannot be written, because a pipe is gone or a disk is full."""

    def write(self, text: str) -> int:
        with suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            super().flush()


def let_output_fail() -> None:
    """Make what is printed get lost where there is no output for it, or no letter; it would end the process."""
    while (opened := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass  # it takes the place of one that is closed, which a connection would take later
    os.close(opened)
    for number, name in ((1, "stdout"), (2, "stderr")):
        stream = getattr(sys, name)
        if stream is not None and stream.isatty():
            stream.reconfigure(errors="replace")
        else:
            # Without a buffer, which Python would try to empty at its end.
            file = cast(io.BufferedWriter, io.FileIO(number, "w", closefd=False))
            setattr(sys, name, _Output(file, stream and stream.encoding, "replace", write_through=True))


def has_sign_in() -> bool:
    """Whether this is a Space where visitors can sign in with Hugging Face."""
    return os.environ.get("SYSTEM") == "spaces" and all(os.environ.get(name) for name in _FOR_SIGN_IN)


def check_surroundings(settings: GallerySettings) -> None:
    """Ends the process with a sentence if the page cannot start here."""
    _check_numbers()
    _check_address(host_of(settings), settings.port)


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
            print(f"{name} is ignored: it does not name an HTTP proxy. Calls go out directly.", file=sys.stderr)
    direct = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = ",".join(filter(None, (direct, *_LOOPBACK)))


def _is_known(proxy: str) -> bool:
    scheme, has_scheme, _ = proxy.lower().partition("://")
    if has_scheme and scheme in ("socks5", "socks5h"):
        return find_spec("socksio") is not None
    return not has_scheme or scheme in ("http", "https")


def _check_numbers() -> None:
    for name, most in _NUMBERS.items():
        value = os.environ.get(name, "1")
        if not (value.isascii() and value.isdigit() and len(value) <= len(str(most)) and 1 <= int(value) <= most):
            sys.exit(f"{name} is {value[:20]!r}: set it to a whole number from 1 to {most}.")


def _check_address(host: str, port: int | None) -> None:
    if reason := reason_not_to_listen(host, port or 0):
        sys.exit(f"The gallery cannot listen on {reason}. Choose others with --port and --host.")
