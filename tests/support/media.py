"""Small pictures and sounds, as files in the formats there are, good and bad."""

import io
import struct
import zlib
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray
from PIL import Image

from inference_core.local.speech import Manner, speak


def noise_picture(size: tuple[int, int] = (12, 8), mode: str = "RGB") -> Image.Image:
    """The same noise every time, so that no part of it can be left out unseen."""
    values = np.random.default_rng(7).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    return Image.fromarray(values).convert(mode)


def picture_file(picture: Image.Image | None = None, kind: str = "PNG", **options: Any) -> bytes:
    """The picture (noise by default) as a file."""
    file = io.BytesIO()
    (picture or noise_picture()).save(file, kind, **options)
    return file.getvalue()


def huge_png(width: int = 20_000, height: int = 20_000) -> bytes:
    """A complete black PNG of one bit per pixel: some kilobytes that unpack to a lot."""
    rows = zlib.compress((b"\0" + bytes((width + 7) // 8)) * height, 9)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def tone(seconds: float = 0.25, rate: int = 16_000, channels: int = 1) -> NDArray[np.float32]:
    """440 Hz at half the volume, shape (n,) or (n, channels)."""
    wave = (0.5 * np.sin(2 * np.pi * 440 * np.arange(round(seconds * rate)) / rate)).astype(np.float32)
    return wave if channels == 1 else np.stack([wave] * channels, axis=1)


def sound_file(
    samples: NDArray[Any] | None = None, rate: int = 16_000, kind: str = "WAV", subtype: str | None = None
) -> bytes:
    """The samples (a tone by default) as a file."""
    file = io.BytesIO()
    soundfile.write(file, tone() if samples is None else samples, rate, format=kind, subtype=subtype)
    return file.getvalue()


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def spoken(text: str, voice: str = "en-us", speed: int = 150) -> bytes:
    """The text as synthetic speech, as a WAV file."""
    sound = speak(text, Manner(voice, speed))
    return sound_file(sound.samples, sound.rate)


def hiss(seconds: float = 2.0, rate: int = 16_000, seed: int = 3) -> NDArray[np.float32]:
    """White noise, shape (n,)."""
    return (0.1 * np.random.default_rng(seed).standard_normal(round(seconds * rate))).astype(np.float32)


def plucked_chords(rate: int = 16_000, seed: int = 11) -> NDArray[np.float32]:
    """Three seconds of chords of a C major scale that die away, each note with five partials; shape (3 * rate,)."""
    rng = np.random.default_rng(seed)
    played = np.zeros(3 * rate)
    time = np.arange(rate // 2) / rate
    for start in range(0, len(played), len(time)):
        for step in rng.choice([0, 2, 4, 5, 7, 9, 11], 3, replace=False):
            pitch = 262 * 2 ** (step / 12)
            note = sum(np.sin(2 * np.pi * pitch * partial * time) / partial for partial in range(1, 6))
            played[start : start + len(time)] += note * np.exp(-4 * time)
    return (played / np.abs(played).max() * 0.8).astype(np.float32)
