"""Names of a server on loopback: which are its own, and what counts as from elsewhere."""

import pytest

from inference_core.settings.hosts import is_from_elsewhere, is_loopback, known_names, name_of

NAMES = known_names("127.0.0.1", ["gallery.example.com", "https://Other.example:8443/gallery", ""])


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "LOCALHOST.", "::1", "[::1]", "127.8.9.10", "127.1", "2130706433", "0x7f.1"),
        *("::ffff:127.0.0.1", "0:0:0:0:0:0:0:1", " 127.0.0.1 "),
    ],
)
def test_loopback_is_known_in_every_spelling(host: str) -> None:
    assert is_loopback(host) and known_names(host, []) is not None


ELSEWHERE = ["0.0.0.0", "::", "192.168.1.2", "::ffff:10.0.0.1", "gallery.invalid", "localhost.invalid"]  # noqa: S104


@pytest.mark.parametrize("host", ELSEWHERE)
def test_elsewhere_any_name_is_answered(host: str) -> None:
    assert not is_loopback(host) and known_names(host, ["a"]) is None
    assert not is_from_elsewhere(None, "evil.example", "https://evil.example")


def test_a_name_that_leads_here_is_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = {"mine": ["127.0.1.1", "::1"], "both": ["127.0.0.1", "192.168.1.2"], "none": []}
    monkeypatch.setattr(
        "inference_core.settings.hosts.getaddrinfo",
        lambda name, port, **_: [(2, 1, 6, "", (one, 0)) for one in addresses[name]],
    )
    assert known_names("mine", []) == {"localhost", "127.0.0.1", "::1", "mine"}
    assert not is_loopback("both") and not is_loopback("none")


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("localhost", "localhost"),
        ("LocalHost.:7860", "localhost"),
        ("[::1]:7860", "::1"),
        ("[::1]", "::1"),
        ("http://127.0.0.1:7860", "127.0.0.1"),
        ("https://user@a.example:8443/path", "a.example"),
        ("null", "null"),
        ("", ""),
        ("127.0.0.1@evil.example", "evil.example"),
        ("evil.example:80:80", "evil.example:80:80"),
    ],
)
def test_a_name_is_read_from_a_header_or_an_origin(address: str, name: str) -> None:
    assert name_of(address) == name


@pytest.mark.parametrize("host", ["localhost:7860", "127.0.0.1", "[::1]:1", "gallery.example.com", "other.example:9"])
@pytest.mark.parametrize("origin", [None, "http://localhost:7860", "https://gallery.example.com"])
def test_known_names_are_let_in_with_any_port(host: str, origin: str | None) -> None:
    assert not is_from_elsewhere(NAMES, host, origin)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("evil.example", None),
        ("evil.example:7860", None),
        ("127.0.0.1.evil.example:7860", None),
        ("localhost.evil.example", None),
        ("", None),
        (None, None),
        ("[::2]:7860", None),
        ("localhost", "https://evil.example"),
        ("localhost", "null"),
        ("localhost", ""),
        ("localhost", "file://"),
        ("localhost", "http://localhost.evil.example"),
    ],
)
def test_other_names_and_other_pages_are_from_elsewhere(host: str | None, origin: str | None) -> None:
    assert is_from_elsewhere(NAMES, host, origin)
