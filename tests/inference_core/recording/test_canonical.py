"""Two requests are the same if they mean the same, and only then."""

import pytest

from inference_core.recording.canonical import canonical_target, digest, target

JSON = "application/json"


def form(boundary: str, *parts: tuple[str, bytes]) -> tuple[bytes, str]:
    """A form of files, and its content type."""
    heads = (b'Content-Disposition: form-data; name="%s"; filename="a"\r\n\r\n' % name.encode() for name, _ in parts)
    lines = (head + content for head, (_, content) in zip(heads, parts, strict=True))
    mark = f"--{boundary}\r\n".encode()
    body = b"".join(mark + line + b"\r\n" for line in lines) + f"--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b'{"a":1,"b":[2,3]}', b' { "b" : [2.0, 3e0],\n "a": 1.0 }'),
        (b'{"inputs":"x"}', b'{"inputs":"x","parameters":{},"options":null}'),
        (b'{"inputs":"\xc3\xa4/"}', b'{"inputs":"\\u00e4\\/"}'),
        (b'\xef\xbb\xbf{"a":0.10}', b'{"a":1e-1}'),
        (b'{"a":100000000000000000000}', b'{"a":1e20}'),
        (b'{"a":-0}', b'{"a":0.0}'),
    ],
)
def test_json_is_compared_by_its_values(one: bytes, other: bytes) -> None:
    assert digest(one, JSON) == digest(other, "text/plain") != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (b'{"inputs":"x"}', b'{"inputs":"x","stream":true}'),
        (b'{"inputs":"x","stream":false}', b'{"inputs":"x","stream":true}'),
        (b'{"seed":9007199254740993}', b'{"seed":9007199254740992}'),
        (b'{"a":[1,2]}', b'{"a":[2,1]}'),
        (b'{"a":[null]}', b'{"a":[]}'),
        (b'{"a":1}', b'{"a":"1"}'),
        (b'{"a":1}', b'{"a":true}'),
        (b'{"a":""}', b"{}"),
        (b"RIFF1", b"RIFF2"),
        (b'{"a":1', b'{"a":1 '),
    ],
)
def test_what_asks_for_something_else_is_another_request(one: bytes, other: bytes) -> None:
    assert digest(one, JSON) != digest(other, JSON)


@pytest.mark.parametrize(
    "hostile",
    [b"[" * 100_000, b'{"a":' + b"9" * 10_000 + b"}", b'{"a":1e999}', b'{"a":NaN}', b'"\\ud800"', b"{\xff}", b"["],
)
def test_any_bytes_have_a_digest_of_their_own(hostile: bytes) -> None:
    assert len(digest(hostile, JSON)) == 64
    assert digest(hostile, JSON) != digest(hostile + b"1", JSON)


def test_a_form_is_compared_by_its_parts_whatever_its_boundary() -> None:
    one = digest(*form("abc", ("file", b"\x00--x\r\n"), ("options", b'{"a": 1.0}')))
    assert one == digest(*form("-----9", ("options", b'{"a":1}'), ("file", b"\x00--x\r\n")))
    assert one != digest(*form("abc", ("file", b"\x00--y\r\n"), ("options", b'{"a":1}')))
    assert one != digest(*form("abc", ("other", b"\x00--x\r\n"), ("options", b'{"a":1}')))


def test_a_path_counts_without_host_user_and_what_may_be_secret() -> None:
    assert target("https://u:p@a.example/models/a%2Db/?sig=1&limit=2") == target("http://b:1/models/a-b?limit=2&sig=3")
    assert target("https://a.example/x?limit=2") != target("https://a.example/x?limit=3")
    assert target("https://a.example") == "/"


def test_the_models_of_hugging_faces_router_are_those_of_any_other_server() -> None:
    assert canonical_target("/hf-inference/models/a/b", "") == "/models/a/b"
    assert canonical_target("/hf-inferences/models", "") == "/hf-inferences/models"
