"""The real app: how it starts, ends and recovers, and what it does not print."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from app import serve
from inference_core.settings.description import GallerySettings
from tasks.gallery.backend import Backend
from tasks.gallery.operator.access import CLOSED
from tasks.registry import all_tasks
from tests.support import processes
from tests.support.processes import ROOT, Server


def engines(app: Server) -> list[int]:
    """The ids of the app's child processes that are alive."""
    tasks = Path(f"/proc/{app.process.pid}/task").glob("*/children")
    return [int(pid) for task in tasks for pid in task.read_text().split()]


def wait_until_gone(pids: list[int], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while any(map(processes.is_running, pids)):
        assert time.monotonic() < deadline, "still running"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def shared_app() -> Iterator[Server]:
    """An app whose engine may be killed."""
    with processes.app() as server:
        yield server


def classify(app: Server, text: str, **more: str) -> Any:
    client = Client(app.url, verbose=False)
    try:
        return client.predict(text, **more, api_name="/text_classification")
    finally:
        client.close()


def test_the_app_reports_its_health_and_its_pages_carry_our_headers(app: Server) -> None:
    assert httpx.get(f"{app.url}/health").json() == {"status": "ok"}
    for path in ("", "config", "gradio_api/info"):
        assert httpx.get(f"{app.url}/{path}").headers["referrer-policy"] == "no-referrer"


@pytest.mark.slow
def test_everything_works_behind_a_proxy_that_strips_a_prefix(engine: Server) -> None:
    with processes.app("--backend", engine.url, GRADIO_ROOT_PATH="/gallery") as app:
        assert httpx.get(f"{app.url}/config").json()["root"].endswith("/gallery")
        assert httpx.get(f"{app.url}/health").json() == {"status": "ok"}
        assert httpx.get(f"{app.url}/gradio_api/deep_link?session_hash=a").status_code == 404


@pytest.mark.slow
def test_an_app_that_is_killed_takes_its_engine_along() -> None:
    with processes.app() as app:
        classify(app, "The engine is up.")
        children = engines(app)
        app.process.kill()
        app.process.wait(5)
        wait_until_gone(children, 2)


@pytest.mark.slow
def test_after_the_engine_is_killed_the_next_run_works(shared_app: Server) -> None:
    classify(shared_app, "A good day.")
    first = engines(shared_app)
    os.kill(first[0], signal.SIGKILL)
    answer = classify(shared_app, "Another good day.")
    assert answer["result"][0]["label"] == "POSITIVE"
    assert engines(shared_app) != first


@pytest.mark.slow
def test_the_page_is_served_and_ended_while_the_engine_is_not_up(tmp_path: Path) -> None:
    # An engine that never prints that it is ready: the first Python module it imports waits.
    (tmp_path / "sitecustomize.py").write_text(
        "import sys, time\nif 'inference_core.engine' in sys.orig_argv: time.sleep(60)\n", encoding="utf-8"
    )
    with processes.app(PYTHONPATH=str(tmp_path)) as app:
        assert "Inference Gallery" in httpx.get(app.url).text
        children = engines(app)
        app.process.send_signal(signal.SIGINT)
        assert app.process.wait(8) == 0
        wait_until_gone(children, 0.5)


@pytest.mark.slow
def test_without_a_network_the_page_opens_and_a_run_says_why() -> None:
    nowhere = {"HF_ENDPOINT": "http://127.0.0.1:9", "HF_INFERENCE_ENDPOINT": "http://127.0.0.1:9", "HF_HUB_OFFLINE": ""}
    with processes.app("--backend", "hosted", **nowhere) as app:
        assert httpx.get(app.url).is_success
        for more in ({}, {"model": "some/model"}):
            with pytest.raises(AppError, match=r"Check the address and the network, then run again\.$"):
                classify(app, "Is anybody there?", **more)
        assert "Traceback" not in "".join(app.output)


def test_a_port_in_use_is_reported_in_one_sentence(app: Server) -> None:
    port = app.url.rpartition(":")[2].rstrip("/")
    command = [sys.executable, "app.py", "--backend", "local", "--port", port]
    ended = subprocess.run(
        command, cwd=ROOT, env=processes.clean_environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.strip().startswith(f"The gallery cannot listen on port {port}: it is taken")
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_no_prompt_is_printed_by_app_or_engine(shared_app: Server) -> None:
    classify(shared_app, "The xylophone was lovely.")
    with pytest.raises(AppError):
        classify(shared_app, "The xylophone was lovely.", model="no/such-xylophone")
    assert "xylophone" not in "".join(shared_app.output)


@pytest.mark.slow
def test_what_visitors_upload_and_models_draw_is_deleted_after_an_hour(tmp_path: Path, engine: Server) -> None:
    program = "import app; from tasks.gallery import temp_files; temp_files.SWEPT_EVERY = 1; app.main()"
    command = [sys.executable, "-c", program, "--backend", engine.url]
    with processes.server(command, r"Running on local URL:\s+(\S+)", {"GRADIO_TEMP_DIR": str(tmp_path)}) as app:
        picture = first_example("image_to_image")
        for _ in range(2):  # the second time Gradio has made the component again
            client = Client(app.url, verbose=False)
            client.predict(handle_file(picture), "sepia", api_name="/image_to_image")
            client.close()
        body = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a"\r\n\r\nhalf of it'
        aborted_upload(app.url, body)
        made = [path for path in tmp_path.rglob("*") if path.is_file()]
        assert len(made) >= 3 and any(path.name.startswith("tmp") for path in made)
        time.sleep(2.5)
        assert all(path.exists() for path in made)
        for path in made:
            os.utime(path, (time.time() - 3601,) * 2)
        deadline = time.monotonic() + 20
        while any(path.exists() for path in made):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        client = Client(app.url, verbose=False)
        assert client.predict(handle_file(picture), "sepia", api_name="/image_to_image")
        client.close()
    assert not list(tmp_path.rglob("*.png"))


def first_example(api_name: str) -> Path:
    task = next(task for task in all_tasks() if task.api_name == api_name)
    return next(value for value in task.examples[0] if isinstance(value, Path))


def aborted_upload(url: str, begun: bytes) -> None:
    address = httpx.URL(url)
    with socket.create_connection((address.host, address.port)) as connection:
        head = (
            f"POST /gradio_api/upload HTTP/1.1\r\nHost: {address.host}\r\nContent-Length: 100000\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
        )
        connection.sendall(head.encode() + begun)
        time.sleep(0.5)


def test_files_from_urls_have_the_limit_of_uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[object] = []
    monkeypatch.setattr("tasks.gallery.page.build_page", lambda *given, **_: built.append(given[2]))
    monkeypatch.setattr("tasks.gallery.serving.serve", lambda *_: None)

    async def nobody() -> None: ...

    serve(GallerySettings(upload=3.0), Backend("server", nobody, nobody), CLOSED)
    assert built == [3 * 2**20]


@pytest.mark.slow
@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_app_and_engine_within_seconds(name: signal.Signals) -> None:
    with processes.app() as app:
        children = engines(app)
        assert len(children) == 1
        app.process.send_signal(name)
        assert app.process.wait(8) == 0
        wait_until_gone(children, 0.5)
    assert "Traceback" not in "".join(app.output)
