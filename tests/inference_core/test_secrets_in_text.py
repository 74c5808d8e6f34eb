"""A secret that a server repeats is hidden in whatever way it is written, and nothing else is."""

import base64
import html
import json
import time
from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference_core.errors import InferenceHTTPError
from inference_core.http.status_errors import redacted
from inference_core.secrets_in_text import without_secrets
from tests.support.answers import asking, says

TOKEN = "hf_a/b+C-d.EfGh~0123456789"


def every_letter(form: str) -> Callable[[str], str]:
    return lambda text: "".join(form.format(ord(letter)) for letter in text)


WAYS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "JSON": every_letter("\\u{:04x}"),
    "JSON in upper case": every_letter("\\u{:04X}"),
    "JSON with escaped slashes": lambda text: text.replace("/", "\\/"),
    "JSON in JSON": lambda text: json.dumps(json.dumps(every_letter("\\u{:04x}")(text)))[3:-3],
    "a part of it": lambda text: text[:4] + every_letter("\\u{:04x}")(text[4:9]) + text[9:],
    "Python": every_letter("\\x{:02x}"),
    "percent": every_letter("%{:02x}"),
    "percent in upper case": every_letter("%{:02X}"),
    "percent, what must be": lambda text: quote(text, safe=""),
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "HTML": every_letter("&#{};"),
    "HTML in hexadecimal": every_letter("&#x{:x};"),
    "HTML twice": lambda text: html.escape(every_letter("&#{};")(text)),
    "percent around JSON": lambda text: quote(every_letter("\\u{:04x}")(text), safe=""),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "base64 for URLs": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "base64 of a header": lambda text: base64.b64encode(f"Authorization: Bearer {text}\r\n".encode()).decode(),
    "base64 of more": lambda text: base64.b64encode(f"ab{text}!".encode()).decode(),
}


def resolved(words: str) -> str:
    """What a reader could get back from the words."""
    for _ in range(5):
        words = html.unescape(json.loads(f'"{words}"', strict=False) if "\\u" in words else words)
    return words


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("around", ["{}", '{{"error":"no access for {}, sorry"}}', "<p>{}</p>", "token={}&a=b"])
def test_a_token_is_hidden_however_it_is_written(way: str, around: str) -> None:
    words = around.format(WAYS[way](TOKEN)).encode()
    shown = redacted(words, "http://127.0.0.1/a", {"Authorization": f"Bearer {TOKEN}"}).decode()
    assert "…" in shown
    assert WAYS[way](TOKEN)[4:-4] not in shown and TOKEN[4:] not in resolved(shown.replace("\\\\", "\\"))


@settings(max_examples=40)
@given(
    secret=st.text(st.sampled_from("abcxyzABCXYZ0123456789-._~+/:@!"), min_size=7, max_size=30),
    forms=st.lists(
        st.sampled_from([str, *(every_letter(form) for form in ("\\u{:04x}", "%{:02X}", "&#{};"))]), min_size=30
    ),
)
def test_each_letter_may_be_written_in_its_own_way(secret: str, forms: list[Callable[[str], str]]) -> None:
    words = "".join(form(letter) for form, letter in zip(forms, secret, strict=False))
    shown = without_secrets(f"before {words} after".encode(), [secret]).decode()
    assert words not in shown and "…" in shown


@pytest.mark.parametrize(
    "words",
    [
        b'{"label":"caf\\u00e9 \\/ 100%25 &amp; &#104;","score":0.5}',
        b'data: {"a": "\\\\u0068"}\n\n',
        b"\xff\xfe%zz\\u00",
        b"",
        b"%" * 1000 + b"\\" * 1000 + b"&" * 1000,
    ],
)
def test_words_without_a_secret_stay_as_they_are(words: bytes) -> None:
    assert without_secrets(words, [TOKEN, "password"]) == words


def test_a_secret_within_another_leaves_nothing_of_it() -> None:
    for secrets in (["swordfish", "swordfish-and-chips"], ["swordfish-and-chips", "swordfish"]):
        assert without_secrets(b"(swordfish-and-chips, swordfish)", secrets).decode() == "(…, …)"


def test_basic_credentials_are_hidden_in_plain_and_as_base64() -> None:
    sent = base64.b64encode(b"somebody:swordfish").decode()
    words = f"{sent} somebody:swordfish swordfish {WAYS['JSON']('swordfish')}".encode()
    for url, private in (
        ("http://127.0.0.1/a", {"Authorization": f"Basic {sent}"}),
        ("http://somebody:swordfish@127.0.0.1/a", {}),
    ):
        assert redacted(words, url, private).decode().split() == ["…"] * 4


async def test_a_client_shows_no_escaped_token_in_an_error() -> None:
    body = json.dumps({"error": f"No access with {TOKEN}"}).replace(TOKEN, WAYS["JSON"](TOKEN)).encode()
    async with asking(says(body, 403), token=TOKEN) as (client, _):
        with pytest.raises(InferenceHTTPError) as caught:
            await client.summarization("a")
    assert "No access with …" in str(caught.value) and b"\\u0068" not in caught.value.body


@pytest.mark.parametrize("escape", [b"%41", b"\\u0041", b"\\x41", b"&#65;"])
def test_an_answer_of_nothing_but_escapes_takes_no_time(escape: bytes) -> None:
    began = time.monotonic()
    assert without_secrets(escape * 700_000, [TOKEN]).decode() == "…"
    assert time.monotonic() - began < 2


def test_an_answer_in_another_alphabet_stays_whole() -> None:
    words = json.dumps("中文 é" * 60_000).encode()
    assert without_secrets(words, [TOKEN]) == words


@pytest.mark.parametrize("count", [60, 5_000])
@pytest.mark.parametrize("words", [b'{"a":"\\u0041 b c d e f"}' * 40_000, b"a b " * 1_000_000])
def test_a_url_of_many_values_makes_no_answer_slow(count: int, words: bytes) -> None:
    url = "http://127.0.0.1/a?" + "&".join(f"a{number}=s{number:07}" for number in range(count))
    began = time.monotonic()
    shown = redacted(words + b"s0000003", url, {})
    assert time.monotonic() - began < 1
    assert b"s0000003" not in shown
