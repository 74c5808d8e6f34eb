"""Our routes and middleware in the served app, next to Gradio's, with a small page of the tests."""

import http.server
import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, cast

import gradio as gr
import httpx
import pytest

from inference_core.settings.description import GallerySettings
from tasks.gallery.blocks import GalleryBlocks
from tasks.gallery.own_routes import ROUTES
from tasks.gallery.request_bodies import RequestBodies
from tasks.gallery.serving import serve
from tests.support import processes
from tests.support.processes import Server

HEADERS = {"referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    with processes.small_page(GRADIO_ROOT_PATH="https://proxy.example.com", GALLERY_HOSTS="gallery.example.com") as one:
        yield one


def has_our_headers(answer: httpx.Response) -> bool:
    return answer.headers.items() >= HEADERS.items()


class Launched(Exception):
    """The options that the page would have been launched with, as its only argument."""


class FakePage:
    """A page that is not served."""

    routes = ()
    dressed = GalleryBlocks.dressed

    def launch(self, **options: Any) -> None:
        raise Launched(options)

    def close(self) -> None: ...


def launched_with(**settings: Any) -> dict[str, Any]:
    async def disconnect() -> None: ...

    with pytest.raises(Launched) as launched:
        serve(cast(gr.Blocks, FakePage()), GallerySettings(**settings), disconnect)
    options: dict[str, Any] = launched.value.args[0]
    return options


@pytest.mark.parametrize("upload", [0.05, 25.0, 90.0])
def test_the_limit_of_uploads_holds_for_uploads_and_for_whole_requests(upload: float) -> None:
    options = launched_with(upload=upload)
    assert options["max_file_size"] == round(upload * 2**20)
    (size,) = (one for one in options["app_kwargs"]["middleware"] if one.cls is RequestBodies)
    assert upload * 2**20 * 4 / 3 < size.kwargs["most"] < upload * 2**20 * 4 / 3 + 2**23


def test_the_page_is_launched_with_what_keeps_prompts_private() -> None:
    options = launched_with(host="127.0.0.1", port=7000)
    assert options["server_name"] == "127.0.0.1" and options["server_port"] == 7000
    assert options["run_history"] is False and not options.get("show_error")


def call(served: Server, name: str) -> str:
    """Start a run; the URL of its events."""
    url = f"{served.url}/gradio_api/call/{name}"
    return f"{url}/{httpx.post(url, json={'data': []}).json()['event_id']}"


def test_the_health_route_answers(served: Server) -> None:
    answer = httpx.get(f"{served.url}/health")
    assert answer.json() == {"status": "ok"} and has_our_headers(answer)
    assert httpx.head(f"{served.url}/health").is_success
    assert httpx.post(f"{served.url}/health").status_code == 405


@pytest.mark.parametrize(
    "path", ["/", "/config", "/theme.css", "/gradio_api/info", "/gradio_api/file=a.png", "/nowhere"]
)
def test_gradios_own_answers_carry_our_headers_once(served: Server, path: str) -> None:
    answer = httpx.get(served.url + path, headers={"Accept-Encoding": "br, gzip"})
    assert has_our_headers(answer)
    assert all(len(answer.headers.get_list(name)) == 1 for name in HEADERS)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is missing.")
def test_an_app_that_nobody_uses_sleeps(served: Server) -> None:
    begun, waits = time.monotonic(), waits_of(served)
    time.sleep(1)
    # Gradio alone looks for runs a thousand times a second.
    assert waits_of(served) - waits < 300 * (time.monotonic() - begun)


def waits_of(served: Server) -> int:
    """How often the process, with all its threads, has waited."""
    states = Path(f"/proc/{served.process.pid}/task").glob("*/status")
    return sum(int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", state.read_text(), re.M)[1]) for state in states)


def test_an_agent_can_initialize_a_session(served: Server) -> None:
    client = {"protocolVersion": "2025-03-26", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": client}
    accept = {"Accept": "application/json, text/event-stream"}
    answer = httpx.post(f"{served.url}/gradio_api/mcp/", json=body, headers=accept)
    assert "serverInfo" in json.loads(answer.text.partition("data: ")[2])["result"]
    assert has_our_headers(answer)


def test_a_stream_comes_as_it_is_made(served: Server) -> None:
    # The second word is sent only after the first has come: an answer that is held back would never end.
    with httpx.stream("GET", call(served, "two_words"), timeout=20) as answer:
        assert has_our_headers(answer)
        lines = answer.iter_lines()
        assert any("first" in line for line in lines)
        call(served, "go_on")
        assert any("second" in line for line in lines)


@pytest.mark.parametrize("session", ["", "nobody", "a\0", "x" * 5000])
def test_a_session_for_which_nothing_runs_is_told_so(served: Server, session: str) -> None:
    answer = httpx.get(f"{served.url}/gradio_api/queue/data", params={"session_hash": session})
    event = json.loads(answer.text.removeprefix("data: "))
    assert event["msg"] == "unexpected_error" and event["session_not_found"]
    assert event["message"] == "Nothing runs under this number, or its result was fetched already: run again."


def test_a_result_is_fetched_once_and_then_no_longer_there(served: Server) -> None:
    url = call(served, "go_on")
    assert httpx.get(url).text.startswith("event: complete")
    for gone in (url, url.replace("/call/", "/call/v2/"), f"{served.url}/gradio_api/call/nothing/nobody"):
        answer = httpx.get(gone)
        assert answer.status_code == 404 and answer.json()["detail"].startswith("Nothing runs under this number")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "localhost"}, 200),
        ({"Host": "[::1]:7860", "Origin": "http://127.0.0.1:7860"}, 200),
        ({"Host": "gallery.example.com", "Origin": "https://gallery.example.com"}, 200),
        ({"Host": "proxy.example.com"}, 200),
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example:7860"}, 421),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
    ],
)
@pytest.mark.parametrize("path", ["/", "/config", "/health", "/gradio_api/info", "/gradio_api/file=a.png"])
def test_on_loopback_only_known_names_and_their_pages_are_answered(
    served: Server, path: str, headers: dict[str, str], status: int
) -> None:
    answer = httpx.get(served.url + path, headers=headers)
    assert (answer.status_code == status) or (status == 200 and path.endswith("a.png") and answer.status_code == 403)
    if status != 200:
        assert answer.json()["detail"].endswith("--hosts.") and "access-control-allow-origin" not in answer.headers
    assert has_our_headers(answer)


