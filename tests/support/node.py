"""Node.js for tests that run JavaScript: this machine's, or else the one that Playwright brings along."""

import shutil
import sys
from pathlib import Path

import playwright

_PLAYWRIGHTS = Path(playwright.__file__).parent / "driver" / ("node.exe" if sys.platform == "win32" else "node")

NODE = shutil.which("node") or str(_PLAYWRIGHTS)
