"""Answers that are files: pictures as PIL images, sounds as bytes that know what they are."""

from typing import TYPE_CHECKING

from inference_core.errors import InvalidAnswerError
from inference_core.http.error_body import unusable
from inference_core.media.errors import Unreadable
from inference_core.media.inputs import mime_type
from inference_core.media.pictures import MOST_PIXELS, decode_picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

_LONGEST_ANSWER = 3600.0


class AudioBytes(bytes):
    """A sound as the server sent it, to be written to a file as it is."""

    @property
    def mime_type(self) -> str:
        """What kind of file the bytes are, such as `audio/wav`, by their beginning."""
        return mime_type(self)

    def samples(self) -> "tuple[int, NDArray[np.float32]]":
        """The sound as `(rate, samples)`: Hz, and one channel of shape (n,) from -1 to 1. Decodes with soundfile.

        Raises:
            InvalidAnswerError: the bytes are not WAV, FLAC, OGG, MP3 or AIFF, or longer than an hour.
        """
        from inference_core.media.sounds import decode_sound

        try:
            sound = decode_sound(self, _LONGEST_ANSWER)
        except Unreadable as error:
            raise InvalidAnswerError("undecodable_sound", self, problem=error.cause) from None
        return sound.rate, sound.samples


def audio(body: bytes) -> AudioBytes:
    """The body as a sound; raises InvalidAnswerError if it is empty, JSON or a web page."""
    if body.lstrip()[:1] in (b"", b"{", b"[", b"<"):
        raise unusable(body, "not_a_sound_answer")
    return AudioBytes(body)


def picture(body: bytes, most_pixels: int = MOST_PIXELS) -> "Image":
    """The body decoded as a picture; raises InvalidAnswerError if it is not one, is damaged, or has more pixels."""
    try:
        return decode_picture(body, most_pixels)
    except Unreadable:
        raise unusable(body, "not_a_picture_answer") from None
