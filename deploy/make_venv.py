"""Make the virtual environment `.venv` for the README's commands: `python3 deploy/make_venv.py`.

It runs on any Python from 3.6, so that one which is too old gets a sentence and no traceback.
"""

import subprocess
import sys
from pathlib import Path

FOLDER = ".venv"
OLDEST, TOO_NEW = (3, 11), (3, 14)


def main() -> None:
    if not OLDEST <= sys.version_info[:2] < TOO_NEW:
        version = ".".join(str(number) for number in sys.version_info[:2])
        sys.exit(f"This is Python {version}: install 3.11, 3.12 or 3.13 and call it instead, for example python3.13.")
    if not runs("pass"):
        make()
    elif not runs(f"import sys, pip; sys.exit(not {OLDEST} <= sys.version_info[:2] < {TOO_NEW})"):
        sys.exit(
            f"The environment in {FOLDER} has no pip or another version of Python: delete the folder and try again."
        )


def runs(code: str) -> bool:
    """Whether the Python in the folder runs the code without an error."""
    python = Path(FOLDER, "Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    try:
        return subprocess.run([str(python), "-c", code], stderr=subprocess.DEVNULL).returncode == 0  # noqa: S603
    except OSError:
        return False


def make() -> None:
    try:
        import ensurepip  # noqa: F401 - Debian leaves it out, and says so in eight lines
    except ImportError:
        sys.exit(
            "This Python cannot make virtual environments: "
            "install its venv package (Debian: apt-get install python3-venv)."
        )
    command = [sys.executable, "-m", "venv", "--clear", FOLDER]
    made = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)  # noqa: S603
    if made.returncode:
        reason = (made.stdout.strip().splitlines() or ["it gave no reason"])[-1]
        sys.exit(f"Python could not make the virtual environment {FOLDER}: {reason}")


if __name__ == "__main__":
    main()
