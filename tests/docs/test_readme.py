"""README.md: short, and what it says can be pasted."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from inference_core.engine.builtin.encoder.files import MINILM_FILES
from inference_core.engine.builtin.llama.smollm2 import SMOLLM2_FILES
from tasks.registry import all_tasks
from tests.support.documents import README, code_blocks, marked_block, table_below
from tests.support.examples import run_example
from tests.support.processes import ROOT, Server

COMMANDS = ("run", "test")
SHELLS = [shell for shell in ("bash", "dash", "zsh", "sh") if shutil.which(shell)]


FRONT_MATTER, TEXT = README.read_text(encoding="utf-8").removeprefix("---\n").split("\n---\n", 1)


def test_it_is_short() -> None:
    assert len(TEXT.splitlines()) < 140


def test_a_space_has_sign_in_and_gets_the_files_of_models_when_it_is_built() -> None:
    told = yaml.safe_load(FRONT_MATTER)
    assert (told["sdk"], told["app_file"], told["license"]) == ("gradio", "app.py", "apache-2.0")
    assert (told["hf_oauth"], told["hf_oauth_scopes"]) == (True, ["inference-api"])
    assert len(told["short_description"]) <= 60
    needed = [f"{one.repository} {','.join(one.digests)} {one.revision}" for one in (MINILM_FILES, SMOLLM2_FILES)]
    assert told["preload_from_hub"] == needed


def test_the_space_runs_the_version_of_gradio_that_is_required() -> None:
    version = re.search(r"^sdk_version: (\d+\.\d+)\.\d+$", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert version and f"gradio[mcp]~={version[1]}\n" in (ROOT / "requirements.txt").read_text()


def test_the_tasks_it_shows_are_tasks() -> None:
    titles = {task.title for task in all_tasks()}
    assert {row[0] for row in table_below(README, "What answers without a token")} <= titles


def test_it_says_how_many_tasks_there_are() -> None:
    assert f"each of {len(all_tasks())} inference tasks" in README.read_text(encoding="utf-8")


def test_the_example_of_the_client_runs_as_it_stands(engine: Server, tmp_path: Path) -> None:
    (code,) = code_blocks(README, "python")
    assert len([line for line in code.splitlines() if line]) <= 10
    output = run_example(code, engine, tmp_path)
    assert re.match(r"POSITIVE \d", output) and len(output.split()) > 8


@pytest.fixture
def stubs(tmp_path: Path) -> Path:
    """A folder in which `python3` and `.venv/bin/python` only say how they were called, and fail where FAIL matches."""
    (tmp_path / "bin").mkdir()
    (tmp_path / ".venv/bin").mkdir(parents=True)
    for stub in (tmp_path / "bin/python3", tmp_path / ".venv/bin/python"):
        stub.write_text('#!/bin/sh\necho "$*"\ncase "$*" in $FAIL) exit 3;; esac\n')
        stub.chmod(0o755)
    return tmp_path


def paste(block: str, shell: str, stubs: Path, fail: str = "") -> list[str]:
    """What is called when the block is typed into a shell, with a last line that is only reached by going on."""
    typed = subprocess.run(
        [shutil.which(shell) or shell],
        input=block,
        cwd=stubs,
        env={"PATH": f"{stubs / 'bin'}:/usr/bin:/bin", "FAIL": fail},
        capture_output=True,
        text=True,
    )
    assert typed.stderr == ""
    return typed.stdout.splitlines()


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("mark", COMMANDS)
def test_a_command_does_all_its_steps_in_every_shell(mark: str, shell: str, stubs: Path) -> None:
    block = marked_block(README, mark)
    assert paste(block, shell, stubs) == [re.sub(r"^\S+ | &&$", "", line) for line in block.splitlines()]


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("mark", COMMANDS)
def test_a_command_stops_at_the_first_step_that_fails(mark: str, shell: str, stubs: Path) -> None:
    called = paste(marked_block(README, mark), shell, stubs, fail="*--no-deps*")
    assert len(called) == 3 and "--no-deps" in called[-1]


def test_every_file_a_command_names_is_there() -> None:
    for mark in COMMANDS:
        files = re.findall(r"[\w./-]+\.(?:py|txt)\b", marked_block(README, mark))
        assert len(files) >= 3 and all((ROOT / file).is_file() for file in files)


def test_the_tests_are_started_by_the_last_line_alone() -> None:
    """`.ci/run` runs this line without a network, and all lines before it with one."""
    *steps, last = marked_block(README, "test").splitlines()
    assert last == ".venv/bin/python -m pytest"
    assert steps and all(step.endswith(" &&") and "pytest" not in step for step in steps)
