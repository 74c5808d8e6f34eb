"""What a recorder writes, and what is left of it whatever happens."""

import asyncio
import contextlib
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from inference_core import AsyncInferenceClient, InferenceHTTPError
from inference_core.recording.format import About, RecordingError
from inference_core.recording.journal import folder_of
from inference_core.recording.reading import open_recording
from inference_core.recording.recorder import FileRecorder
from tests.support.answers import asking, by_path, in_turn, says
from tests.support.processes import ROOT, clean_environment
from tests.support.upstream import Answer, answers, serving, silence, tokens

SUMMARY = answers([{"summary_text": "b"}])
PROGRAM = """
import asyncio, sys
from pathlib import Path
from inference_core import AsyncInferenceClient
from inference_core.recording.format import About
from inference_core.recording.recorder import FileRecorder

async def main():
    client = AsyncInferenceClient(endpoint=sys.argv[2]).with_options(recorder=FileRecorder(Path(sys.argv[1]), About()))
    for number in range(3):
        await client.summarization(str(number), model="quick/model")
    async for _ in await client.text_generation("a", model="slow/model", stream=True):
        print("one", flush=True)

asyncio.run(main())
"""


@contextlib.contextmanager
def recording(file: Path, **options: int) -> Iterator[FileRecorder]:
    with contextlib.closing(FileRecorder(file, About(kind="server"), **options)) as recorder:
        yield recorder


async def summarized(recorder: FileRecorder, *texts: str, answer: Answer = SUMMARY) -> None:
    async with asking(answer) as (client, _):
        for text in texts:
            await client.with_options(recorder=recorder).summarization(text)


def asked(file: Path) -> list[str]:
    """The inputs of the recorded requests."""
    with open_recording(file) as found:
        return [json.loads(one.request.post_data.text)["inputs"] for one in found.entries if one.request.post_data]


