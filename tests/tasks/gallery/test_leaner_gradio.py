"""Gradio without work that nobody needs: what is changed is there to be changed, and the page stays as it was."""

import importlib
import inspect
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from gradio import component_meta, events

from tasks.gallery.leaner_gradio import import_less
from tests.support.processes import ROOT, clean_environment

# Three components, an event, and one that ends it, made with and without the changes.
PROGRAM = """
import sys
if sys.argv[1] == "less":
    from tasks.gallery.leaner_gradio import import_less
    import_less()
import gradio as gr
with gr.Blocks(analytics_enabled=False) as page:
    box, button, stop = gr.Textbox("a", label="Text", lines=2), gr.Button("Run"), gr.Button("Stop")
    button.click(str.upper, box, box)
    stop.click(None, cancels=button.click(str.lower, box, box))
print(gr.component_meta.create_or_modify_pyi.__module__, gr.events.get_cancelled_fn_indices.__module__)
print(page.get_config_file() | {"app_id": 0})
"""


def printed(how: str) -> list[str]:
    command = [sys.executable, "-c", PROGRAM, how]
    ended = subprocess.run(command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


def test_the_page_is_the_same() -> None:
    changed, lean = printed("less")
    theirs, whole = printed("all")
    assert changed == "tasks.gallery.leaner_gradio tasks.gallery.leaner_gradio"
    assert theirs == "gradio.component_meta gradio.utils"
    assert lean == whole


def test_what_is_changed_is_what_gradio_calls() -> None:
    made = inspect.getsource(component_meta)
    assert "create_or_modify_pyi(component_class, name, events)" in made
    assert {line.strip() for line in made.splitlines() if "inspect." in line} == {
        "source_file = Path(inspect.getfile(component_class))",  # of the stubs
        "fn_args = inspect.getfullargspec(fn).args",
    }
    assert "get_cancelled_fn_indices(regular_cancels)" in inspect.getsource(events)


@pytest.mark.parametrize("is_installed", [True, False])
def test_matplotlib_is_searched_for_once(is_installed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if is_installed:
        (tmp_path / "matplotlib.py").touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    monkeypatch.setitem(sys.modules, "matplotlib", ModuleType("matplotlib"))
    del sys.modules["matplotlib"]  # as it is afterwards again
    importlib.invalidate_caches()
    import_less()
    assert ("matplotlib" in sys.modules) is not is_installed
