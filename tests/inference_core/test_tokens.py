"""The saved token: found where Hugging Face's tools keep it, sent to their hosts only, and never in a message."""

import copy
import json
import logging
import pickle
import traceback
from pathlib import Path

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from inference_core import AsyncInferenceClient
from inference_core.tokens import Secret, may_see_saved_token, saved_token
from inference_core.urls import safe_url


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for variable in (
        "HF_TOKEN",
        "HUGGING_FACE_HUB_TOKEN",
        "HF_TOKEN_PATH",
        "HF_HOME",
        "XDG_CACHE_HOME",
        "HF_HUB_DISABLE_IMPLICIT_TOKEN",
    ):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path


def save(file: Path, content: str | bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)


def test_without_any_source_there_is_no_token(caplog: pytest.LogCaptureFixture) -> None:
    assert saved_token() is None
    assert caplog.records == []


def test_each_source_gives_way_to_the_one_before_it(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(home / ".cache/huggingface/token", "from the home directory")
    assert saved_token() == "from the home directory"
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "xdg"))
    assert saved_token() is None
    save(home / "xdg/huggingface/token", "from XDG_CACHE_HOME")
    assert saved_token() == "from XDG_CACHE_HOME"
    monkeypatch.setenv("HF_HOME", "~/hf")
    save(home / "hf/token", "from HF_HOME")
    assert saved_token() == "from HF_HOME"
    monkeypatch.setenv("HF_TOKEN_PATH", "$HOME/elsewhere")
    save(home / "elsewhere", "from HF_TOKEN_PATH")
    assert saved_token() == "from HF_TOKEN_PATH"
    monkeypatch.setenv("HUGGING_FACE_HUB_TOKEN", "from the old variable")
    assert saved_token() == "from the old variable"
    monkeypatch.setenv("HF_TOKEN", "from HF_TOKEN")
    assert saved_token() == "from HF_TOKEN"


