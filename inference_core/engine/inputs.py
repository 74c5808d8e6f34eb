"""What callers send besides text: pictures and sounds as bytes, and tables, each within its limits."""

from typing import TYPE_CHECKING, Any

from inference_core.engine.contract import CannotAnswer
from inference_core.engine.limits import Limits
from inference_core.errors import CodedError
from inference_core.media.base64_text import file_in
from inference_core.media.errors import Unreadable
from inference_core.media.pictures import decode_picture, upright_rgb
from inference_core.media.sounds import Sound, decode_sound

if TYPE_CHECKING:
    from PIL.Image import Image


class UnusableField(CodedError, ValueError):
    """A field should hold a file or a table but does not, or it exceeds a limit."""


class Upload:
    """A file that a caller sent; in JSON it is a base64 string. Decode it in a worker thread."""

    # Not a dataclass, because msgspec would decode that as a JSON object.
    def __init__(self, content: bytes, limits: Limits) -> None:
        self.content = content
        self.limits = limits

    def picture(self) -> "Image":
        """The picture as shown: upright, RGB, transparent parts white. Raises CannotAnswer if it is unusable."""
        try:
            return upright_rgb(decode_picture(self.content, self.limits.pixels))
        except Unreadable as error:
            raise CannotAnswer(error.code, **error.arguments) from None

    def sound(self) -> Sound:
        """The sound as one channel, at its original sample rate. Raises CannotAnswer if it is unusable."""
        try:
            return decode_sound(self.content, self.limits.audio)
        except Unreadable as error:
            raise CannotAnswer(error.code, **error.arguments) from None


class Columns(dict[str, list[Any]]):
    """A table as `{column: [cells]}`. Cells are text, numbers or null; every column has one cell per row."""


def decode_hook(limits: Limits) -> Any:
    """The hook with which msgspec decodes the types of this module. It raises UnusableField."""

    def decode(kind: type, sent: Any) -> Any:
        if kind is Upload:
            return checked_upload(_from_base64(sent), limits)
        if kind is Columns:
            return _columns(sent, limits.cells)
        raise NotImplementedError(kind)

    return decode


def checked_upload(content: bytes, limits: Limits) -> Upload:
    """The file as an upload; raises UnusableField if it is empty or too large."""
    if not content:
        raise UnusableField("empty_file")
    if len(content) > limits.upload:
        raise UnusableField("file_too_large", most=limits.upload / 2**20)
    return Upload(content, limits)


def _from_base64(sent: object) -> bytes:
    if not isinstance(sent, str):
        raise UnusableField("file_not_a_string")
    try:
        return file_in(sent)
    except ValueError:
        raise UnusableField("not_base64") from None


def _columns(sent: object, most: int) -> Columns:
    if not isinstance(sent, dict) or not all(isinstance(cells, list) for cells in sent.values()):
        raise UnusableField("not_a_table")
    if not any(sent.values()):
        raise UnusableField("empty_table")
    lengths = {name: len(cells) for name, cells in sent.items()}
    if len(set(lengths.values())) > 1:
        shortest, longest = (choose(lengths, key=lengths.__getitem__) for choose in (min, max))
        raise UnusableField(
            "columns_uneven",
            column=shortest[:50],
            count=lengths[shortest],
            first=longest[:50],
            first_count=lengths[longest],
        )
    if sum(lengths.values()) > most:
        raise UnusableField("too_many_cells", count=sum(lengths.values()), most=most)
    for name, cells in sent.items():
        for row, cell in enumerate(cells, start=1):
            if isinstance(cell, list | dict):
                raise UnusableField("odd_cells", place=f"row {row}, column {name[:50]!r}")
    return Columns(sent)
