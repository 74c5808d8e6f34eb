"""The operator is whoever has typed the key: a cookie proves it, and nothing else does."""

import time

import pytest
from starlette.requests import Request
from starlette.responses import Response

from inference_core.settings.description import GallerySettings
from inference_core.tokens import Secret
from tasks.gallery.operator.access import OperatorAccess, operator_access

ACCESS = OperatorAccess(Secret("a long key"))


def request(scheme: str = "http", **headers: str) -> Request:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "scheme": scheme, "server": ("a", 80), "path": "/", "headers": raw})


def cookie_of(access: OperatorAccess, scheme: str = "http") -> str:
    response = Response()
    access.sign_in(response, request(scheme))
    return response.headers["set-cookie"]


def holding(cookie: str) -> Request:
    return request(cookie=cookie.partition(";")[0])


def test_a_browser_that_signed_in_is_the_operators_and_no_script_can_read_why() -> None:
    cookie = cookie_of(ACCESS)
    assert ACCESS.is_operator(holding(cookie)) and not ACCESS.is_operator(request())
    assert "HttpOnly" in cookie and "SameSite=strict" in cookie and "a long key" not in cookie
    assert "Secure" not in cookie and "Secure" in cookie_of(ACCESS, "https")


def test_another_process_with_the_same_key_knows_the_cookie_and_one_with_another_does_not() -> None:
    cookie = cookie_of(ACCESS)
    assert OperatorAccess(Secret("a long key")).is_operator(holding(cookie))
    assert not OperatorAccess(Secret("another")).is_operator(holding(cookie))
    assert not OperatorAccess(None).is_operator(holding(cookie))


def test_a_program_may_send_the_key_itself() -> None:
    assert ACCESS.is_operator(request(authorization="Bearer a long key"))
    assert not ACCESS.is_operator(request(authorization="Bearer a long kez"))
    assert not OperatorAccess(None).is_operator(request(authorization="Bearer "))


def test_a_cookie_ends_and_cannot_be_prolonged(monkeypatch: pytest.MonkeyPatch) -> None:
    name, _, value = cookie_of(ACCESS).partition(";")[0].partition("=")
    until, _, signature = value.partition(".")
    later = f"{name}={int(until) + 1}.{signature}"
    assert not ACCESS.is_operator(request(cookie=later))
    tomorrow = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: tomorrow)
    assert not ACCESS.is_operator(request(cookie=f"{name}={value}"))


@pytest.mark.parametrize("value", ["", ".", "1", "9999999999.", "٩٩.x", "9" * 400 + ".x", "1e9.x", "-1.x", "a.b.c"])
def test_a_broken_cookie_is_nobodys(value: str) -> None:
    assert not ACCESS.is_operator(request(cookie=f"gallery-operator={value}"))


def test_a_key_is_made_only_where_a_terminal_shows_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not operator_access(GallerySettings()).is_open
    given = GallerySettings(operator_key=Secret("given"))
    assert operator_access(given).is_key("given") and "given" not in f"{given}"
    told = capsys.readouterr()
    assert told.out == "" and "GALLERY_OPERATOR_KEY is short" in told.err
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    made = operator_access(GallerySettings())
    assert made.key and made.key.reveal() in capsys.readouterr().out
