"""The engine answers in place of models that it does not have, by its own for the same task."""

import json
import sys
from pathlib import Path

import httpx
import pytest

from inference_core.recording.reading import open_recording
from inference_core.replay.fallback import replaced, tasks_of_models
from tests.support import processes
from tests.support.recordings import entry, har, packed

KNOWN, RECOMMENDED = {"builtin/vader", "builtin/chat"}, {"mood": "builtin/vader", "conversational": "builtin/chat"}
TASKS = {"org/mood": "mood"}


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("models/org/mood", "models/builtin/vader"),
        ("models/builtin/vader", "models/builtin/vader"),
        ("models/org/unknown", "models/org/unknown"),
        ("models/org/mood/pipeline/mood", "models/builtin/vader/pipeline/mood"),
        ("models/any/thing/v1/chat/completions", "models/builtin/chat/v1/chat/completions"),
        ("generate", "generate"),
    ],
)
def test_a_model_in_the_path_is_replaced_if_the_engine_does_not_have_it(asked: str, given: str) -> None:
    assert replaced(asked, b"{}", TASKS, KNOWN, RECOMMENDED) == (given, b"{}")


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ('{"model":"org/chat","messages":[]}', '{"model":"builtin/chat","messages":[]}'),
        ('{"model":"builtin/chat"}', '{"model":"builtin/chat"}'),
        ("[1]", "[1]"),
        ("{", "{"),
    ],
)
def test_so_is_the_model_of_a_chat(asked: str, given: str) -> None:
    path, body = replaced("v1/chat/completions", asked.encode(), TASKS, KNOWN, RECOMMENDED)
    assert (path, body.decode()) == ("v1/chat/completions", given)


@pytest.mark.slow
def test_what_was_not_recorded_of_hosted_models_is_answered_by_the_engine(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    lists = {"text-classification": {"widgetModels": ["org/mood"]}}
    listed = entry(json.dumps(lists).encode(), url="https://huggingface.co/api/tasks", method="GET")
    file.write_bytes(packed(har(listed)))
    with open_recording(file) as recording:
        assert tasks_of_models(recording) == {"org/mood": "text-classification"}
    command = [sys.executable, "-m", "inference_core.replay", str(file), "--replay-fallback"]
    with processes.server(command, r"Replay ready at (\S+)", {}) as replay:
        asked = httpx.post(f"{replay.url}/hf-inference/models/org/mood", json={"inputs": "I love it"}, timeout=60)
        assert asked.json()[0][0]["label"] == "POSITIVE" and "x-recorded" not in asked.headers
        assert httpx.get(f"{replay.url}/api/tasks").json() == lists
        assert httpx.get(f"{replay.url}/health", headers={"origin": "http://evil.example"}).status_code == 403
        assert httpx.get(f"{replay.url}/health", headers={"host": "evil.example"}).status_code == 421
        assert httpx.post(f"{replay.url}/fal-ai/fal-ai/flux", json={}).json()["code"] == "not_recorded"