def test_white_space_and_line_ends_are_not_part_of_a_token(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(home / ".cache/huggingface/token", "  hf_abc\r\n\n")
    assert saved_token() == "hf_abc"
    monkeypatch.setenv("HF_TOKEN", "\thf_def\n")
    assert saved_token() == "hf_def"


def test_an_empty_source_counts_as_missing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", " \n")
    monkeypatch.setenv("HUGGING_FACE_HUB_TOKEN", "hf_abc")
    assert saved_token() == "hf_abc"
    monkeypatch.delenv("HUGGING_FACE_HUB_TOKEN")
    save(home / ".cache/huggingface/token", "\n")
    assert saved_token() is None


@pytest.mark.parametrize(("value", "used"), [("1", False), ("true", False), ("YES", False), ("0", True), ("", True)])
def test_the_token_is_not_used_when_the_environment_says_so(
    monkeypatch: pytest.MonkeyPatch, value: str, used: bool
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_abc")
    monkeypatch.setenv("HF_HUB_DISABLE_IMPLICIT_TOKEN", value)
    assert (saved_token() == "hf_abc") is used


def test_an_unreadable_file_is_logged_without_its_content(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    save(home / ".cache/huggingface/token", b"hf_abc\xff")
    with caplog.at_level(logging.WARNING):
        assert saved_token() is None
    [record] = caplog.records
    assert "cannot be read" in caplog.text
    assert "hf_abc" not in caplog.text
    assert record.exc_info is None


def test_a_directory_in_place_of_the_file_is_logged(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HF_TOKEN_PATH", str(home))
    assert saved_token() is None
    assert "cannot be read (IsADirectoryError)" in caplog.text


def test_a_secret_gives_its_value_only_when_asked() -> None:
    assert Secret("hf_abc").reveal() == "hf_abc"


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r:>20}".format, "%s".__mod__, lambda x: f"{[x]}"])
def test_no_formatting_shows_a_secret(show: object) -> None:
    assert callable(show)
    assert "hf_abc" not in show(Secret("hf_abc"))


@pytest.mark.parametrize("keep", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps, msgspec.json.encode])
def test_a_secret_cannot_be_serialized(keep: object) -> None:
    assert callable(keep)
    with pytest.raises(TypeError) as refusal:
        keep(Secret("hf_abc"))
    assert "hf_abc" not in str(refusal.value)


def test_a_traceback_with_local_variables_does_not_show_a_secret() -> None:
    def fail(token: Secret) -> None:
        raise RuntimeError(f"no answer with {token}")

    try:
        fail(Secret("hf_abc"))
    except RuntimeError as error:
        text = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert "Secret(…)" in text
    assert "hf_abc" not in text.replace('fail(Secret("hf_abc"))', "")


def test_a_secret_has_no_attributes_to_list() -> None:
    assert not hasattr(Secret("hf_abc"), "__dict__")


def test_secrets_are_equal_if_their_values_are() -> None:
    assert Secret("hf_äbc") == Secret("hf_äbc")
    assert Secret("hf_abc") != Secret("hf_abd")
    assert Secret("hf_abc") != "hf_abc"


@pytest.mark.parametrize(
    "host",
    [
        "huggingface.co",
        "HuggingFace.co",
        "router.huggingface.co",
        "api-inference.huggingface.co",
        "x7.us-east-1.aws.endpoints.huggingface.cloud",
    ],
)
def test_a_host_of_hugging_face_may_see_the_token_over_https_only(host: str) -> None:
    assert may_see_saved_token(host, "https")
    assert not may_see_saved_token(host, "http")
    assert not may_see_saved_token(host, "")


LOOKALIKES = [
    "",
    "co",
    "nothuggingface.co",
    "huggingface.com",
    "huggingface.co.evil.com",
    "huggingface.co.",
    ".huggingface.co",
    "..huggingface.co",
    "evil.com/.huggingface.co",
    "evil.com#.huggingface.co",
    "evil.com?.huggingface.co",
    "evil.com\\.huggingface.co",
    "evil.com:443.huggingface.co",
    "user@huggingface.co",
    "evil.com@router.huggingface.co",
    "router.huggingface.co@evil.com",
    "huggingface.co:443",
    " huggingface.co",
    "huggingface.co\n",
    "a.huggingface.co\n",
    "a\0.huggingface.co",
    "huggingf\u0430ce.co",  # Cyrillic a
    "huggingface\u3002co",
    "huggingface.c\u043e",
    "xn--huggingfce-6qi.co",
    "endpoints.huggingface.cloud",
    "huggingface.cloud",
    "evil-endpoints.huggingface.cloud",
    "huggingface.space",
    "somebody-demo.hf.space",
    "127.0.0.1",
    "localhost",
]


@pytest.mark.parametrize("host", LOOKALIKES)
def test_no_lookalike_may_see_the_token(host: str) -> None:
    assert not may_see_saved_token(host, "https")
    assert not may_see_saved_token(host, "http")


def test_a_host_named_in_the_settings_may_see_the_token() -> None:
    hosts = ["Inference.example.com", "*.models.example.com"]
    assert may_see_saved_token("inference.example.com", "https", hosts)
    assert may_see_saved_token("a.b.models.EXAMPLE.com", "https", hosts)


@pytest.mark.parametrize(
    "host",
    [
        "example.com",
        "a.inference.example.com",
        "models.example.com",
        ".models.example.com",
        "evil.com/.models.example.com",
        "badmodels.example.com",
        "\u212aube.models.example.com",
    ],
)
def test_a_host_that_is_only_similar_to_one_in_the_settings_may_not(host: str) -> None:
    assert not may_see_saved_token(host, "https", ["inference.example.com", "*.models.example.com"])


def test_a_letter_whose_lower_case_is_ascii_is_still_another_letter() -> None:
    assert "\u212a".lower() == "k"
    assert not may_see_saved_token("\u212aube.example.com", "https", ["kube.example.com"])


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.2", "::1"])
def test_loopback_may_see_the_token_over_http_if_the_settings_name_it(host: str) -> None:
    assert may_see_saved_token(host, "http", [host])
    assert not may_see_saved_token(host, "http", ["example.com"])


@pytest.mark.parametrize("host", ["inference.example.com", "192.168.1.2", "huggingface.co", "localhost.example.com"])
def test_no_other_host_may_see_the_token_over_http(host: str) -> None:
    assert not may_see_saved_token(host, "http", [host])
    assert may_see_saved_token(host, "https", [host])


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.com/models/a", "https://example.com/models/a"),
        ("http://127.0.0.1:7860", "http://127.0.0.1:7860"),
        ("https://[2001:db8::1]:8443/v1", "https://[2001:db8::1]:8443/v1"),
        ("https://user:hunter2@example.com/a", "https://example.com/a"),
        ("https://hunter2@example.com/a", "https://example.com/a"),
        ("https://a:hunter2@b@example.com/", "https://example.com/"),
        ("https://example.com/a?token=hunter2&page=hunter2", "https://example.com/a?token=…&page=…"),
        ("https://example.com/a?hunter2", "https://example.com/a?…"),
        ("https://example.com/a?token=hunter2=hunter2", "https://example.com/a?token=…"),
        ("https://example.com/a#access_token=hunter2", "https://example.com/a"),
        ("https://example.com/@somebody/model", "https://example.com/@somebody/model"),
        ("https://bücher.example/", "https://bücher.example/"),
    ],
)
def test_a_url_in_a_message_has_no_secrets(url: str, shown: str) -> None:
    assert safe_url(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        "",
        "?",
        "http://[::1/hunter2",
        "user:hunter2@example.com/a",
        "//user:hunter2@",
        "http:///user:hunter2@example.com",
        "http:user:hunter2@example.com",
        "http:\\\\user:hunter2@example.com",
        "http://user:hun/ter2@example.com/",
        "http://user hunter2/",
        "data:text/plain,hunter2",
        "http://[hunter2]/",
    ],
)
def test_a_url_that_cannot_be_parsed_is_not_shown(url: str) -> None:
    assert safe_url(url) == "(unreadable URL)"


