"""deploy/healthy.py: what an image's health check says."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.support.processes import ROOT, Server


def check(port: str) -> subprocess.CompletedProcess[str]:
    # It asks directly, whatever proxy there is.
    surroundings = {"GALLERY_PORT": port, "http_proxy": "http://127.0.0.1:9", "HTTP_PROXY": "http://127.0.0.1:9"}
    return subprocess.run(
        [sys.executable, ROOT / "deploy/healthy.py"], env=surroundings, capture_output=True, text=True
    )


@contextmanager
def answering(status: int) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/health" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield str(server.server_port)
        server.shutdown()


def test_a_gallery_that_serves_is_healthy(app: Server) -> None:
    checked = check(app.url.rstrip("/").rpartition(":")[2])
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


@pytest.mark.parametrize("status", [404, 500, 503])
def test_one_that_says_that_it_is_not_is_named_with_its_status(status: int) -> None:
    with answering(status) as port:
        checked = check(port)
    assert checked.returncode == 1
    assert checked.stderr == f"The gallery on port {port} answers with status {status}.\n"


def test_one_that_is_not_there_gets_a_sentence() -> None:
    with answering(200) as port:
        pass
    checked = check(port)
    assert checked.returncode == 1 and checked.stderr.startswith(f"The gallery does not answer on port {port}: ")
    assert "Traceback" not in checked.stderr
