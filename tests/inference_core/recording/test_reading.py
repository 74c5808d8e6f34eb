"""A recording is checked before anything in it is used; what is wrong with it is one sentence."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from inference_core.recording.format import RecordingError
from inference_core.recording.reading import open_recording
from tests.support.recordings import entry, har, packed


def written(folder: Path, content: bytes) -> Path:
    file = folder / "a.zip"
    file.write_bytes(content)
    return file


def changed(**fields: Any) -> Any:
    """A HAR whose only entry has other fields; dots lead into objects."""
    one = entry()
    for path, value in fields.items():
        *above, last = path.split("__")
        inner = one
        for name in above:
            inner = inner[name]
        inner[last] = value
    return har(one)


def bomb() -> bytes:
    return packed(har(entry()), {"media/1": b"\0" * 50_000_000}, zipfile.ZIP_DEFLATED)


def lying_about_its_size() -> bytes:
    """A zip whose directory says that a body is smaller than it is."""
    content = packed(har(entry(body=b"x", file="media/1")), {"media/1": b"y" * 5000}, zipfile.ZIP_DEFLATED)
    return content.replace((5000).to_bytes(4, "little"), (1).to_bytes(4, "little"))


def twice() -> bytes:
    file = io.BytesIO(packed(har(entry())))
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(file, "a") as archive:
        archive.writestr("recording.har", "{}")
    return file.getvalue()


def flipped() -> bytes:
    content = packed(har(entry(body=b"a" * 100, file="media/1")), {"media/1": b"a" * 100})
    return content.replace(b"a" * 100, b"b" * 100)


WRONG: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "recording_damaged"),
    "text": (lambda: b"hello" * 100, "recording_damaged"),
    "cut off": (lambda: packed(har(entry()))[:-30], "recording_damaged"),
    "a bit flipped": (flipped, "recording_damaged"),
    "a HAR of a browser": (lambda: json.dumps({"log": {"entries": []}}).encode(), "recording_of_another"),
    "a HAR of another program in a zip": (lambda: packed({"log": {"version": "1.2"}}), "recording_of_another"),
    "a zip of something else": (lambda: packed(None, {"media/1": b"a"}), "recording_of_another"),
    "nothing recorded": (lambda: packed(har()), "recording_of_another"),
    "of the future": (lambda: packed({"log": {"_version": 2, "entries": "?"}}), "recording_version"),
    "no JSON": (lambda: packed("{"), "recording_damaged"),
    "JSON of a hundred thousand lists": (lambda: packed("[" * 100_000), "recording_damaged"),
    "another file": (lambda: packed(har(entry()), {"setup.exe": b"a"}), "recording_with_others"),
    "a path that leads out": (lambda: packed(har(entry()), {"media/../../a": b"a"}), "recording_with_others"),
    "an absolute path": (lambda: packed(har(entry()), {"/etc/passwd": b"a"}), "recording_with_others"),
    "a backslash": (lambda: packed(har(entry()), {"media\\..\\a": b"a"}), "recording_with_others"),
    "the same name twice": (twice, "recording_with_others"),
    "a bomb": (bomb, "recording_too_large"),
    "millions of parts": (lambda: packed(changed(_events=[[1, 0]] * 5_000_001)), "recording_too_large"),
    "a size that is not true": (lying_about_its_size, "recording_damaged"),
    "a body that is not there": (lambda: packed(har(entry(body=b"a", file="media/9"))), "recording_without_body"),
    "a body of another size": (
        lambda: packed(har(entry(body=b"abc", file="media/1")), {"media/1": b"ab"}),
        "recording_damaged",
    ),
    "base64 that is none": (lambda: packed(changed(response__content__encoding="base64")), "recording_damaged"),
    "a file elsewhere": (lambda: packed(changed(response__content___file="../a")), "recording_without_body"),
    "a size that the body does not have": (lambda: packed(changed(response__content__size=3)), "recording_damaged"),
    "a status that is none": (lambda: packed(changed(response__status=99)), "recording_damaged"),
    "a redirect": (lambda: packed(changed(response__status="302")), "recording_damaged"),
    "no URL": (lambda: packed(changed(request__url="file:///etc/passwd")), "recording_damaged"),
    "no moment": (lambda: packed(changed(startedDateTime="yesterday")), "recording_damaged"),
    "a date without dashes": (lambda: packed(changed(startedDateTime="20261127T101010")), "recording_damaged"),
    "time that runs back": (lambda: packed(changed(_events=[[5, 1], [2, 1]])), "recording_damaged"),
    "an answer of years": (lambda: packed(changed(_events=[[1e15, 2]])), "recording_damaged"),
    "parts of a negative size": (lambda: packed(changed(_events=[[1, -2], [2, 4]])), "recording_damaged"),
    "no parts": (lambda: packed(changed(_events=[])), "recording_damaged"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_file_that_is_no_good_is_refused_with_a_sentence(case: str, tmp_path: Path) -> None:
    make, code = WRONG[case]
    with pytest.raises(RecordingError) as refused:
        open_recording(written(tmp_path, make()))
    assert refused.value.code == code
    assert "a.zip" in refused.value.explain() and "a.zip" in refused.value.explain("de")


def test_a_file_that_is_not_there_is_missed_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"no recording nowhere\.zip"):
        open_recording(tmp_path / "nowhere.zip")


def test_texts_that_repeat_themselves_are_no_bomb(tmp_path: Path) -> None:
    kept = packed(har(*[entry(b"lol " * 15_000)] * 40), kind=zipfile.ZIP_DEFLATED)
    assert len(kept) < 2_400_000 / 200
    with open_recording(written(tmp_path, kept)) as recording:
        assert len(recording.entries) == 40


def test_bodies_are_read_as_text_as_base64_and_from_a_file(tmp_path: Path) -> None:
    bodies = {"media/1": bytes(range(256))}
    kept = har(
        entry(body="ä".encode()), entry(body=b"\xff\x00", encoding="base64"), entry(bodies["media/1"], "media/1")
    )
    with open_recording(written(tmp_path, packed(kept, bodies))) as recording:
        assert [recording.body(one) for one in recording.entries] == ["ä".encode(), b"\xff\x00", bodies["media/1"]]
        assert recording.day == "2026-11-27"
