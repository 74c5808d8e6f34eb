"""Files as text: `data:` URLs and base64, as programs really write them."""

import base64
import binascii
import re
from urllib.parse import unquote_to_bytes

_SCHEME = re.compile(r"\s*data:", re.IGNORECASE | re.ASCII)
_PARAMETERS = re.compile(r'(?:"[^"]*"|[^,"]+|")*')  # a comma in quotes belongs to them
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")


def is_data_url(text: str) -> bool:
    """Whether the text is a `data:` URL, in lower or upper case."""
    return _SCHEME.match(text) is not None


def from_data_url(url: str) -> tuple[bytes, str]:
    """The bytes in a `data:` URL and the MIME type that it declares ("" if it declares none).

    Raises:
        ValueError: it says base64 but is not.
    """
    begin = _SCHEME.sub("", url, count=1)
    head = _PARAMETERS.match(begin)[0]  # type: ignore[index]
    data = begin[len(head) + 1 :]
    kind, *parameters = (part.strip() for part in head.split(";"))
    if any(parameter.lower() == "base64" for parameter in parameters):
        return from_base64(data), kind.lower()
    return unquote_to_bytes(data), kind.lower()


def from_base64(text: str) -> bytes:
    """The bytes in base64, with or without line breaks, percent signs and padding, in both of its alphabets.

    Raises:
        ValueError: it is not base64.
    """
    packed = text.encode("ascii")
    try:
        return base64.b64decode(packed, validate=True)
    except binascii.Error:
        packed = b"".join(unquote_to_bytes(packed).split()).translate(_TO_STANDARD)
        return base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)


def file_in(text: str) -> bytes:
    """The bytes in a `data:` URL or in plain base64. Raises ValueError as `from_base64` does."""
    return from_data_url(text)[0] if is_data_url(text) else from_base64(text)
