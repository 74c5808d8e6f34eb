"""The committed configuration of nginx, run for real on a free port of loopback, with a certificate of its own."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.processes import ROOT

NO_NGINX = "This needs nginx and openssl: install them (Debian: apt-get install nginx-light openssl)."
_CONFIGURATION = ROOT / "deploy/nginx"


def nginx() -> str | None:
    """The path of nginx, where it can be run with a certificate of one's own."""
    path = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    return path if path and shutil.which("openssl") else None


@dataclass(frozen=True, slots=True)
class Proxy:
    """A running nginx: the URL below which the gallery is, its process, and how its certificate is trusted."""

    url: str
    process: subprocess.Popen[bytes]
    trust: ssl.SSLContext


@contextmanager
def proxied(folder: Path, processes: Sequence[str], prefix: str = "", behind: str = "") -> Iterator[Proxy]:
    """nginx before the servers at these URLs, as the committed files say, in a folder of its own.

    `prefix` is a path such as `/gallery`, or "", and `behind` the address of a load balancer, or "" without one.
    """
    port = _free_port()
    write_configuration(folder, processes, port, prefix)
    if behind:
        lines = {r"^# +set_real_ip_from .*;$": f"set_real_ip_from {behind};", r"^# +(?=real_ip_header )": ""}
        _change(folder / "here/address.conf", lines)
    # As root it would have its workers be nobody, who cannot enter the folder.
    user = "user root;" if os.geteuid() == 0 else ""
    with subprocess.Popen([*command(folder), "-g", f"daemon off; pid {folder}/nginx.pid; {user}"]) as process:
        try:
            _wait_for(port, process)
            trust = ssl.create_default_context(cafile=str(folder / "cert.pem"))
            yield Proxy(f"https://localhost:{port}{prefix}", process, trust)
        finally:
            process.terminate()
            process.wait(10)


def command(folder: Path) -> list[str]:
    """nginx with the configuration in a folder."""
    return [str(nginx()), "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]


def write_configuration(folder: Path, processes: Sequence[str], port: int, prefix: str) -> None:
    """The committed files, with what differs here in those that are for that."""
    shutil.copytree(_CONFIGURATION, folder, dirs_exist_ok=True)
    _make_certificate(folder)
    servers = "".join(
        f"server {url.removeprefix('http://').rstrip('/')} max_fails=1 fail_timeout=10s;" for url in processes
    )
    # Nobody but root may write where nginx does by itself.
    written = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    changes = {r"^ +server \S+11:7860.*$": servers, r"^ +server \S+12:7860.*$": "", r"\A": written}
    if prefix:
        changes[r'"~\^\(\?<rest>'] = f'"~^{prefix}(?<rest>'
    _change(folder / "here/processes.conf", changes)
    redirect = f"location = {prefix} {{ return 308 {prefix}/$is_args$args; }}" if prefix else ""
    addresses = {
        r"^listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        r"^listen \[::\].*$": redirect,
        r"/etc/nginx/tls/fullchain.pem": f"{folder}/cert.pem",
        r"/etc/nginx/tls/privkey.pem": f"{folder}/key.pem",
    }
    _change(folder / "here/address.conf", addresses)


def _change(file: Path, changes: dict[str, str]) -> None:
    text = file.read_text(encoding="utf-8")
    for pattern, replacement in changes.items():
        text, times = re.subn(pattern, lambda _, text=replacement: text, text, flags=re.MULTILINE)
        assert times, f"{file.name} has no {pattern}"
    file.write_text(text, encoding="utf-8")


def _make_certificate(folder: Path) -> None:
    make = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    files = ["-keyout", folder / "key.pem", "-out", folder / "cert.pem"]
    subprocess.run([*make.split(), *files], check=True, capture_output=True)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        assert process.poll() is None, "nginx has ended"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx does not listen")
