"""Real processes for tests: the local engine and the app, started and ended with everything they started."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NO_SETTINGS = ("HF_", "HUGGING_FACE", "GALLERY_", "GRADIO_SERVER", "INFERENCE_", "http_proxy", "HTTP_PROXY")
_RUNNING = r"Running on local URL:\s+(\S+)"


@dataclass(slots=True)
class Running:
    """A running server: its base URL."""

    url: str


@dataclass(slots=True)
class Server(Running):
    """One that was started here: its process, and the lines it has printed."""

    process: subprocess.Popen[str]
    output: list[str]


@contextmanager
def engine(*options: str, **variables: str) -> Iterator[Server]:
    """`python -m inference_core.engine` on a free port."""
    command = [sys.executable, "-m", "inference_core.engine", "--port", "0", *options]
    with server(command, r"Engine ready at (\S+)", variables) as running:
        yield running


@contextmanager
def app(*options: str, folder: Path = ROOT, **variables: str) -> Iterator[Server]:
    """`python app.py` of a checkout on a free port, on the local engine unless `options` say otherwise."""
    options = options if {"--backend", "--replay"} & {*options} else ("--backend", "local", *options)
    with server([sys.executable, "app.py", *options], _RUNNING, variables, folder) as running:
        yield running


@contextmanager
def rewired_app(*options: str) -> Iterator[Server]:
    """`app` on a machine where what is sent to `PUBLIC` of `rewired_app.py` arrives at loopback."""
    with server([sys.executable, "-m", "tests.support.rewired_app", *options], _RUNNING, {}) as running:
        yield running


@contextmanager
def small_page(**variables: str) -> Iterator[Server]:
    """A page of one handler, served as the gallery is."""
    with server([sys.executable, "-m", "tests.support.small_page"], _RUNNING, variables) as running:
        yield running


@contextmanager
def one_textbox(**variables: str) -> Iterator[Server]:
    """An app with one textbox, served by Gradio alone."""
    with server([sys.executable, "-m", "tests.support.one_textbox"], _RUNNING, variables) as running:
        yield running


@contextmanager
def bare_gradio(**variables: str) -> Iterator[Server]:
    """Components that the gallery uses, served by Gradio alone."""
    with server([sys.executable, "-m", "tests.support.bare_gradio"], _RUNNING, variables) as running:
        yield running


def clean_environment(**variables: str) -> dict[str, str]:
    """The environment without what would change the behaviour of app, engine or client."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_NO_SETTINGS)}
    return {**kept, "HF_HUB_OFFLINE": "1", "GRADIO_ANALYTICS_ENABLED": "False", "PYTHONUNBUFFERED": "1", **variables}


@contextmanager
def server(command: list[str], ready: str, variables: dict[str, str], folder: Path = ROOT) -> Iterator[Server]:
    """A command in a folder; what `ready` finds in its output is its URL."""
    environment = clean_environment(**variables)
    with subprocess.Popen(
        command, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        output: list[str] = []
        reader = threading.Thread(target=lambda: output.extend(process.stdout or ()), daemon=True)
        try:
            url = _announced_url(process, re.compile(ready), output)
            reader.start()
            yield Server(url, process, output)
        finally:
            process.terminate()
            process.wait(15)
            if reader.ident:
                reader.join(5)  # what was printed last is in the output too


def _announced_url(process: subprocess.Popen[str], ready: re.Pattern[str], output: list[str]) -> str:
    for line in process.stdout or ():
        output.append(line)
        if found := ready.search(line):
            return found[1]
    raise AssertionError("The server ended before it was ready:\n" + "".join(output))


def is_running(pid: int) -> bool:
    """Whether a process has not ended. One that has, and whose parent has not taken note of it yet, does not run."""
    try:
        os.kill(pid, 0)
        of_process = Path(f"/proc/{pid}")
        if not of_process.exists():
            return True
        has_ended = (of_process / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
        # Its first thread may have ended before the last one, which has its connections open.
        return not has_ended or len(list((of_process / "task").iterdir())) > 1
    except (ProcessLookupError, FileNotFoundError):  # it may end between two of these lines
        return False
