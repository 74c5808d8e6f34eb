"""Sounds of all sorts, good, odd and hostile, to samples."""

import struct
from typing import Any

import numpy as np
import pytest

from inference_core.media.errors import Unreadable
from inference_core.media.sounds import Sound, decode_sound, encode_wav
from tests.support.media import picture_file, sound_file, tone


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


def test_samples_out_of_range_are_clipped() -> None:
    assert decode_sound(sound_file(np.array([2.0, -3.0, 0.5]), subtype="FLOAT")).samples.tolist() == [1.0, -1.0, 0.5]


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


@pytest.mark.parametrize("size", [0, 2**31, 0xFFFF_FFFF])
def test_a_wav_that_overstates_its_length_is_read_as_far_as_it_goes(size: int) -> None:
    content = bytearray(sound_file())
    at = content.index(b"data") + 4
    content[at : at + 4] = struct.pack("<I", size)
    try:
        sound = decode_sound(bytes(content))
    except Unreadable:
        return
    assert np.abs(sound.samples - tone()[: len(sound.samples)]).max() < 1e-4


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
