"""`data:` URLs and base64 as programs write them, to bytes."""

import base64
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference_core.media.base64_text import file_in, from_data_url, is_data_url

CONTENT = bytes(range(256)) * 3
PACKED = base64.b64encode(CONTENT).decode()
WRITTEN = {
    "as it is": PACKED,
    "with line breaks": base64.encodebytes(CONTENT).decode(),
    "with Windows line breaks": base64.encodebytes(CONTENT).decode().replace("\n", "\r\n"),
    "with spaces": " ".join(PACKED[at : at + 40] for at in range(0, len(PACKED), 40)),
    "with percent signs": quote(PACKED, safe=""),
    "with percent signs for everything": "".join(f"%{ord(letter):02x}" for letter in PACKED),
    "with escaped line breaks": base64.encodebytes(CONTENT).decode().replace("\n", "%0A"),
    "in the alphabet of URLs": base64.urlsafe_b64encode(CONTENT).decode(),
    "without padding": base64.b64encode(CONTENT + b"?").decode().rstrip("="),
}
HEADS = ["data:image/png;base64,", "DATA:image/png;BASE64,", "Data:;base64,", "data:image/png;charset=utf-8;base64,"]
HEADS += ["data:image/png; name=a.png ;base64 ,", "  data:IMAGE/PNG;base64;charset=x,", "\ndata:image/png;base64,\n"]
HEADS += ['data:image/png;name="a, b;c.png";base64,', 'data:image/png;name=a";base64,']


@pytest.mark.parametrize("head", ["", *HEADS])
@pytest.mark.parametrize("way", WRITTEN)
def test_base64_is_read_however_it_is_written(way: str, head: str) -> None:
    assert is_data_url(head) == bool(head)
    assert file_in(head + WRITTEN[way]) == CONTENT + (b"?" if way == "without padding" else b"")


@pytest.mark.parametrize("head", HEADS)
def test_the_declared_type_is_in_lower_case(head: str) -> None:
    assert from_data_url(head + PACKED)[1] in ("image/png", "")


@pytest.mark.parametrize(
    ("url", "content"),
    [
        ("data:,a%20b+c", b"a b+c"),
        ("data:text/plain;charset=utf-8,%C3%A4", b"\xc3\xa4"),
        ("DATA:text/plain,ä", b"\xc3\xa4"),
        ("data:image/svg+xml,<svg a='1,2'/>", b"<svg a='1,2'/>"),
        ("data:text/base64,AQI=", b"AQI="),
        ("data:", b""),
    ],
)
def test_a_data_url_may_hold_plain_text(url: str, content: bytes) -> None:
    assert from_data_url(url)[0] == content


@pytest.mark.parametrize("text", ["data:;base64,a", "data:;base64,****", "data:;base64,ä", "AAAA=AAA", "%", "AAAAA"])
def test_what_is_not_base64_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        file_in(text)


@pytest.mark.parametrize("text", ["", "data", "dat:a", "picture data:a", "https://example.com/data:"])
def test_other_texts_are_no_data_urls(text: str) -> None:
    assert not is_data_url(text)


@settings(max_examples=40)
@given(
    content=st.binary(max_size=90), width=st.integers(1, 30), gap=st.sampled_from(["", " ", "\n", "\r\n", "%0a", "\t"])
)
def test_any_bytes_come_back(content: bytes, width: int, gap: str) -> None:
    packed = base64.b64encode(content).decode()
    written = gap.join(packed[at : at + width] for at in range(0, len(packed), width))
    assert file_in(f"data:;Base64,{written}") == file_in(written) == content
