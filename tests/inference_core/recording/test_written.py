"""What is written of an exchange can be replayed, whatever its URL says, and spoils no other exchange."""

import contextlib
import json
import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from inference_core.http.record import Sent
from inference_core.recording.format import About, RecordingError
from inference_core.recording.journal import folder_of
from inference_core.recording.matching import Matcher
from inference_core.recording.reading import Recording, open_recording
from inference_core.recording.recorder import FileRecorder

BODY = b'{"inputs":"hi"}'
ANSWER = b'[{"generated_text":"gpt-4o-mini says hi on 2026-11-27"}]'
JSON = "application/json"


def exchanged(
    recorder: FileRecorder,
    url: str = "https://a.example/models/m",
    answer: bytes = ANSWER,
    kind: str = JSON,
    private: Mapping[str, str] | None = None,
) -> None:
    sent = Sent(
        method="POST",
        url=url,
        body=BODY,
        content_type=JSON,
        accept="*/*",
        model="org/m",
        task="text-generation",
        private=private or {},
    )
    take = recorder(sent)
    take.begin_answer(200, {"Content-Type": kind})
    take.receive(answer)
    take.end()


def recorded(file: Path) -> FileRecorder:
    return FileRecorder(file, About(kind="server", endpoint="https://a.example"))


def answer_to(recording: Recording, url: str) -> bytes | None:
    """What a replay says when this URL is asked again."""
    there = urlsplit(url)
    found = Matcher(recording.entries).find("POST", there.path, there.query, BODY, JSON)
    return found and recording.body(found)


@pytest.mark.parametrize(
    ("url", "hidden"),
    [
        ("https://a.example/deployments/gpt-4o-mini/chat?model=gpt-4o-mini", b"gpt-4o-mini"),
        ("https://a.example/generate?version=2026-11-27", b"2026-11-27"),
        ("https://a.example/predictions/x?x=predictions", b""),
        ("https://requests:startedDateTime@a.example/x?a=request&b=headers&c=content&d=mimeType", b""),
    ],
)
def test_words_of_a_query_are_hidden_in_texts_alone_and_the_request_is_found_again(
    url: str, hidden: bytes, tmp_path: Path
) -> None:
    with contextlib.closing(recorded(tmp_path / "a.zip")) as recorder:
        exchanged(recorder, url)
    with open_recording(tmp_path / "a.zip") as recording:
        assert answer_to(recording, url) == (ANSWER.replace(hidden, b"x" * len(hidden)) if hidden else ANSWER)


@pytest.mark.parametrize(
    "word", ["generated_text", "application/json", "/models/org/name-1-of-many", "inferenceProviderMapping", "request"]
)
def test_words_of_a_visitor_are_hidden_in_nobody_elses_exchanges(word: str, tmp_path: Path) -> None:
    url = "https://a.example/models/org/name-1-of-many"
    answer = json.dumps({"inferenceProviderMapping": ANSWER.decode()}).encode()
    with contextlib.closing(recorded(tmp_path / "a.zip")) as recorder:
        exchanged(recorder, f"https://visitor.example/m?a={word}")
        exchanged(recorder, "https://visitor.example/m", private={"Authorization": f"Bearer {word}"})
        exchanged(recorder, url, answer)
    with open_recording(tmp_path / "a.zip") as recording:
        assert answer_to(recording, url) == answer
        assert recording.entries[2].response.content.mime_type == JSON


def test_a_token_is_remembered_when_another_server_says_it_later(tmp_path: Path) -> None:
    token = "a-token-of-16-letters"
    with contextlib.closing(recorded(tmp_path / "a.zip")) as recorder:
        exchanged(recorder, private={"Authorization": f"Bearer {token}"})
        exchanged(recorder, answer=f"it was {token}".encode(), kind="text/plain")
    with open_recording(tmp_path / "a.zip") as recording:
        assert recording.body(recording.entries[1]) == b"it was " + b"x" * len(token)


def test_what_could_not_be_replayed_is_left_out_and_the_rest_is_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), contextlib.closing(recorded(tmp_path / "a.zip")) as recorder:
        exchanged(recorder)
        exchanged(recorder, "http://[::1/models/m")
        exchanged(recorder, answer=b"again")
    with open_recording(tmp_path / "a.zip") as recording:
        assert [recording.body(one) for one in recording.entries] == [ANSWER, b"again"]
    assert caplog.text.count("could not have been replayed") == 1


def test_what_waits_to_be_written_does_not_fill_the_memory(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference_core.recording.recorder.MOST_WAITING", 5000)
    slow = threading.Event()
    with caplog.at_level(logging.WARNING), contextlib.closing(recorded(tmp_path / "a.zip")) as recorder:
        recorder._writing.submit(slow.wait)
        for size in (8000, 100, 0):
            exchanged(recorder, answer=b"a" * size, kind="text/plain")
        slow.set()
        recorder.flush()
        for size in (2000, 1000):
            exchanged(recorder, answer=b"b" * size, kind="text/plain")
    with open_recording(tmp_path / "a.zip") as recording:
        assert [one.response.content.size for one in recording.entries] == [8000, 2000, 1000]
    assert caplog.text.count("still waiting to be written") == 2


def test_silence_and_repetitions_make_a_file_that_opens(tmp_path: Path) -> None:
    silence, chorus = b"RIFF$\0\0\0WAVEfmt " + bytes(60_000), b"lol " * 15_000
    with contextlib.closing(recorded(tmp_path / "a.zip")) as recorder:
        for _ in range(25):
            exchanged(recorder, answer=silence, kind="audio/wav")
            exchanged(recorder, answer=chorus, kind="text/plain")
    with open_recording(tmp_path / "a.zip") as recording:
        assert [recording.body(one) for one in recording.entries] == [silence, chorus] * 25
        assert {bool(one.response.content.file) for one in recording.entries[::2]} == {True}


def test_the_folder_stays_if_its_file_could_not_be_opened(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    recorder = recorded(file)
    exchanged(recorder, answer=b"a" * 100, kind="image/png")
    recorder.flush()
    (folder_of(file) / "media" / "000000").write_bytes(b"a")
    with pytest.raises(RecordingError, match="damaged"):
        recorder.close()
    assert [one.name for one in tmp_path.iterdir()] == ["a.zip.part"]


@pytest.mark.parametrize("other", [About(kind="hosted"), About(kind="server", endpoint="https://b.example")])
def test_what_was_cut_off_is_not_continued_with_another_backend(other: About, tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    cut_off = recorded(file)
    exchanged(cut_off)
    cut_off.flush()
    cut_off._journal._entries.close()  # as its process ends
    with pytest.raises(RecordingError, match="another backend"):
        FileRecorder(file, other)
    with contextlib.closing(recorded(file)) as recorder:
        exchanged(recorder)
    with open_recording(file) as recording:
        assert (recording.about.kind, len(recording.entries)) == ("server", 2)
