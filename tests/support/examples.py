"""Examples of the documents, run as a reader would run them."""

import subprocess
import sys
from pathlib import Path

from tests.support.processes import ROOT, Server, clean_environment

_NO_GRADIO = "import sys\n\nsys.modules.update(gradio=None, gradio_client=None)\n"


def run_example(code: str, engine: Server, folder: Path) -> str:
    """What an example prints when its server is `engine` and no Gradio can be imported."""
    return _printed(_NO_GRADIO + code.replace("http://127.0.0.1:8000", engine.url), folder)


def run_with_gallery(code: str, app: Server, folder: Path) -> str:
    """What an example prints whose gallery is `app`."""
    return _printed(code.replace("http://127.0.0.1:7860", app.url), folder)


def _printed(code: str, folder: Path) -> str:
    script = folder / "example.py"
    script.write_text(code)
    environment = clean_environment(PYTHONPATH=str(ROOT))
    command = [sys.executable, str(script)]
    run = subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True, timeout=60)
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout
