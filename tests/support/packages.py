"""Processes in which packages are missing that this environment has."""

from collections.abc import Iterable
from pathlib import Path


def without(modules: Iterable[str], folder: Path, *first: Path) -> dict[str, str]:
    """The variables of a Python process that can import none of the modules, and looks for others in `first` at first.

    `folder` is an empty one for what makes it so, and for a Hub's cache with nothing in it.
    """
    refusing = f"import sys; sys.modules.update(dict.fromkeys({list(modules)}))"
    (folder / "sitecustomize.py").write_text(refusing, encoding="utf-8")
    return {"PYTHONPATH": ":".join(map(str, (folder, *first))), "HF_HOME": str(folder / "home")}
