"""The tests of this folder need Ray, and those with tiny models the rest of requirements-cluster.txt."""

from importlib.util import find_spec
from pathlib import Path

import pytest

WITH_MODELS = ["test_local_mode.py", "test_one_machine.py", "test_two_machines.py"]

# They import Ray, so without it they cannot even be left out by their mark.
collect_ignore_glob = ["test_*.py"] if find_spec("ray") is None else []
collect_ignore = WITH_MODELS if find_spec("torch") is None else []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.cluster)
            if item.path.name in WITH_MODELS:
                item.add_marker(pytest.mark.pretrained)
