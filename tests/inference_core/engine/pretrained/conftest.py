"""One engine with all tiny models, for all tests of this folder; they need requirements-pretrained.txt."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import processes
from tests.support.processes import Server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.pretrained)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The models.toml of all tiny models."""
    folder = tmp_path_factory.mktemp("tiny")
    # In a process of its own: this one need not import torch.
    subprocess.run([sys.executable, "-m", "tests.support.tiny.catalogue", folder], check=True, cwd=processes.ROOT)
    return folder / "models.toml"


@pytest.fixture(scope="session")
def engine(models: Path) -> Iterator[Server]:
    with processes.engine("--models", str(models)) as server:
        yield server
