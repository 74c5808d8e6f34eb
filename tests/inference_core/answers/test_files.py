"""Answers that are files: sounds that know what they are, pictures, masks, and bytes that are none of these."""

import base64
import json
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inference_core.answers.files import AudioBytes, audio, picture
from inference_core.answers.media import segments
from inference_core.answers.values import numbers, texts
from inference_core.errors import InvalidAnswerError
from tests.support.media import huge_png, noise_picture, picture_file, sound_file, tone


@pytest.mark.parametrize(
    ("kind", "mime_type"),
    [("WAV", "audio/wav"), ("FLAC", "audio/flac"), ("OGG", "audio/ogg"), ("MP3", "audio/mpeg"), ("AIFF", "audio/aiff")],
)
def test_a_sound_knows_what_it_is_and_gives_its_samples(kind: str, mime_type: str, tmp_path: Path) -> None:
    content = sound_file(kind=kind)
    sound = audio(content)
    (tmp_path / "sound").write_bytes(sound)
    rate, samples = sound.samples()
    assert sound == (tmp_path / "sound").read_bytes() == content
    assert (sound.mime_type, rate, samples.ndim, samples.dtype) == (mime_type, 16_000, 1, np.float32)
    assert abs(len(samples) - len(tone())) < 1600


def test_a_sound_of_an_unknown_kind_is_handed_over_as_it_is() -> None:
    sound = audio(b"\1\2\3")
    assert (bytes(sound), sound.mime_type) == (b"\1\2\3", "application/octet-stream")
    with pytest.raises(InvalidAnswerError, match="cannot be decoded") as refusal:
        sound.samples()
    assert refusal.value.body == b"\1\2\3"


def test_a_sound_longer_than_an_hour_is_not_decoded() -> None:
    sound = audio(sound_file(np.zeros(3_601 * 1_000, np.int16), 1_000, subtype="PCM_U8"))
    with pytest.raises(InvalidAnswerError, match="longer than 3600 seconds"):
        sound.samples()


@pytest.mark.parametrize("body", [b"", b"  ", b'{"error": "no"}', b" [1]", b"\n<!doctype html><p>Sign in</p>"])
def test_an_unusable_sound_is_invalid(body: bytes) -> None:
    with pytest.raises(InvalidAnswerError, match=r"something other than a sound|a web page") as refusal:
        audio(body)
    assert refusal.value.body == body


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_a_picture_keeps_its_mode(mode: str) -> None:
    sent = noise_picture(mode=mode)
    decoded = picture(picture_file(sent))
    assert (decoded.mode, decoded.format, decoded.tobytes()) == (mode, "PNG", sent.tobytes())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"error": "out of memory"}',
        json.dumps([{"generated_image": "iVBORw0KGgo="}]).encode(),
        b"<html>Sign in</html>",
        picture_file()[:-30],
        huge_png(),
        huge_png(10_000, 6_000),
        picture_file(kind="EPS"),
    ],
    ids=["empty", "json", "json with a picture", "web page", "cut off", "400 megapixels", "60 megapixels", "eps"],
)
def test_an_unusable_picture_is_invalid(body: bytes) -> None:
    with pytest.raises(InvalidAnswerError, match=r"something other than a usable picture|a web page") as refusal:
        picture(body)
    assert body.startswith(refusal.value.body)
    assert len(refusal.value.body) <= 2_000


def segment(mask: bytes | str, **fields: Any) -> dict[str, Any]:
    text = mask if isinstance(mask, str) else base64.b64encode(mask).decode()
    return {"label": "cat", "score": 0.5, "mask": text, **fields}


def segmented(*found: dict[str, Any]) -> bytes:
    return json.dumps(found).encode()


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
@pytest.mark.parametrize("mode", ["L", "1", "RGB", "P"])
def test_a_mask_is_a_grey_picture(prefix: str, mode: str) -> None:
    mask = Image.new("L", (4, 2))
    mask.paste(255, (0, 0, 2, 2))
    sent = segment(prefix + base64.b64encode(picture_file(mask.convert(mode))).decode(), more=1)
    (found,) = segments(segmented(sent))
    assert (found.label, found.score, found.mask.mode, found.mask.tobytes()) == ("cat", 0.5, "L", mask.tobytes())
    assert found.raw == sent
    assert dict(found).keys() == {"label", "score", "mask"}


def test_segments_come_in_their_order_and_a_score_may_be_missing() -> None:
    found = segments(segmented(segment(picture_file(), label="a"), segment(picture_file(), label="b", score=None)))
    assert [(one.label, one.score) for one in found] == [("a", 0.5), ("b", None)]
    assert segments(b"[]") == []


@pytest.mark.parametrize(
    "body",
    [
        segmented(segment("not base64!")),
        segmented(segment("ä")),
        segmented(segment(b"not a picture")),
        segmented(segment("")),
        segmented(segment(huge_png())),
        segmented({"label": "a", "score": 0.5}),
        segmented({"label": "a", "score": 0.5, "mask": None}),
        b'{"error": "no"}',
        b"",
    ],
    ids=["not base64", "not ASCII", "not a picture", "empty", "too large", "missing", "null", "an error", "nothing"],
)
def test_an_unusable_mask_is_invalid(body: bytes) -> None:
    with pytest.raises(InvalidAnswerError):
        segments(body)


def test_all_masks_together_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("inference_core.answers.media._MAX_MASK_PIXELS", 25_000)
    mask = huge_png(100, 100)
    assert len(segments(segmented(segment(mask), segment(mask)))) == 2
    with pytest.raises(InvalidAnswerError, match="usable picture"):
        segments(segmented(segment(mask), segment(mask), segment(mask)))


def test_labels_are_text_even_if_they_were_numbers() -> None:
    assert texts(b'["setosa", 1, 2.5, true]') == ["setosa", "1", "2.5", "true"]
    assert numbers(b"[1, 2.5]") == [1.0, 2.5]


@pytest.mark.parametrize("nothing", [b"null", b"NaN"])
def test_every_row_keeps_its_place_if_one_has_no_value(nothing: bytes) -> None:
    assert texts(b'["a", %b, "c"]' % nothing) == ["a", "", "c"]
    first, second, third = numbers(b"[1, %b, 3]" % nothing)
    assert (first, third) == (1.0, 3.0)
    assert isnan(second)


def test_a_row_and_all_rows_may_be_in_a_list_of_their_own() -> None:
    assert texts(b'[["a"], [2], [true]]') == ["a", "2", "true"]
    assert numbers(b'[[1], ["2.5"], [3]]') == numbers(b'[[1, "2.5", 3]]') == [1.0, 2.5, 3.0]


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"[[]]", b"[[1, 2], [3, 4]]", b"[[1], []]", b"[1, [2, 3]]", b"[[[1]]]", b"[{}]", b'{"error": "no"}'],
)
def test_anything_but_a_list_of_labels_or_numbers_is_invalid(body: bytes) -> None:
    for decode in (texts, numbers):
        with pytest.raises(InvalidAnswerError):
            decode(body)


def test_an_audio_is_bytes_to_other_code() -> None:
    sound = AudioBytes(b"RIFF")
    assert isinstance(sound, bytes)
    assert sound + b"!" == b"RIFF!"
