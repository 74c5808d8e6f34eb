"""`--ray`: what it needs, and what it says without a cluster."""

import subprocess
import sys
from pathlib import Path

from tests.support import processes


def refused(*options: str) -> str:
    command = [sys.executable, "-m", "inference_core.engine", *options]
    environment = processes.clean_environment()
    ended = subprocess.run(command, cwd=processes.ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    return ended.stderr.strip().splitlines()[-1]


def test_it_needs_models_and_a_cluster_that_is_there(tmp_path: Path) -> None:
    assert refused("--ray") == "--ray runs the models of a file: name it with --models."
    listed = tmp_path / "models.toml"
    listed.write_text("")
    assert refused("--models", str(listed), "--ray") == "The file of --models names no model."
    listed.write_text('[[model]]\nid = "tiny/labels"\ntask = "text-classification"\n')
    said = refused("--models", str(listed), "--ray", "127.0.0.1:1")
    assert said == "There is no Ray cluster at 127.0.0.1:1: Connection refused."
