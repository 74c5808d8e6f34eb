"""`python -m tests.support.browser` finds or installs a browser. What it calls is a stub: nothing is installed here."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.browser import NO_BROWSER
from tests.support.processes import ROOT

Provide = Callable[..., subprocess.CompletedProcess[str]]
PLAYWRIGHT = "playwright install chromium"
APT = ["apt-get update -qq", "apt-get install -y -qq chromium-headless-shell"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What PATH consists of, with a `playwright` that only writes down how it was called."""
    (tmp_path / "playwright").mkdir()
    (tmp_path / "playwright/__init__.py").touch()
    (tmp_path / "playwright/__main__.py").write_text(
        "import os, pathlib, sys\n"
        f"with pathlib.Path({str(tmp_path / 'calls')!r}).open('a') as calls:\n"
        "    print('playwright', *sys.argv[1:], file=calls)\n"
        "sys.exit('PLAYWRIGHT_FAILS' in os.environ)\n"
    )
    return tmp_path


@pytest.fixture
def provide(folder: Path) -> Provide:
    """The command, run by root or by somebody else."""

    def provide(*, root: bool, **variables: str) -> subprocess.CompletedProcess[str]:
        user = f"import os, runpy; os.geteuid = lambda: {0 if root else 1000}; "
        run = user + "runpy.run_module('tests.support.browser', run_name='__main__')"
        environment = {"PATH": str(folder), "PYTHONPATH": str(folder), **variables}
        return subprocess.run([sys.executable, "-c", run], cwd=ROOT, env=environment, capture_output=True, text=True)

    return provide


def calls(folder: Path) -> list[str]:
    written = folder / "calls"
    return written.read_text().splitlines() if written.exists() else []


def stub(folder: Path, name: str, then: str = "") -> Path:
    path = folder / name
    path.write_text(f'#!/bin/sh\necho "{name} $*" >> {folder}/calls\n{then}\n')
    path.chmod(0o755)
    return path


def stub_of_apt(folder: Path) -> None:
    """An apt-get that installs a chromium."""
    install = f"if [ $1 = install ]; then echo > {folder}/chromium; /bin/chmod +x {folder}/chromium; fi"
    stub(folder, "apt-get", install)


@pytest.mark.parametrize("name", ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"])
def test_a_browser_that_is_there_is_taken(folder: Path, provide: Provide, name: str) -> None:
    path = stub(folder, name)
    stub_of_apt(folder)
    done = provide(root=True)
    assert (done.returncode, done.stdout, calls(folder)) == (0, f"The browser tests use {path}.\n", [])


def test_the_one_that_works_least_is_taken_first(folder: Path, provide: Provide) -> None:
    stub(folder, "chromium")
    path = stub(folder, "chromium-headless-shell")
    assert provide(root=True).stdout == f"The browser tests use {path}.\n"


def test_root_gets_the_package_of_debian(folder: Path, provide: Provide) -> None:
    stub_of_apt(folder)
    done = provide(root=True)
    assert (done.returncode, done.stderr, calls(folder)) == (0, "", APT)


def test_others_get_the_one_of_playwright(folder: Path, provide: Provide) -> None:
    stub_of_apt(folder)
    done = provide(root=False)
    assert (done.returncode, done.stderr, calls(folder)) == (0, "", [PLAYWRIGHT])


def test_without_apt_root_gets_the_one_of_playwright(folder: Path, provide: Provide) -> None:
    done = provide(root=True)
    assert (done.returncode, done.stderr, calls(folder)) == (0, "", [PLAYWRIGHT])


def test_a_system_without_the_package_gets_the_one_of_playwright(folder: Path, provide: Provide) -> None:
    stub(folder, "apt-get", "[ $1 = update ]")
    done = provide(root=True)
    assert (done.returncode, done.stderr, calls(folder)) == (0, "", [*APT, PLAYWRIGHT])


def test_a_package_without_a_browser_is_not_enough(folder: Path, provide: Provide) -> None:
    stub(folder, "apt-get")
    done = provide(root=True)
    assert (done.returncode, done.stderr, calls(folder)) == (0, "", [*APT, PLAYWRIGHT])


@pytest.mark.parametrize("root", [True, False])
def test_without_any_browser_one_sentence_says_what_to_install(folder: Path, provide: Provide, root: bool) -> None:
    stub(folder, "apt-get", "exit 100")
    done = provide(root=root, PLAYWRIGHT_FAILS="1")
    assert (done.returncode, done.stderr) == (1, NO_BROWSER + "\n")
    assert calls(folder) == ([APT[0]] if root else []) + [PLAYWRIGHT]
