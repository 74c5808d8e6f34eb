"""Sounds of all sorts, good, odd and hostile, to samples."""

import struct
from typing import Any

import numpy as np
import pytest

from inference_core.media.errors import Unreadable
from inference_core.media.sounds import Sound, decode_sound, encode_wav
from tests.support.media import hiss, picture_file, sound_file, tone


def assert_is_the_tone(sound: Sound, rate: int = 16_000, off: float = 0.02) -> None:
    assert (sound.rate, sound.samples.dtype, sound.samples.ndim) == (rate, np.float32, 1)
    expected = tone(rate=rate)
    assert abs(len(sound.samples) - len(expected)) <= rate * 0.08  # some formats add a moment of silence
    spectrum = np.abs(np.fft.rfft(sound.samples))
    assert abs(np.argmax(spectrum) * rate / len(sound.samples) - 440) < 6
    middle = slice(len(expected) // 4, len(expected) // 2)
    assert abs(np.abs(sound.samples[middle]).max() - 0.5) < off


@pytest.mark.parametrize("kind", ["WAV", "FLAC", "AIFF"])
def test_a_sound_is_read_from_every_exact_format(kind: str) -> None:
    sound = decode_sound(sound_file(kind=kind))
    assert_is_the_tone(sound)
    assert np.abs(sound.samples - tone()).max() < 1e-4
    assert sound.seconds == 0.25


@pytest.mark.parametrize("kind", ["OGG", "MP3"])
def test_a_sound_is_read_from_every_other_format(kind: str) -> None:
    assert_is_the_tone(decode_sound(sound_file(kind=kind)), off=0.1)


@pytest.mark.parametrize(
    "subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW", "ALAW", "IMA_ADPCM"]
)
def test_a_wav_may_hold_samples_of_any_size(subtype: str) -> None:
    assert_is_the_tone(decode_sound(sound_file(subtype=subtype)), off=0.03)


def test_a_sound_that_is_not_seekable_is_still_read() -> None:
    assert_is_the_tone(decode_sound(sound_file(tone(rate=8_000), 8_000, subtype="GSM610")), 8_000, off=0.1)


def test_96_khz_in_stereo_becomes_one_channel_of_96_khz() -> None:
    assert_is_the_tone(decode_sound(sound_file(tone(rate=96_000, channels=2), 96_000)), 96_000)


def test_several_channels_become_their_mean() -> None:
    samples = np.array([[0.5, 0.25], [0.5, -0.5]], np.float32)
    assert decode_sound(sound_file(samples, subtype="FLOAT")).samples.tolist() == [0.375, 0.0]


def test_silence_is_a_sound() -> None:
    sound = decode_sound(sound_file(np.zeros(160, np.float32)))
    assert (len(sound.samples), sound.samples.any()) == (160, False)


def test_a_sound_of_one_sample_is_read() -> None:
    assert len(decode_sound(sound_file(np.ones(1, np.float32))).samples) == 1


@pytest.mark.parametrize("channels", [1, 2])
def test_a_sound_without_samples_is_refused(channels: int) -> None:
    with pytest.raises(Unreadable, match="empty: record or choose a longer one"):
        decode_sound(sound_file(tone(0, channels=channels)))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_numbers_are_refused(value: float) -> None:
    samples = tone()
    samples[7] = value
    with pytest.raises(Unreadable, match="samples are not numbers"):
        decode_sound(sound_file(samples, subtype="FLOAT"))


@pytest.mark.parametrize("subtype", ["FLOAT", "DOUBLE"])
@pytest.mark.parametrize("kind", ["WAV", "AIFF", "AU", "CAF"])
@pytest.mark.parametrize(
    ("largest", "full"), [(0.01, 1), (1, 1), (3, 3), (30_000, 2**15), (8e6, 2**23), (2e9, 2**31), (9e9, 9e9)]
)
def test_floats_of_any_range_are_scaled_and_keep_their_shape(
    largest: float, full: float, kind: str, subtype: str
) -> None:
    shape = np.array([0, 1, -1, 0.5, 0.25])
    decoded = decode_sound(sound_file(shape * largest, kind=kind, subtype=subtype)).samples
    assert np.abs(decoded - shape * largest / full).max() < 1e-6


