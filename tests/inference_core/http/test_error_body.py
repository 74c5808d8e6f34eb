"""The server's own words, whatever the shape of its error."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference_core import AsyncInferenceClient, InvalidAnswerError
from inference_core.http.error_body import error_message, invalid_answer
from tests.support.answers import asking, says


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": "Model is too large."}', "Model is too large."),
        (b'{"error": ["First.", "Second."]}', "First.; Second."),
        (b'{"message": "Sign in."}', "Sign in."),
        (b'{"error": {"message": "Bad key", "type": "invalid"}}', "Bad key"),
        (b'{"detail": "Not Found"}', "Not Found"),
        (b'{"detail": [{"loc": ["body"], "msg": "Field required", "type": "missing"}]}', "Field required"),
        (b'{"error": null, "message": "Gone"}', "Gone"),
        (b'{"code": 7}', '{"code":7}'),
        (b'"Only text"', "Only text"),
        (b'{"errors": {"top_k": ["Too many."]}}', '{"top_k":["Too many."]}'),
        (b"Bad Gateway\n", "Bad Gateway"),
        (b"x < 5 is wrong", "x < 5 is wrong"),
        (b"<html><head><title>502</title></head><body><h1>Bad&nbsp;Gateway</h1>\n<p>nginx</p>", "Bad\xa0Gateway nginx"),
        (b"<head><title>502 Bad Gateway</title><style>p{}</style></head><p>nginx</p>", "502 Bad Gateway nginx"),
        (b"<p>Wait</p><script>track()</script><style>p{}</style>", "Wait"),
        ('{"error": "Zu groß"}'.encode(), "Zu groß"),
        (b'{"error": "\xff"}', "�"),
        (b'\xef\xbb\xbf{"error": "Busy"}', "Busy"),
        ('{"error": "Busy"}'.encode("utf-16"), "Busy"),
        (b'[{"error": "Busy", "score": NaN}]', "Busy"),
        (b"\xef\xbb\xbf<p>Too busy</p>", "Too busy"),
        (b"\xff\xfe", "��"),
        (b"", "The server gave no reason."),
        (b"{}", "The server gave no reason."),
        (b"null", "The server gave no reason."),
        (b"<br>", "The server gave no reason."),
    ],
)
def test_every_shape_of_an_error_gives_its_words(body: bytes, words: str) -> None:
    assert error_message(body) == words


def test_a_long_error_is_cut() -> None:
    assert error_message(b'{"error": "' + b"x" * 10_000 + b'"}') == "x" * 2_000


@pytest.mark.parametrize("part", [b"<script", b"<", b"<head>", b"[", b'{"error":', b"</style><style>", b"& "])
def test_no_page_takes_long_to_read(part: bytes) -> None:
    started = time.monotonic()
    assert error_message(part * (1024 * 1024 // len(part)))
    assert time.monotonic() - started < 3


@given(st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode("utf-8")))
def test_there_are_always_words(body: bytes) -> None:
    assert error_message(body)


@pytest.mark.parametrize("content_type", ["text/html", "application/json"])
async def test_a_web_page_is_reported_as_one_whatever_was_asked(content_type: str) -> None:
    async def tokens(client: AsyncInferenceClient) -> list[str]:
        return [token async for token in await client.text_generation("a", stream=True)]

    page = b"\xef\xbb\xbf\n<!doctype html><head><title>Log</title></head><p>Sign\nin at &lt;a&gt;.</p>"
    async with asking(says(page, content_type=content_type)) as (client, _):
        for call in (client.summarization("a"), client.text_to_image("a"), client.text_to_speech("a"), tokens(client)):
            with pytest.raises(InvalidAnswerError, match=r"answered with a web page: Sign in at <a>\. Check"):
                await call


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (b"<?xml version='1.0'?>\n<Error><Code>AccessDenied</Code></Error>", "AccessDenied."),
        (b"<html></html>", "The server gave no reason."),
        (b"<p>" + b"a" * 400 + b"</p>", "a" * 300 + "\u2026"),
    ],
)
def test_a_page_is_reported_with_the_beginning_of_its_words(page: bytes, words: str) -> None:
    assert str(invalid_answer(page, "unexpected_answer")).startswith(
        f"The server answered with a web page: {words} Check"
    )