async def test_what_was_complete_when_the_process_was_killed_can_be_replayed(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    answer = by_path(lambda path: SUMMARY if path == "/models/quick/model" else tokens(1000, 0.05))
    async with serving(answer) as upstream:
        command = [sys.executable, "-c", PROGRAM, str(file), upstream.url]
        with subprocess.Popen(command, cwd=ROOT, env=clean_environment(), stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert await asyncio.to_thread(process.stdout.readline) == b"one\n"
            process.kill()
    assert not file.exists()
    assert asked(file) == ["0", "1", "2"]
    assert file.exists() and not folder_of(file).exists()


async def test_a_recording_that_was_cut_off_is_continued_without_its_half_written_end(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    with recording(tmp_path / "other.zip") as first:
        await summarized(first, "one")
        first.flush()
        line = (folder_of(tmp_path / "other.zip") / "entries.jsonl").read_bytes()
    (folder_of(file) / "media").mkdir(parents=True)
    (folder_of(file) / "entries.jsonl").write_bytes(line + line[:100])
    with recording(file) as again:
        await summarized(again, "two")
    assert asked(file) == ["one", "two"]


async def test_a_file_is_never_replaced(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(b"dear")
    with pytest.raises(RecordingError, match="already"):
        FileRecorder(file, About())
    other = FileRecorder(tmp_path / "b.zip", About())
    await summarized(other, "one")
    (tmp_path / "b.zip").write_bytes(b"dear")
    with pytest.raises(RecordingError, match="already"):
        other.close()
    assert file.read_bytes() == (tmp_path / "b.zip").read_bytes() == b"dear"
    assert (folder_of(tmp_path / "b.zip") / "entries.jsonl").read_bytes()


def test_two_do_not_record_to_one_file(tmp_path: Path) -> None:
    with recording(tmp_path / "a.zip"):
        with pytest.raises(RecordingError, match="Another program"):
            FileRecorder(tmp_path / "a.zip", About())
        with pytest.raises(RecordingError, match="Another program"):
            open_recording(tmp_path / "a.zip")
    assert not [*tmp_path.iterdir()]  # nothing was recorded


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(RecordingError, match=r"a\.zip cannot be written"):
        FileRecorder(tmp_path / "file" / "a.zip", About())


async def test_a_full_recording_says_so_and_keeps_what_it_has(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "a.zip"
    with caplog.at_level(logging.WARNING), recording(file, most=2000) as recorder:
        await summarized(recorder, "one", "two", "t" * 2000, "four")
        recorder.flush()
        assert recorder.is_over
    assert asked(file) == ["one", "two"]
    assert caplog.text.count("The recording is full") == 1


async def test_every_attempt_is_kept_and_errors_too(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    loading = says(b'{"error": "loading", "estimated_time": 0.1}', 503)
    refused = says(b'{"error": "no"}', 422, **{"x-secret-header": "1", "x-engine": "mine"})
    with recording(file) as recorder:
        await summarized(recorder, "a", answer=in_turn(loading, SUMMARY))
        with pytest.raises(InferenceHTTPError):
            await summarized(recorder, "b", answer=refused)
    with open_recording(file) as found:
        assert [one.response.status for one in found.entries] == [503, 200, 422]
        assert [header.name for header in found.entries[2].response.headers] == ["content-type", "x-engine"]
        assert found.entries[2].task == "summarization" and found.entries[2].model == "some/model"


async def test_an_answer_that_was_stopped_or_cut_off_is_not_kept(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    with recording(file) as recorder:
        async with asking(tokens(100, 0.02)) as (client, _):
            stream = await client.with_options(recorder=recorder).text_generation("a", stream=True)
            await anext(stream)
            await stream.aclose()
        async with asking(silence(5)) as (client, _):
            late = client.with_options(recorder=recorder, timeout=0.1)
            with pytest.raises(TimeoutError):
                await anext(await late.text_generation("a", stream=True))
        async with asking(tokens(3, 0)) as (client, _):
            whole = await client.with_options(recorder=recorder).text_generation("whole", stream=True)
            assert len([token async for token in whole]) == 3
    assert asked(file) == ["whole"]


async def test_what_another_call_has_looked_up_is_recorded_again(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    lists = answers({"summarization": {"widgetModels": ["org/summarizer"]}})
    answer = by_path(lambda path: lists if path == "/api/tasks" else SUMMARY)
    async with asking(answer, None, lists_tasks=True) as (client, _):
        await client.summarization("not recorded")
        with recording(file) as recorder:
            await client.with_options(recorder=recorder).summarization("recorded")
    with open_recording(file) as found:
        assert [one.request.method for one in found.entries] == ["GET", "POST"]


async def test_a_full_disk_ends_the_recording_and_not_the_calls(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with recording(tmp_path / "a.zip") as recorder:
        await summarized(recorder, "one")
        recorder.flush()
        monkeypatch.setattr(recorder._journal, "add", full)
        await summarized(recorder, "two", "three")
        recorder.flush()
        assert recorder.is_over
    assert caplog.text.count("a.zip cannot be written (No space left on device)") == 1
    assert asked(tmp_path / "a.zip") == ["one"]


async def test_a_key_in_the_path_of_a_server_is_in_neither_of_its_urls(tmp_path: Path) -> None:
    key, file = "key-in-a-path-1234", tmp_path / "a.zip"
    async with serving(SUMMARY) as upstream:
        there = f"{upstream.url}/{key}"
        about = About(kind="server", endpoint=there)
        with contextlib.closing(FileRecorder(file, about, [key])) as recorder:
            async with AsyncInferenceClient(endpoint=there) as client:
                await client.with_options(recorder=recorder).summarization("a", model="org/m")
    with open_recording(file) as found:
        hidden = f"{upstream.url}/{'x' * len(key)}"
        assert (found.about.endpoint, found.entries[0].request.url) == (hidden, f"{hidden}/models/org/m")
