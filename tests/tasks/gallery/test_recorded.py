"""Whose runs are recorded: the operator's and those of rehearsals, or everybody's."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from gradio.context import LocalContext
from starlette.requests import Request

from inference_core.recording.reading import open_recording
from inference_core.settings.description import GallerySettings
from inference_core.tokens import Secret
from tasks.gallery.backend import Backend, url_backend
from tasks.gallery.operator.access import OperatorAccess
from tasks.gallery.recorded import recorded
from tasks.gallery.rehearsal.watched import seeing
from tests.support.answers import by_path
from tests.support.upstream import answers, serving

KEY = "operators-key"
LISTS = answers({"summarization": {"widgetModels": ["org/summarizer"]}})
SAYS = by_path(lambda path: LISTS if path == "/api/tasks" else answers([{"summary_text": "b"}]))


@contextlib.contextmanager
def asking(*headers: tuple[str, str]) -> Iterator[None]:
    """As in an event of the page that a browser with these headers has sent."""
    encoded = [(name.encode(), value.encode()) for name, value in headers]
    request = Request({"type": "http", "headers": encoded, "method": "POST", "path": "/"})
    token = LocalContext.request.set(SimpleNamespace(request=request))  # type: ignore[arg-type]
    try:
        yield
    finally:
        LocalContext.request.reset(token)


async def run(backend: Backend, text: str) -> None:
    await (await backend.client()).summarization(text)


@pytest.mark.parametrize(("visitors", "kept"), [(False, ["the operator", "a rehearsal"]), (True, None)])
async def test_only_those_runs_are_kept_that_should_be(visitors: bool, kept: list[str] | None, tmp_path: Path) -> None:
    settings = GallerySettings(record=str(tmp_path / "a.zip"), record_visitors=visitors)
    every = ["nobody known", "a visitor", "another key", "the operator", "a rehearsal"]
    async with serving(SAYS, lists_tasks=True) as upstream:
        live = url_backend(upstream.url, token="hf_operators_token", timeout=5)
        backend = recorded(live, settings, OperatorAccess(Secret(KEY)))
        await run(backend, every[0])
        with asking():
            await run(backend, every[1])
        with asking(("authorization", "Bearer hf_visitors")):
            await run(backend, every[2])
        with asking(("authorization", f"Bearer {KEY}")):
            await run(backend, every[3])
        with seeing():
            await run(backend, every[4])
        await backend.disconnect()
        backend.close()
    with open_recording(tmp_path / "a.zip") as found:
        posted = [one.request.post_data.text for one in found.entries if one.request.post_data]
        listed = {one.request.url.rpartition("/")[2] for one in found.entries if not one.request.post_data}
    assert posted == [f'{{"inputs":"{text}"}}' for text in (kept or every)]
    assert listed == {"tasks", "info"}
    assert backend.records == ("everyone" if visitors else "operator")


async def test_the_file_is_made_when_the_backend_ends(tmp_path: Path) -> None:
    settings = GallerySettings(record=str(tmp_path / "a.zip"))
    async with serving(SAYS, lists_tasks=True) as upstream:
        backend = recorded(url_backend(upstream.url, token=None, timeout=5), settings, OperatorAccess(Secret(KEY)))
        with seeing():
            await run(backend, "a")
        await backend.disconnect()
        assert (tmp_path / "a.zip.part" / "entries.jsonl").exists() and not (tmp_path / "a.zip").exists()
        backend.close()
    assert (tmp_path / "a.zip").exists() and not (tmp_path / "a.zip.part").exists()
