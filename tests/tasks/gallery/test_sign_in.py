"""Whose token a run is paid with: the one that its visitor has signed in with, if our own page sends it."""

import time
from typing import Any

import pytest
from starlette.requests import Request

from inference_core.settings.description import EngineSettings
from tasks.gallery.backend import hosted_backend, local_backend
from tasks.gallery.sign_in import token_of_visitor
from tasks.gallery.surroundings import has_sign_in

SAID = {"access_token": "hf_oauth_a", "expires_at": time.time() + 86_400}
SPACE = {
    "SYSTEM": "spaces",
    "OAUTH_CLIENT_ID": "id",
    "OAUTH_CLIENT_SECRET": "secret",
    "OAUTH_SCOPES": "openid inference-api",
    "OPENID_PROVIDER_URL": "https://huggingface.co",
}


def sent(said: Any, **headers: str) -> Request:
    raw = [
        (b"host", b"a-b.hf.space"),
        *((name.replace("_", "-").encode(), it.encode()) for name, it in headers.items()),
    ]
    session = {} if said is None else {"session": {"oauth_info": said}}
    return Request({"type": "http", "method": "POST", "path": "/", "headers": raw, **session})


@pytest.mark.parametrize("headers", [{}, {"origin": "https://a-b.hf.space"}, {"origin": "https://gallery.example"}])
def test_what_our_own_page_sends_is_paid_with_the_visitors_token(
    headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPACE_HOST", "a-b.hf.space,gallery.example")
    token = token_of_visitor(sent(SAID, **headers))
    assert token and token.reveal() == "hf_oauth_a" and "hf_oauth" not in repr(token)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "https://evil.example", "x_forwarded_host": "evil.example"},
    ],
)
def test_a_page_of_another_site_cannot_have_it_paid(headers: dict[str, str]) -> None:
    assert token_of_visitor(sent(SAID, **headers)) is None


@pytest.mark.parametrize(
    "said",
    [
        None,
        "a text",
        {},
        {"access_token": ""},
        {"access_token": 5},
        {"access_token": "hf_oauth_a", "expires_at": time.time() - 1},
        {"access_token": "hf_oauth_a", "expires_at": "soon"},
    ],
)
def test_without_a_valid_token_there_is_none(said: Any) -> None:
    assert token_of_visitor(sent(said)) is None


def test_nobody_can_sign_in_where_no_space_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not has_sign_in()
    for name, value in SPACE.items():
        assert not has_sign_in()
        monkeypatch.setenv(name, value)
    assert has_sign_in()


@pytest.mark.parametrize(
    ("model", "has_token", "kind"),
    [
        ("org/model", True, "hosted"),
        ("org/model", False, "local"),
        (None, True, "local"),
        ("builtin/vader", True, "local"),
        ("https://a.example/model", True, "local"),
    ],
)
def test_beside_the_engine_hosted_models_answer_who_has_signed_in_and_names_one(
    model: str | None, has_token: bool, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.gallery.backend.EngineProcess.start", lambda _: None)
    engine = local_backend(EngineSettings(), hosted_backend(token=None, timeout=5))
    assert engine.answering(model, has_token=has_token).kind == kind
    assert local_backend(EngineSettings()).answering(model, has_token=has_token).kind == "local"
