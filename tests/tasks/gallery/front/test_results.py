"""The committed file of results: it has all that the front page shows, and a run of today says the same."""

from pathlib import Path

import pytest

from inference_core.settings.description import EngineSettings
from tasks.gallery.backend import local_backend
from tasks.gallery.front.record import record
from tasks.gallery.front.results import FOLDER, PICTURES, Result, read_results, write_results
from tasks.registry import all_tasks
from tests.support.models import recommended


def test_every_task_has_an_answer_of_the_model_that_is_recommended() -> None:
    assert {task: entry["model"] for task, entry in read_results().items()} == {
        task.id: recommended(task.id) for task in all_tasks()
    }


def test_every_picture_belongs_to_an_entry_and_all_are_small() -> None:
    named = {entry["picture"] for entry in read_results().values()} - {None}
    assert named == {path.name for path in PICTURES.iterdir()}
    assert sum(path.stat().st_size for path in (*PICTURES.iterdir(), FOLDER / "results.json")) < 300_000


def test_what_is_written_is_read_as_it_was(tmp_path: Path) -> None:
    results = read_results()
    write_results(results, tmp_path)
    assert read_results(tmp_path) == results
    assert (tmp_path / "results.json").read_bytes() == (FOLDER / "results.json").read_bytes()


@pytest.mark.slow
async def test_a_run_of_today_gives_the_answers_of_the_file(tmp_path: Path) -> None:
    backend = local_backend(EngineSettings())
    try:
        today = await record(all_tasks(), backend, tmp_path, runs=1)
    finally:
        await backend.disconnect()
        backend.close()
    kept = read_results()
    assert {task: _said(entry) for task, entry in today.items()} == {task: _said(entry) for task, entry in kept.items()}
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in PICTURES.iterdir()}


def _said(entry: Result) -> tuple[object, ...]:
    """What may not differ: seconds, dates and the last digits of scores may."""
    shown = entry["shown"]
    best = shown["labels"][0][0] if shown["kind"] == "labels" else ""
    return entry["model"], entry["engine"], entry["level"], entry["asked"], entry["headline"], shown["kind"], best
