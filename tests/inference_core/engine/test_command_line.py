"""`python -m inference_core.engine`: its options, and what it says when they do not work."""

import os
import re
import signal
import socket
import subprocess
import sys
import time

import httpx
import pytest

from inference_core.settings.description import EngineSettings, settings_of
from tests.support import processes


def run(*options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "inference_core.engine", *options]
    environment = processes.clean_environment(**variables)
    return subprocess.run(command, cwd=processes.ROOT, env=environment, capture_output=True, text=True, timeout=30)


def test_help_names_every_option_and_the_key() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    for option in ("--host", "--port", "--threads", "--queue", "--timeout", "--warm", "INFERENCE_ENGINE_KEY"):
        assert option in shown.stdout
    for setting in settings_of(EngineSettings):
        assert setting.option in shown.stdout and setting.variable in shown.stdout


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--port", "70000"),
        ("--threads", "2.5"),
        ("--queue", "-1"),
        ("--timeout", "nan"),
    ],
)
def test_a_bad_value_is_refused_by_name(option: str, value: str) -> None:
    refused = run(f"{option}={value}")
    assert refused.returncode == 2
    (line,) = refused.stderr.splitlines()
    assert f"Invalid value for '{option}': '{value}' is not a " in line


def test_a_bad_variable_is_refused_by_name() -> None:
    refused = run(GALLERY_PIXELS="many")
    assert refused.returncode == 2
    (line,) = refused.stderr.splitlines()
    assert line.endswith(": Invalid value for 'GALLERY_PIXELS': 'many' is not a number above 0.")


def test_limits_are_given_in_the_units_of_the_gallery() -> None:
    with processes.engine("--upload", "0.125", GALLERY_CELLS="3") as server:
        picture = httpx.post(f"{server.url}/models/builtin/picture-kinds", content=bytes(200_000))
        table = {"table": {"a": [1, 2, 3, 4]}}
        cells = httpx.post(f"{server.url}/models/builtin/known-tables-classification", json=table)
    assert "larger than 0.125 MiB" in picture.text
    assert "at most 3" in cells.text


def test_an_address_in_use_gives_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = run("--port", str(taken.getsockname()[1]))
    assert refused.returncode == 1 and refused.stdout == ""
    assert re.fullmatch(r"Cannot listen on http://127\.0\.0\.1:\d+: .*in use.*\.\n", refused.stderr)


def test_an_address_of_no_machine_gives_one_sentence() -> None:
    refused = run("--host", "nowhere.invalid")
    assert refused.returncode == 1
    assert re.fullmatch(r"Cannot listen on http://nowhere\.invalid:0: .*\.\n", refused.stderr)


def test_a_host_that_is_ipv6_can_be_called() -> None:
    with processes.engine("--host", "::1") as server:
        assert server.url.startswith("http://[::1]:")
        assert httpx.get(f"{server.url}/health").status_code == 200


def test_it_prints_one_ready_line_and_nothing_about_requests() -> None:
    with processes.engine() as server:
        for _ in range(3):
            httpx.post(f"{server.url}/models/builtin/vader", json={"inputs": "fine"})
            httpx.get(f"{server.url}/nowhere")
    assert server.output == [f"Engine ready at {server.url}\n"]


def test_a_short_answer_does_not_wait_for_an_acknowledgement() -> None:
    with processes.engine() as server, httpx.Client(base_url=server.url) as http:
        took = []
        for _ in range(20):
            begun = time.perf_counter()
            http.get("/health")
            took.append(time.perf_counter() - begun)
    assert sorted(took)[5] < 0.03


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_soon_and_quietly_although_somebody_still_reads(number: signal.Signals) -> None:
    with processes.engine() as server:
        body = {"inputs": "the rain", "stream": True, "parameters": {"max_new_tokens": 2048}}
        with httpx.stream("POST", f"{server.url}/models/builtin/trigram-en-us", json=body, timeout=30) as response:
            next(response.iter_raw())
            begun = time.monotonic()
            os.kill(server.process.pid, number)
            server.process.wait(10)
            assert time.monotonic() - begun < 4
    assert "Traceback" not in "".join(server.output)


@pytest.mark.slow
def test_a_warm_engine_loads_every_model_before_anybody_asks() -> None:
    deadline = time.monotonic() + 60
    with processes.engine("--warm") as server:
        engines: list[str | None] = [None]
        while None in engines and time.monotonic() < deadline:
            time.sleep(0.1)
            engines = [model["engine"] for model in httpx.get(f"{server.url}/info").json()["models"]]
    assert None not in engines