def test_the_peak_may_be_a_negative_sample() -> None:
    assert decode_sound(sound_file(np.array([0.5, -2.0]), subtype="FLOAT")).samples.tolist() == [0.25, -1.0]


LEFT = tone(0.5) * 0.8
CANCELLING = {
    "opposite phase": [LEFT, -LEFT],
    "nearly opposite phase": [LEFT, -0.8 * LEFT],
    "opposite phase and noise": [LEFT + 0.01 * hiss(0.5), -LEFT],
    "two pairs in opposite phase": [LEFT, -LEFT, 0.5 * LEFT, -0.5 * LEFT],
    "one of six": [0 * LEFT, 0 * LEFT, 0 * LEFT, LEFT, 0 * LEFT, 0 * LEFT],
}


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT"])
@pytest.mark.parametrize("kind", CANCELLING)
def test_channels_that_cancel_each_other_out_are_still_heard(kind: str, subtype: str) -> None:
    heard = decode_sound(sound_file(np.stack(CANCELLING[kind], axis=1), subtype=subtype)).samples
    assert np.abs(np.abs(heard) - np.abs(LEFT)).max() < 0.02


def test_channels_that_cancel_each_other_out_are_heard_in_a_long_sound_too() -> None:
    long = np.tile(LEFT, 60)
    heard = decode_sound(sound_file(np.stack([long, -long], axis=1)), 40).samples
    assert np.abs(heard - long).max() < 1e-3


def test_different_voices_on_two_channels_are_both_heard() -> None:
    left, right = tone(0.5), 0.4 * hiss(0.5)
    heard = decode_sound(sound_file(np.stack([left, right], axis=1))).samples
    assert np.abs(heard - (left + right) / 2).max() < 1e-3


def test_silence_on_every_channel_is_silence() -> None:
    assert not decode_sound(sound_file(np.zeros((160, 2)))).samples.any()


STREAMED = {"RIFF 0": (0, None), "all 0": (0, 0), "all ones": (0xFFFF_FFFF,) * 2, "2 GiB": (0x7FFF_FFFF, 0x7FFF_F000)}
STREAMED |= {
    "ffmpeg": (0xFFFF_FFFF, 0xFFFF_FFFF),
    "sox": (0x7FFF_FFFF + 36, 0x7FFF_FFFF),
    "one too many": (None, 10**6),
}


@pytest.mark.parametrize("way", STREAMED)
@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE", "ULAW"])
@pytest.mark.parametrize("extensible", [False, True])
@pytest.mark.parametrize("note", [b"", b"LIST\x04\0\0\0INFO", b"JUNK\x03\0\0\0abc\0"])
def test_a_wav_written_as_a_stream_is_read_to_its_end(way: str, subtype: str, extensible: bool, note: bytes) -> None:
    content = bytearray(sound_file(kind="WAVEX" if extensible else "WAV", subtype=subtype))
    riff, data = STREAMED[way]
    if riff is not None:
        content[4:8] = struct.pack("<I", riff)
    at = content.index(b"data")
    if data is not None:
        content[at + 4 : at + 8] = struct.pack("<I", data)
    content[at:at] = note
    decoded = decode_sound(bytes(content)).samples
    assert np.abs(decoded - decode_sound(sound_file(subtype=subtype)).samples).max() < 1e-6


def chunk(name: bytes, data: bytes, length: int | None = None) -> bytes:
    return name + struct.pack("<I", len(data) if length is None else length) + data


def with_note(content: bytes) -> bytes:
    return content[:12] + chunk(b"LIST", b"INFO!") + content[12:]


def long_wav(kind: bytes, length: int) -> bytes:
    """A WAV for more than 4 GiB, as programs write it that do not know how long it will be."""
    format, samples = WHOLE[12:36], WHOLE[44:]
    sizes = chunk(b"ds64", struct.pack("<QQQI", 0, length, 0, 0))
    return kind + b"\xff\xff\xff\xffWAVE" + sizes + format + chunk(b"data", samples, 2**32 - 1)


