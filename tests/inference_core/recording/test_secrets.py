"""Keys are taken out of what is recorded, in any spelling, and nothing else is."""

import base64
import json
from collections.abc import Callable
from urllib.parse import quote

import pytest

from inference_core.recording.secrets import Hiding, secrets_of_headers, secrets_of_process, secrets_of_url

NOTHING_KNOWN = Hiding(())
KEY = 'k9/+Zt"5rW8xKv&3'
SPELLINGS: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "in JSON": lambda key: json.dumps(key)[1:-1],
    "in JSON in JSON": lambda key: json.dumps(json.dumps(key))[1:-1],
    "with slashes escaped": lambda key: json.dumps(key)[1:-1].replace("/", "\\/"),
    "letter by letter": lambda key: "".join(f"\\u{ord(one):04X}" for one in key),
    "in a URL": lambda key: quote(key, safe=""),
    "in a URL, each letter": lambda key: "".join(f"%{ord(one):02x}" for one in key),
    "in a URL in a URL": lambda key: quote(quote(key, safe=""), safe=""),
    "in HTML": lambda key: key.replace("&", "&amp;").replace('"', "&quot;"),
    "in HTML by numbers": lambda key: "".join(f"&#{ord(one)};" for one in key),
    "in hexadecimal": lambda key: key.encode().hex(),
    **{
        f"in base64 after {before}": lambda key, before=before: base64.b64encode(  # type: ignore[misc]
            b"Bearer "[:before] + key.encode() + b" and more"
        ).decode()
        for before in range(4)
    },
    "in base64 for URLs": lambda key: base64.urlsafe_b64encode(f"?{key}".encode()).decode(),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_key_is_replaced_letter_by_letter_however_it_is_spelled(spelling: str) -> None:
    written = SPELLINGS[spelling](KEY)
    before = f'data: {{"said": "your key is {written}!", "other": 1}}\n\n'.encode()
    after = Hiding({KEY}).content(before, is_text=True)
    assert len(after) == len(before)
    assert written.encode() not in after and b"xxxxxx" in after
    assert after.startswith(b'data: {"said": "your key is ') and after.endswith(b'!", "other": 1}\n\n')


@pytest.mark.parametrize(
    "key",
    ["hf_" + "aBcDeFgHiJ" * 3, "sk-proj-abc123def456ghi789jkl", "gsk_abcdefghijklmnopqrst1", "AKIAABCDEFGHIJKLMNOP"],
)
def test_what_looks_like_a_key_is_replaced_in_texts(key: str) -> None:
    assert NOTHING_KNOWN.text(f"my key: {key}.") == f"my key: {'x' * len(key)}."
    assert NOTHING_KNOWN.content(key.encode(), is_text=False) == key.encode()


@pytest.mark.parametrize(
    "text",
    ["hf_hub_download and sk-learn-estimators-of-all-kinds", "?limit=20&expand=likes", "a token=of affection", "fw-1"],
)
def test_other_words_stay(text: str) -> None:
    assert NOTHING_KNOWN.text(text) == text


def test_what_signs_a_url_is_replaced_and_the_rest_of_the_url_stays() -> None:
    url = b'{"url": "https://a.example/b.png?X-Amz-Date=2026&X-Amz-Signature=0af\\u0026token=1%2F2"}'
    hidden = b'{"url": "https://a.example/b.png?X-Amz-Date=2026&X-Amz-Signature=xxx\\u0026token=xxxxx"}'
    assert NOTHING_KNOWN.content(url, is_text=True) == hidden


def test_a_megabyte_of_picture_is_searched_and_stays_as_it_is() -> None:
    picture = bytes(range(256)) * 40_000
    assert Hiding({KEY, "another-key"}).content(picture, is_text=False) == picture


def test_headers_and_urls_tell_what_is_secret() -> None:
    basic = base64.b64encode(b"someone:passw0rd-of-mine").decode()
    headers = {"Authorization": "Bearer hf_abcdefg", "Cookie": "session=abcdefghi; a=b", "User-Agent": "a-program/1"}
    found = secrets_of_headers(headers)
    assert found == {"hf_abcdefg", "session", "abcdefghi"}
    assert "passw0rd-of-mine" in secrets_of_headers({"Authorization": f"Basic {basic}"})
    found = secrets_of_url("https://me:my%2Bpassword@a.example/p?key=secret-value&expand=inferenceMapping")
    assert {"secret-value", "my%2Bpassword", "my+password"} <= found
    assert not found & {"inferenceMapping", "expand=inferenceMapping", "key"}


def test_keys_in_the_environment_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "key-of-another-program")
    monkeypatch.setenv("SHORT_TOKEN", "default")
    monkeypatch.setenv("HF_TOKEN", "hf_mine")
    found = secrets_of_process(["given-one", "one"])
    assert {"key-of-another-program", "hf_mine", "given-one"} <= found
    assert not found & {"default", "one", ""}
