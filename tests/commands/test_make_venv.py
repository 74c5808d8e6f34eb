"""`deploy/make_venv.py` makes the environment of the README's commands, or says in one sentence why it cannot."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes import ROOT

SCRIPT = ROOT / "deploy/make_venv.py"


def run(folder: Path, *python: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *(python or (str(SCRIPT),))]
    return subprocess.run(
        command, cwd=folder, env={"PATH": "/usr/bin:/bin", **variables}, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    assert run(folder).returncode == 0
    return folder


@pytest.mark.slow
def test_it_makes_an_environment_that_can_install(made: Path) -> None:
    pip = subprocess.run([made / ".venv/bin/python", "-m", "pip", "--version"], capture_output=True, text=True)
    assert str(made) in pip.stdout


@pytest.mark.slow
def test_an_environment_that_is_there_is_kept(made: Path) -> None:
    (made / ".venv/kept").touch()
    assert run(made).returncode == 0
    assert (made / ".venv/kept").exists()


@pytest.mark.slow
def test_one_that_was_left_half_made_is_made_again(tmp_path: Path) -> None:
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to("/nonexistent/python")
    assert run(tmp_path).returncode == 0
    assert (tmp_path / ".venv/bin/python").exists()


def test_an_environment_of_another_kind_is_not_deleted(tmp_path: Path) -> None:
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\ntest "$2" = pass\n')  # it runs, but has no pip
    python.chmod(0o755)
    refused = run(tmp_path)
    assert refused.returncode == 1 and python.exists()
    assert refused.stderr == (
        "The environment in .venv has no pip or another version of Python: delete the folder and try again.\n"
    )


def test_a_python_without_venv_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "ensurepip.py").write_text("raise ModuleNotFoundError")
    refused = run(tmp_path, PYTHONPATH=str(tmp_path))
    assert refused.returncode == 1 and refused.stdout == ""
    assert refused.stderr == (
        "This Python cannot make virtual environments: "
        "install its venv package (Debian: apt-get install python3-venv).\n"
    )


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.10", "3.14"])
def test_a_version_that_is_not_supported_gets_one_sentence(tmp_path: Path, version: str) -> None:
    pretend = f"import runpy, sys; sys.version_info = ({version.replace('.', ', ')}, 0, 'final', 0); "
    refused = run(tmp_path, "-c", pretend + f"runpy.run_path({str(SCRIPT)!r}, run_name='__main__')")
    assert refused.returncode == 1
    assert refused.stderr == (
        f"This is Python {version}: install 3.11, 3.12 or 3.13 and call it instead, for example python3.13.\n"
    )


def test_an_old_python_can_read_it() -> None:
    ast.parse(SCRIPT.read_text(), feature_version=(3, 6))


def test_a_folder_that_cannot_be_made_gets_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".venv").touch()
    refused = run(tmp_path)
    assert refused.returncode == 1 and len(refused.stderr.splitlines()) == 1
    assert refused.stderr.startswith("Python could not make the virtual environment .venv: ")