WHOLE = sound_file()
STREAMED_FLAC = bytearray(sound_file(kind="FLAC"))
STREAMED_FLAC[21] &= 0xF0
STREAMED_FLAC[22:26] = bytes(4)
ODD_SOUNDS = {
    "a note without its filling byte": with_note(WHOLE),
    "a note without its filling byte, as a stream": with_note(WHOLE[:40] + bytes(4) + WHOLE[44:]),
    "a second file at the end": WHOLE + WHOLE,
    "garbage at the end": WHOLE + b"?!" * 50,
    "RF64": long_wav(b"RF64", len(WHOLE) - 44),
    "RF64 and a note at the end": long_wav(b"RF64", len(WHOLE) - 44) + chunk(b"LIST", b"INFO" * 400),
    "RF64 as a stream": long_wav(b"RF64", 0),
    "BW64": long_wav(b"BW64", len(WHOLE) - 44),
    "BW64 as a stream": long_wav(b"BW64", 2**40),
    "FLAC as a stream": bytes(STREAMED_FLAC),
}


@pytest.mark.parametrize("kind", ODD_SOUNDS)
def test_a_sound_whose_header_is_odd_is_read_to_its_end(kind: str) -> None:
    assert np.abs(decode_sound(ODD_SOUNDS[kind]).samples - decode_sound(WHOLE).samples).max() < 1e-4


def test_an_empty_wav_with_a_note_at_its_end_is_empty() -> None:
    empty = sound_file(tone(0))
    with pytest.raises(Unreadable, match="empty"):
        decode_sound(empty + b"LIST\x04\0\0\0INFO")


def test_a_sound_as_long_as_allowed_is_read_and_a_longer_one_is_not() -> None:
    content = sound_file(tone(2))
    assert decode_sound(content, 2).seconds == 2
    with pytest.raises(Unreadable, match=r"longer than 1\.5 seconds: send a shorter one"):
        decode_sound(content, 1.5)


@pytest.mark.parametrize(("rate", "channels"), [(500, 1), (250_000, 1), (16_000, 9)])
def test_absurd_rates_and_numbers_of_channels_are_refused(rate: int, channels: int) -> None:
    with pytest.raises(Unreadable, match=f"{channels} channels at {rate} Hz: send one with at most 8 channels"):
        decode_sound(sound_file(tone(channels=channels), rate))


@pytest.mark.parametrize(
    "content",
    [b"", b"RIFF", b"RIFF\xff\xff\xff\xffWAVEfmt ", b"fLaC", b"OggS", b"\xff\xfb", bytes(2000), picture_file()],
    ids=["empty", "half a head", "half a format", "flac", "ogg", "mp3", "zeros", "picture"],
)
def test_a_file_that_is_not_a_sound_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable, match="not a sound that can be read: send WAV, FLAC"):
        decode_sound(content)


def test_garbage_is_refused() -> None:
    with pytest.raises(Unreadable):
        decode_sound(np.random.default_rng(1).bytes(5_000))


@pytest.mark.parametrize("kind", ["WAV", "OGG", "MP3", "AIFF"])
def test_a_sound_that_was_cut_off_is_read_as_far_as_it_goes(kind: str) -> None:
    content = sound_file(tone(20), kind=kind)
    sound = decode_sound(content[: len(content) // 2])
    assert 4 < sound.seconds < 13
    assert np.abs(sound.samples).max() < 0.7


@pytest.mark.parametrize("shape", [(4000,), (2000, 2)])
def test_a_sound_is_written_as_a_wav_of_16_bits(shape: Any) -> None:
    samples = np.linspace(-1, 0.999, 4000, dtype=np.float32).reshape(shape)
    content = encode_wav(samples, 22_050)
    assert len(content) == 44 + 2 * 4000
    sound = decode_sound(content)
    assert sound.rate == 22_050
    assert np.abs(sound.samples - samples.reshape(len(samples), -1).mean(axis=1)).max() < 1e-4


def test_samples_out_of_range_are_clipped_when_written() -> None:
    assert np.allclose(decode_sound(encode_wav(np.array([1.5, -1.5], np.float32), 8_000)).samples, [1, -1], atol=1e-3)
