"""Environments of libraries that call the engine: each has a virtual environment of its own, made on first use."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.processes import clean_environment

DRIVERS = Path(__file__).parent / "drivers"
_FOLDER = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gallery-interop"
_MINUTES = 60


@dataclass(frozen=True)
class Environment:
    """A driver in `drivers/`, and what must be installed to run it."""

    driver: str
    packages: Sequence[str]

    def outcomes(self, setting: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        """What each call of the driver gave: {"answer": ...} or {"error": ...}, by the call's name."""
        folder = self._installed()
        run = subprocess.run(
            [*self._interpreter(folder), DRIVERS / self.driver],
            input=json.dumps(setting),
            cwd=folder,
            env=clean_environment(HF_HUB_OFFLINE="0"),  # offline, huggingface_hub does not even ask loopback
            text=True,
            capture_output=True,
            timeout=5 * _MINUTES,
        )
        assert run.returncode == 0, run.stderr
        outcomes: dict[str, dict[str, Any]] = json.loads(run.stdout)
        return outcomes

    def _installed(self) -> Path:
        name = hashlib.sha256(repr((self.packages, sys.version_info[:2])).encode()).hexdigest()[:16]
        folder = _FOLDER / f"{Path(self.driver).stem}-{name}"
        if not (folder / "complete").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            self._install(folder)
            (folder / "complete").touch()
        return folder

    def _interpreter(self, folder: Path) -> list[str]:
        return ["node"] if self._is_javascript else [str(folder / "bin" / "python")]

    def _install(self, folder: Path) -> None:
        if self._is_javascript:
            command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), *self.packages]
        else:
            venv.create(folder, with_pip=True)
            command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *self.packages]
        subprocess.run(command, check=True, capture_output=True, timeout=10 * _MINUTES)

    @property
    def _is_javascript(self) -> bool:
        return self.driver.endswith(".mjs")
