"""The browser of the tests: the one that is installed, else one that `python -m tests.support.browser` installs.

Chromium without a window of any kind is taken first: the same engine opens a page with a quarter of the work. What is
measured for visitors is measured in a browser that they have.
"""

import os
import shutil
import subprocess
import sys

_WITHOUT_WINDOWS = ("chromium-headless-shell",)
_WITH_WINDOWS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
NO_BROWSER = "The browser tests need Chromium: install it (Debian: apt-get install chromium-headless-shell)."


def system_browser(*, as_visitors_have: bool = False) -> str | None:
    """The path of the Chromium of this machine. Without one, Playwright starts its own."""
    names = _WITH_WINDOWS + _WITHOUT_WINDOWS if as_visitors_have else _WITHOUT_WINDOWS + _WITH_WINDOWS
    return next(filter(None, map(shutil.which, names)), None)


def provide() -> None:
    """See to it that a browser is there: the system's, else Debian's package, else Playwright's own."""
    if found := system_browser():
        print(f"The browser tests use {found}.")
    elif not (_installed_by_debian() or _installed_by_playwright()):
        sys.exit(NO_BROWSER)


def _installed_by_debian() -> bool:
    if os.name != "posix" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium-headless-shell"]):
        if subprocess.run(command, env=environment).returncode:
            return False
    return system_browser() is not None


def _installed_by_playwright() -> bool:
    return subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"]).returncode == 0


if __name__ == "__main__":
    provide()
