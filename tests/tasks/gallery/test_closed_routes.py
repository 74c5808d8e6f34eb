"""What Gradio would serve and the gallery does not."""

import subprocess
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import httpx
import pytest

from tasks.gallery.closed_routes import CLOSED, is_closed
from tests.support import processes
from tests.support.processes import Server

SERVED = {
    # The page and what belongs to it.
    *("/", "/config", "/config/", "/theme.css", "/gradio_api/theme.css", "/favicon.ico", "/robots.txt"),
    *("/svelte/{path:path}", "/static/{path:path}", "/assets/{path:path}"),
    *("/manifest.json", "/pwa_icon", "/pwa_icon/{size}", "/gradio_api/startup-events", "/gradio_api/app_id"),
    "/gradio_api/app_id/",
    # Who is signed in, told to nobody else.
    *("/login", "/login/", "/logout", "/gradio_api/user", "/gradio_api/user/", "/gradio_api/token"),
    *("/gradio_api/token/", "/gradio_api/login_check", "/gradio_api/login_check/"),
    # What the tasks are, and how they are called.
    *("/openapi.json", "/gradio_api/openapi.json", "/gradio_api/info", "/gradio_api/info/"),
    *("/gradio_api/run/{api_name}", "/gradio_api/run/{api_name}/", "/gradio_api/api/{api_name}"),
    *("/gradio_api/api/{api_name}/", "/gradio_api/call/{api_name}", "/gradio_api/call/{api_name}/"),
    *("/gradio_api/call/v2/{api_name}", "/gradio_api/call/v2/{api_name}/"),
    *("/gradio_api/call/{api_name}/{event_id}", "/gradio_api/call/v2/{api_name}/{event_id}"),
    *("/gradio_api/queue/join", "/gradio_api/queue/data", "/gradio_api/queue/status"),
    *("/gradio_api/cancel", "/gradio_api/reset", "/gradio_api/reset/", "/gradio_api/heartbeat/{session_hash}"),
    # Files, of the temporary folder only.
    *("/gradio_api/upload", "/gradio_api/upload_progress", "/gradio_api/file={path_or_url:path}"),
}
CLOSED_ELSEWHERE = {"/gradio_api/deep_link"}


def asked(path: str, method: str = "GET") -> dict[str, object]:
    return {"type": "http", "method": method, "path": path, "root_path": "", "headers": []}


LIST_GRADIOS_ROUTES = """
import gradio as gr
from gradio.routes import App

def show(routes):
    for route in routes:
        inner = getattr(route, "original_router", None)
        show(inner.routes) if inner else print(route.path)

with gr.Blocks() as page:
    gr.Textbox()
show(App.create_app(page).routes)
"""


def test_every_route_of_gradio_was_judged() -> None:
    # In a process of its own, because Gradio leaves an event loop behind.
    command = [sys.executable, "-c", LIST_GRADIOS_ROUTES]
    known = set(subprocess.check_output(command, env=processes.clean_environment(), text=True).split())
    judged = {path for path in known if path in SERVED | CLOSED_ELSEWHERE or is_closed(asked(path))}
    assert known == judged
    assert not {path for path in SERVED if is_closed(asked(path))}


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    with processes.small_page() as server:
        yield server


@pytest.mark.parametrize("path", CLOSED)
def test_a_closed_route_is_not_found(served: Server, path: str) -> None:
    for method, rest in product(("GET", "HEAD", "POST"), ("", "//127.0.0.1:9/a")):
        answer = httpx.request(method, served.url + path.replace("{rest:path}", rest))
        assert answer.status_code == 404, answer.text


def test_files_come_from_the_temporary_folder_alone(served: Server, tmp_path: Path) -> None:
    files = f"{served.url}/gradio_api/file="
    [uploaded] = httpx.post(f"{served.url}/gradio_api/upload", files={"files": ("a.txt", b"mine")}).json()
    assert httpx.get(files + uploaded).content == b"mine"
    (tmp_path / "secret.txt").write_text("theirs")
    root = processes.ROOT
    outside = [
        tmp_path / "secret.txt",
        root / "app.py",
        "app.py",
        Path("/etc/passwd"),
        f"{uploaded}/../../../secret.txt",
    ]
    link = Path(uploaded).parent / f"{tmp_path.name}.txt"  # the folder of an upload is that of its content
    link.unlink(missing_ok=True)
    link.symlink_to(tmp_path / "secret.txt")
    outside += [link, f"{root}/.git/config", "https://127.0.0.1/a", "http:/127.0.0.1/a"]
    for path in outside:
        assert httpx.get(f"{files}{path}").status_code in (403, 404), path