def test_no_link_to_typed_text_is_made(served: Server) -> None:
    answer = httpx.get(f"{served.url}/gradio_api/deep_link", params={"session_hash": "a"})
    assert (answer.status_code, answer.json()) == (404, {"detail": "This gallery stores no links."})


ASK_GRADIO = """
import sys
import gradio as gr
from gradio.routes import App
from starlette.routing import Match

with gr.Blocks() as page:
    gr.Textbox()
routes = App.create_app(page).routes
for path in sys.argv[1:]:
    asked = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    if any(route.matches(asked)[0] is Match.FULL for route in routes):
        print(path)
"""


@pytest.mark.slow
def test_our_routes_take_none_of_gradios_but_the_one_we_refuse() -> None:
    # In a process of its own, because Gradio leaves an event loop behind.
    known = ["/config", "/gradio_api/info"]
    command = [sys.executable, "-c", ASK_GRADIO, *known, *(route.path for route in ROUTES)]
    gradios = subprocess.check_output(command, env=processes.clean_environment(), text=True).split()
    assert gradios == [*known, "/gradio_api/deep_link"]


@pytest.mark.slow
def test_when_stopped_it_disconnects_the_backend_even_while_a_page_is_open_and_an_answer_is_sent() -> None:
    with (
        processes.small_page() as served,
        httpx.stream("GET", f"{served.url}/gradio_api/heartbeat/a") as page,
        httpx.stream("GET", call(served, "two_words")) as endless,
        httpx.stream("GET", f"{served.url}/gradio_api/mcp/sse") as agent,
    ):
        for stream in (page, endless, agent):
            next(stream.iter_raw())
        served.process.terminate()
        assert served.process.wait(8) == 0
    assert served.output.count("The backend is disconnected.\n") == 1
    assert "Traceback" not in "".join(served.output)


@contextmanager
def identity_provider(folder: Path) -> Iterator[str]:
    """The URL of a server that describes itself as OpenID Connect asks for."""
    described = folder / ".well-known" / "openid-configuration"
    described.parent.mkdir()
    handler = partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        url = f"http://127.0.0.1:{server.server_port}"
        described.write_text(json.dumps({"issuer": url, "authorization_endpoint": f"{url}/authorize"}))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield url
        server.shutdown()


@pytest.mark.slow
def test_on_a_space_a_visitor_can_sign_in(tmp_path: Path) -> None:
    with identity_provider(tmp_path) as provider:
        space = {"SYSTEM": "spaces", "SPACE_ID": "a/b", "SPACE_HOST": "a-b.hf.space"}
        oauth = {"OAUTH_CLIENT_ID": "id", "OAUTH_CLIENT_SECRET": "secret", "OAUTH_SCOPES": "openid"}
        with processes.small_page(**space, **oauth, OPENID_PROVIDER_URL=provider) as served:
            answer = httpx.get(f"{served.url}/login/huggingface")
            assert answer.status_code == 302 and answer.headers["location"].startswith(f"{provider}/authorize?")
            assert answer.headers["set-cookie"].startswith("session=") and has_our_headers(answer)
            assert httpx.get(f"{served.url}/health").json() == {"status": "ok"}
