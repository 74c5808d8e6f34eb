"""The app records the operator's runs on hosted models, and another one gives their answers without any network."""

import asyncio
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from gradio_client import Client
from gradio_client.exceptions import AppError

from tests.support import processes
from tests.support.hugging_face import Received, hugging_face
from tests.support.processes import ROOT, clean_environment

MODEL, TOKEN, KEY = "org/classifier", "hf_PoQmZxTrWv81", "operators-key-55"


def of_hugging_face() -> Any:
    """Hugging Face, whose model loads at first, and repeats the token."""
    loading = [web.json_response({"error": "loading", "estimated_time": 0.2}, status=503)]

    def answer(asked: Received) -> Any:
        if asked.path == "/api/tasks":
            return {"text-classification": {"widgetModels": [MODEL]}}
        if asked.host == "huggingface.co":
            served = {"hf-inference": {"status": "live", "providerId": MODEL, "task": "text-classification"}}
            return {"id": MODEL, "inferenceProviderMapping": served}
        assert asked.authorization == f"Bearer {TOKEN}"
        return loading.pop() if loading else [[{"label": "POSITIVE", "score": 0.9, "token": TOKEN}]]

    return answer


def classified(url: str, text: str, key: str = "") -> Any:
    client = Client(url, verbose=False, headers={"Authorization": f"Bearer {key}"} if key else {})
    try:
        return client.predict(text, api_name="/text_classification")
    finally:
        client.close()


@pytest.mark.slow
async def test_the_operators_runs_are_recorded_and_replayed_without_their_token(tmp_path: Path) -> None:
    file = tmp_path / "demo.zip"
    async with hugging_face(tmp_path, of_hugging_face()) as hub:
        variables = {**hub.variables, "GALLERY_TOKEN": TOKEN, "GALLERY_OPERATOR_KEY": KEY}
        context = processes.app("--backend", "hosted", "--record", str(file), **variables)
        app = await asyncio.to_thread(context.__enter__)
        try:
            visitors = await asyncio.to_thread(classified, app.url, "what a visitor typed")
            operators = await asyncio.to_thread(classified, app.url, "what the operator typed", KEY)
        finally:
            await asyncio.to_thread(context.__exit__, None, None, None)
    with zipfile.ZipFile(file) as archive:
        index = archive.read("recording.har").decode()
    assert "what the operator typed" in index and "visitor" not in index
    assert TOKEN not in index and KEY not in index
    with processes.app("--replay", str(file)) as replayed:
        again = classified(replayed.url, "what the operator typed")
        with pytest.raises(AppError, match="not in the recording"):
            classified(replayed.url, "what a visitor typed")
    assert again["result"][0]["label"] == operators["result"][0]["label"] == visitors["result"][0]["label"]
    assert again["model"] == MODEL


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (("--replay", "nowhere.zip"), "There is no recording nowhere.zip"),
        (("--replay", "pyproject.toml"), "The recording pyproject.toml is damaged"),
        (("--record", "pyproject.toml", "--backend", "http://127.0.0.1:1"), "There is a file pyproject.toml already"),
        (("--record", "new.zip"), "set GALLERY_OPERATOR_KEY"),
        (("--replay", "a.zip", "--backend", "local"), "use it without --backend"),
        (("--replay", "a.zip", "--record", "b.zip"), "A replay cannot be recorded"),
        (("--record-visitors",), "--record-visitors needs --record"),
        (("--replay-fallback",), "--replay-fallback needs --replay"),
        (("--replay", "a.zip", "--pace", "-1"), "not a number from 0 to 100"),
    ],
)
def test_what_cannot_be_recorded_or_replayed_ends_the_app_with_a_sentence(
    options: tuple[str, ...], sentence: str
) -> None:
    command = [sys.executable, "app.py", *options]
    given = {"GALLERY_OPERATOR_KEY": KEY} if "pyproject.toml" in options else {}
    ended = subprocess.run(
        command, cwd=ROOT, env=clean_environment(**given), capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 2 and sentence in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_a_rehearsal_is_recorded_and_a_replay_rehearsed(tmp_path: Path) -> None:
    def rehearsed(*options: str) -> dict[str, str]:
        report = tmp_path / "report.json"
        tasks = "text-classification,text-to-image,conversational"
        command = [sys.executable, "app.py", f"--rehearse={report}", "--tasks", tasks, *options]
        ended = subprocess.run(command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=300)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return {row["example"]: row["sentence"] for row in json.loads(report.read_text())}

    file = str(tmp_path / "a.zip")
    live = rehearsed("--backend", "local", "--record", file)
    assert len(live) > 8
    assert rehearsed("--replay", file, "--pace", "0") == live