@given(st.text(max_size=40))
@example("http://[")
@example("http://\u2100@hunter2/")
def test_no_text_at_all_breaks_a_message(text: str) -> None:
    for url in (text, f"http://{text}", f"https://example.com/?{text}"):
        assert safe_url(url)


@given(st.text(st.characters(exclude_characters="/?#\\@", exclude_categories=["Cs"]), max_size=20))
def test_no_password_at_all_is_shown(password: str) -> None:
    shown = safe_url(f"https://user:<{password}>@example.com/")
    assert shown in ("https://example.com/", "(unreadable URL)")


AROUND = ["{}\n", "\n{}", "  {}  ", "{}\r\n", "\t{}\n\n", "\ufeff{}", "\xa0{}\u200b", "{}\x0b\x0c"]
AROUND += ["\u2003{}\u3000", "\u2060{}\u200d", "\x01{}\x1b", "\u2028{}\x85", "\u202a{}\u202c", "\xad{}"]


@pytest.mark.parametrize("around", AROUND, ids=ascii)
@pytest.mark.parametrize("place", ["token", "api_key", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "a file"])
async def test_what_stands_around_a_token_is_not_sent(
    place: str, around: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    token, given = around.format("hf_abc"), {}
    if place in ("token", "api_key"):
        given[place] = token
    elif place == "a file":
        (tmp_path / "token").write_bytes(token.encode())
        monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "token"))
    else:
        monkeypatch.setenv(place, token)
    access = AsyncInferenceClient(**given)._options.access
    assert access.headers_for("https://huggingface.co/a") == {"Authorization": "Bearer hf_abc"}


@pytest.mark.parametrize("token", ["", " ", "\n", "\ufeff"])
def test_a_token_of_nothing_but_spaces_is_none(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert AsyncInferenceClient(token=token)._options.access.headers_for("https://huggingface.co/a") == {}
    monkeypatch.setenv("HF_TOKEN", token)
    assert saved_token() is None
