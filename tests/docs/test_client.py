"""docs/client.md: its examples run, and its table of providers is that of the code."""

import ast
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import inference_core
from inference_core.errors import InferenceError
from inference_core.providers import PROVIDERS
from inference_core.recording.reading import open_recording
from tests.support.documents import CLIENT, code_blocks, marked_block, table_below
from tests.support.examples import run_example, run_with_gallery
from tests.support.processes import Server

FIRST, BLOCKING, ASYNCHRONOUS, RECORDING = code_blocks(CLIENT, "python")


def test_the_first_example_has_five_lines_and_runs_as_it_stands(engine: Server, tmp_path: Path) -> None:
    assert len(FIRST.splitlines()) == 5
    assert re.fullmatch(r"POSITIVE 0\.\d+\n", run_example(FIRST, engine, tmp_path))


def test_the_example_of_the_blocking_client_runs_as_it_stands(engine: Server, tmp_path: Path) -> None:
    output = run_example(BLOCKING, engine, tmp_path)
    assert output.startswith("The ") and "xercise" in output and len(output.split()) > 15


def test_the_example_of_the_asynchronous_client_runs_as_it_stands(engine: Server, tmp_path: Path) -> None:
    output = run_example(ASYNCHRONOUS, engine, tmp_path)
    assert re.match(r"\(512, 512\)\na .+ in mostly .+\n", output) and len(output.split()) > 12


def test_the_example_of_a_recording_writes_one(engine: Server, tmp_path: Path) -> None:
    assert run_example(RECORDING, engine, tmp_path) == ""
    with open_recording(tmp_path / "calls.zip") as recording:
        assert recording.entries[-1].task == "text-classification"


@pytest.mark.parametrize("caller", ["gradio_client", "mcp"])
def test_the_call_of_a_running_gallery_is_answered_as_it_says(app: Server, tmp_path: Path, caller: str) -> None:
    said = ast.literal_eval(marked_block(CLIENT, "gradio_client-answer"))
    answer = ast.literal_eval(run_with_gallery(marked_block(CLIENT, caller), app, tmp_path))
    assert answer.pop("seconds") > 0 and said.pop("seconds") > 0
    assert answer["result"].pop("score") == pytest.approx(said["result"].pop("score"), abs=0.01)
    assert answer == said


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_call_by_plain_http_is_answered_as_it_says(app: Server) -> None:
    said = ast.literal_eval(marked_block(CLIENT, "gradio_client-answer"))
    typed = marked_block(CLIENT, "curl").replace("http://127.0.0.1:7860", app.url)
    printed = subprocess.run(["sh", "-c", typed], capture_output=True, text=True, check=True).stdout.rstrip()
    *_, event, data = printed.splitlines()
    assert event == "event: complete"
    [answer] = json.loads(data.removeprefix("data: "))
    assert answer["result"]["answer"] == said["result"]["answer"] and answer["model"] == said["model"]


def test_the_table_of_providers_is_that_of_the_code() -> None:
    served = {
        (task, provider.name)
        for provider in PROVIDERS.values()
        for task in provider.tasks
        if provider.name != "hf-inference"
    }
    assert {(row[0], name) for row in table_below(CLIENT, "Providers") for name in row[1].split(", ")} == served


@pytest.mark.parametrize(("name", "parent"), [row[:2] for row in table_below(CLIENT, "Errors")])
def test_the_table_of_errors_is_true(name: str, parent: str) -> None:
    error = getattr(inference_core, name.strip("`"))
    assert issubclass(error, InferenceError)
    builtin = {base.__name__ for base in error.__mro__} & {"TimeoutError", "ConnectionError", "ValueError"}
    assert builtin == set(filter(None, [parent.strip("`")]))
