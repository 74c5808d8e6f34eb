"""Which installed files of models are not what their package came with, such as weights that a full disk cut off."""

import base64
import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from inference_core.engine.contract import Model
from inference_core.engine.packages import Package

_CODE = {".py", ".pyc", ".pyi", ".so", ".dll", ".dylib", ".pyd"}


@dataclass(frozen=True, slots=True)
class Damaged:
    """A file that is missing, or whose content is another; `command` installs its package again."""

    package: str
    file: str
    command: str


def damaged_files(models: Iterable[Model]) -> list[Damaged]:
    """Those of the packages that the models need, by the digests that pip has noted. Takes a second or two.

    Packages that are not installed, and programs in them, are passed over.
    """
    needed = dict.fromkeys(package for model in models for package in model.needs)
    return [found for package in needed for found in _damaged(package)]


def _damaged(package: Package) -> Iterator[Damaged]:
    try:
        installed = distribution(package.name)
    except PackageNotFoundError:
        return
    # Not its `files`: since Python 3.12 they are without those that are missing.
    for file, noted, *_ in filter(None, csv.reader((installed.read_text("RECORD") or "").splitlines())):
        method, _, digest = noted.partition("=")
        path = Path(str(installed.locate_file(file)))
        if digest and path.suffix not in _CODE and _digest(path, method) != digest:
            yield Damaged(package.name, file, f"{package.command} --force-reinstall")


def _digest(file: Path, method: str) -> str:
    """The digest of a file as pip notes it; "" if it cannot be read."""
    try:
        with file.open("rb") as stream:
            digest = hashlib.file_digest(stream, method).digest()
    except OSError:
        return ""
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
