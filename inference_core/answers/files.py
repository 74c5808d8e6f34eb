"""Answers that are files: pictures as PIL images, sounds as bytes with a MIME type."""

from typing import TYPE_CHECKING

from inference_core.errors import InvalidAnswerError
from inference_core.http.error_body import AHEAD, invalid_answer, only_words
from inference_core.media.errors import Unreadable
from inference_core.media.inputs import mime_type
from inference_core.media.pictures import decode_picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

_MAX_SECONDS = 3600.0


class AudioBytes(bytes):
    """The bytes of a sound file as the server sent it. They can be written to a file unchanged."""

    @property
    def mime_type(self) -> str:
        """The MIME type, such as `audio/wav`, found from the first bytes."""
        return mime_type(self)

    def samples(self) -> "tuple[int, NDArray[np.float32]]":
        """The sound as `(rate, samples)`: the rate in Hz, one channel of shape (n,) from -1 to 1. Decodes with
        soundfile.

        Raises:
            InvalidAnswerError: the bytes are not WAV, FLAC, OGG, MP3 or AIFF, or the sound is longer than an hour.
        """
        from inference_core.media.sounds import decode_sound

        try:
            sound = decode_sound(self, _MAX_SECONDS)
        except Unreadable as error:
            raise InvalidAnswerError("undecodable_sound", self, problem=error.cause) from None
        return sound.rate, sound.samples


def audio(body: bytes) -> AudioBytes:
    """The body as a sound; raises InvalidAnswerError if it is empty, JSON, a web page or words."""
    is_something_else = body.lstrip(AHEAD)[:1] in (b"", b"{", b"[", b"<")
    if is_something_else or (not mime_type(body).startswith("audio/") and only_words(body)):
        raise invalid_answer(body, "not_a_sound_answer")
    return AudioBytes(body)


def picture(body: bytes, most_pixels: int | None = None) -> "Image":
    """The body as a picture; raises InvalidAnswerError if it is not a picture, is damaged or has too many pixels."""
    try:
        return decode_picture(body, most_pixels)
    except Unreadable:
        raise invalid_answer(body, "not_a_picture_answer") from None
