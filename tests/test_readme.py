"""The README says what is true: its tables are those of the code, its example runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from inference_core import words
from inference_core.providers import PROVIDERS
from inference_core.settings.description import GallerySettings, settings_of
from tasks.registry import all_tasks
from tests.support.models import catalogue
from tests.support.processes import ROOT, Server, clean_environment

README = (ROOT / "README.md").read_text(encoding="utf-8")


def table_below(heading: str) -> list[list[str]]:
    section = README.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")
    ]
    return rows[2:]


def test_the_table_of_tasks_has_every_model_recommended_first_and_in_its_own_words() -> None:
    models = catalogue().by_task()
    rows = [(row[0], row[1], row[4], row[5]) for row in table_below("What answers without a token")]
    assert sorted(row[0] for row in rows) == sorted(task.title for task in all_tasks() for _ in models[task.id])
    for task in all_tasks():
        assert [row for row in rows if row[0] == task.title] == [
            (task.title, f"`{model.id}`", words.text(model.can), words.text(model.cannot)) for model in models[task.id]
        ]


@pytest.mark.parametrize("row", table_below("What answers without a token"), ids=lambda row: row[1])
def test_the_table_of_tasks_names_the_engine_that_answers(row: list[str]) -> None:
    (model,) = (model for model in catalogue() if f"`{model.id}`" == row[1])
    assert model.load().name == row[2]


def test_every_task_has_an_answer_that_was_seen() -> None:
    assert all(row[3] for row in table_below("What answers without a token"))


def test_every_sample_is_named_with_its_source() -> None:
    samples = {
        value.name for task in all_tasks() for example in task.examples for value in example if isinstance(value, Path)
    }
    assert {name for name in samples if f"`{name}`" not in README} == set()


def test_the_table_of_settings_is_their_description() -> None:
    described = {
        (setting.option, setting.variable, setting.default, setting.meaning) for setting in settings_of(GallerySettings)
    }
    assert {(row[0].strip("`"), row[1].strip("`"), row[2], row[3]) for row in table_below("Settings")} == described


def test_every_dependency_is_in_the_table_of_dependencies_with_a_licence() -> None:
    listed = {name for row in table_below("What it stands on") for name in row[0].split(", ") if row[1] and row[2]}
    required = set()
    for file in ("requirements.txt", "requirements-offline.txt"):
        required |= set(re.findall(r"^([\w-]+)(?:\[\w+\])?[~=<>]=?", (ROOT / file).read_text(), re.MULTILINE))
        required |= set(re.findall(r"^(\w+)$", (ROOT / file).read_text(), re.MULTILINE))
    assert listed == required


def test_the_space_runs_the_version_of_gradio_that_is_required() -> None:
    version = re.search(r"^sdk_version: (\d+\.\d+)\.\d+$", README, re.MULTILINE)
    assert version and f"gradio[mcp]~={version[1]}\n" in (ROOT / "requirements.txt").read_text()


def test_the_table_of_providers_is_that_of_the_code() -> None:
    served = {
        (task, provider.name)
        for provider in PROVIDERS.values()
        for task in provider.tasks
        if provider.name != "hf-inference"
    }
    assert {(row[0], name) for row in table_below("Use the client") for name in row[1].split(", ")} == served


def output_of_example(number: int, engine: Server, folder: Path) -> str:
    code = README.split("```python\n")[number].partition("```")[0]
    script = folder / "example.py"
    script.write_text(code.replace("http://127.0.0.1:8000", engine.url))
    environment = clean_environment(PYTHONPATH=str(ROOT))
    run = subprocess.run([sys.executable, str(script)], env=environment, text=True, capture_output=True, timeout=60)
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout


def test_the_example_of_the_client_runs_as_it_stands(engine: Server, tmp_path: Path) -> None:
    output = output_of_example(1, engine, tmp_path)
    assert re.match(r"POSITIVE .*\n\(512, 512\) drawing\n", output) and len(output.split()) > 20


def test_the_example_of_the_blocking_client_runs_as_it_stands(engine: Server, tmp_path: Path) -> None:
    output = output_of_example(2, engine, tmp_path)
    assert output.startswith("The ") and "prompts" in output.lower() and len(output.split()) > 30
