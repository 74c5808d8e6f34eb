"""Files and tables that callers of the local engine send, and the limits they must keep."""

import base64
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inference_core.engine.contract import CannotAnswer
from inference_core.engine.inputs import Columns, Upload, checked_upload, decode_hook
from inference_core.engine.limits import Limits
from tests.support.media import huge_png, noise_picture, picture_file, sound_file, tone

LIMITS = Limits(upload=4096, pixels=10_000, audio=1.0, cells=6)


def upload(content: bytes) -> Upload:
    return checked_upload(content, LIMITS)


def sent(kind: type, value: Any) -> Any:
    """What the engine makes of a JSON value where it expects a file or a table."""
    return decode_hook(LIMITS)(kind, value)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_a_picture_is_seen_as_a_person_sees_it(kind: str) -> None:
    picture = upload(picture_file(kind=kind)).picture()
    assert (picture.mode, picture.tobytes()) == ("RGB", noise_picture().tobytes())


@pytest.mark.parametrize("mode", ["CMYK", "I;16", "LA", "P", "1", "RGBA", "F"])
def test_a_picture_of_any_mode_becomes_rgb(mode: str) -> None:
    kind = "PNG" if mode not in ("CMYK", "F") else "TIFF"
    assert upload(picture_file(Image.new(mode, (3, 2)), kind)).picture().mode == "RGB"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"a text named .png", "not a picture that can be read: send PNG, JPEG, WebP, GIF, BMP or TIFF."),
        (picture_file()[:-40], "damaged or cut off: send it again"),
        (picture_file(noise_picture((40, 30)), "JPEG")[:900], "damaged or cut off: send it again"),
        (huge_png(200, 60), "more than 0.01 million pixels: send a smaller one."),
        (sound_file(tone(0.05)), "not a picture that can be read"),
    ],
    ids=["text", "half a PNG", "half a JPEG", "too many pixels", "sound"],
)
def test_a_picture_that_cannot_be_used_is_refused_in_one_sentence(content: bytes, words: str) -> None:
    with pytest.raises(CannotAnswer) as refusal:
        upload(content).picture()
    assert words in str(refusal.value)
    assert str(refusal.value).endswith(".")


def test_twenty_thousand_by_twenty_thousand_pixels_are_beyond_the_usual_limit() -> None:
    with pytest.raises(CannotAnswer, match="more than 50 million pixels"):
        checked_upload(huge_png(), Limits()).picture()


def test_a_sound_keeps_its_rate_and_gets_one_channel() -> None:
    sound = upload(sound_file(tone(0.1, 8_000, 2), 8_000)).sound()
    assert (sound.rate, sound.seconds, sound.samples.ndim) == (8_000, 0.1, 1)
    assert np.abs(sound.samples - tone(0.1, 8_000)).max() < 1e-3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no sound at all", "not a sound that can be read: send WAV, FLAC, OGG, MP3 or AIFF."),
        (sound_file(np.zeros(0, np.float32)), "The sound is empty"),
        (sound_file(np.full(10, np.nan), subtype="FLOAT"), "some of its samples are not numbers"),
        (sound_file(np.zeros(1_001), 1_000), "longer than 1 seconds: send a shorter one."),
        (picture_file(), "not a sound that can be read"),
    ],
    ids=["text", "empty", "not numbers", "too long", "picture"],
)
def test_a_sound_that_cannot_be_used_is_refused_in_one_sentence(content: bytes, words: str) -> None:
    with pytest.raises(CannotAnswer) as refusal:
        upload(content).sound()
    assert words in str(refusal.value)
    assert str(refusal.value).endswith(".")


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,", "data:;base64,", "data:audio/wav;x=1;base64,"])
def test_a_file_in_json_is_base64_or_a_data_url(prefix: str) -> None:
    assert sent(Upload, prefix + base64.b64encode(b"\xff\0file").decode()).content == b"\xff\0file"
    assert sent(Upload, prefix.upper() + base64.encodebytes(b"\xff\0file" * 40).decode()).content == b"\xff\0file" * 40
    assert sent(Upload, f" {prefix}\n" + base64.b64encode(b"\xff\0file").decode().rstrip("=")).content == b"\xff\0file"


@pytest.mark.parametrize("value", [None, 1, 0.5, True, [], {}, ["aGVsbG8="], {"image": "aGVsbG8="}])
def test_a_file_in_json_is_a_string(value: Any) -> None:
    with pytest.raises(ValueError, match=r"expected a file as a base64 string\.$"):
        sent(Upload, value)


@pytest.mark.parametrize(
    "text", ["a", "not base64", "äöü", "aGVsbG8=!", "aGVs=bG8", "https://example.com", "data:;base64,a", "%"]
)
def test_a_file_in_json_is_valid_base64(text: str) -> None:
    with pytest.raises(ValueError, match="but it is not base64"):
        sent(Upload, text)


@pytest.mark.parametrize("text", ["", "data:image/png;base64,", "data:"])
def test_an_empty_file_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="The file is empty"):
        sent(Upload, text)


def test_a_file_as_large_as_allowed_is_taken_and_a_larger_one_is_not() -> None:
    assert len(upload(bytes(4096)).content) == 4096
    with pytest.raises(ValueError, match=r"larger than 0\.00390625 MiB: send a smaller one"):
        upload(bytes(4097))
    with pytest.raises(ValueError, match="larger than"):
        sent(Upload, base64.b64encode(bytes(4097)).decode())


def test_a_table_is_columns_of_text_numbers_and_nothing() -> None:
    table = sent(Columns, {"a": [1, None], "b": ["x", 2.5]})
    assert isinstance(table, Columns)
    assert table == {"a": [1, None], "b": ["x", 2.5]}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (None, r"expected a table as \{column: \[cells\]\}"),
        ([["a"]], r"expected a table as \{column: \[cells\]\}"),
        ({"a": 1}, r"expected a table as \{column: \[cells\]\}"),
        ({"a": {"0": 1}}, r"expected a table as \{column: \[cells\]\}"),
        ({}, "The table is empty"),
        ({"a": []}, "The table is empty"),
        ({"a": [1], "b": []}, "Column 'b' has 0 cells but column 'a' has 1: give every column one cell per row"),
        ({"a": [1], "b": [1, 2]}, "Column 'a' has 1 cells but column 'b' has 2: give every column one cell per row"),
        ({"a": [1] * 4, "b": [1] * 4}, "The table has 8 cells: send at most 6"),
        ({"a": [[1]]}, "expected text or a number in row 1, column 'a'"),
        ({"a": [{"x": 1}]}, "expected text or a number in row 1, column 'a'"),
    ],
)
def test_an_invalid_table_is_refused(table: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        sent(Columns, table)


def test_an_error_about_a_table_stays_short_however_wide_the_table_is() -> None:
    table: dict[str, list[int]] = {f"{number} {'x' * 5_000}": [1] for number in range(100)}
    with pytest.raises(ValueError, match="one cell per row") as refusal:
        sent(Columns, {**table, "b": [1, 2]})
    assert len(str(refusal.value)) < 200


def test_types_that_are_neither_file_nor_table_are_not_handled() -> None:
    with pytest.raises(NotImplementedError):
        sent(complex, "1")
