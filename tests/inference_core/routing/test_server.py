"""What counts as a model, a URL or a server, and who gets the token."""

from pathlib import Path

import pytest

from inference_core import AsyncInferenceClient, InvalidInputError
from inference_core.routing.server import Access, Server, chat_url, check_model
from tests.support.answers import asking
from tests.support.upstream import answers, serving

ROUTER = "https://router.huggingface.co"
SUMMARY = [{"summary_text": "b"}]
CHAT = {"choices": [{"message": {"content": "b"}}]}


def test_the_environment_can_name_other_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example/")
    monkeypatch.setenv("HF_INFERENCE_ENDPOINT", "https://api-inference.huggingface.co/")
    server = Server.hosted()
    assert server.hub == "https://mirror.example"
    assert server.models == "https://api-inference.huggingface.co"


def test_an_empty_variable_names_no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "")
    monkeypatch.setenv("HF_INFERENCE_ENDPOINT", "")
    assert Server.hosted().hub == "https://huggingface.co"


@pytest.mark.parametrize(
    ("endpoint", "chat"),
    [
        ("https://a.example", "https://a.example/v1/chat/completions"),
        ("https://a.example/", "https://a.example/v1/chat/completions"),
        ("https://a.example/m", "https://a.example/m/v1/chat/completions"),
        ("https://a.example/v1", "https://a.example/v1/chat/completions"),
        ("https://a.example/v1/", "https://a.example/v1/chat/completions"),
        ("https://a.example/v1/chat/completions", "https://a.example/v1/chat/completions"),
        ("https://a.example/v1?key=1&b=%2B", "https://a.example/v1/chat/completions?key=1&b=%2B"),
        ("https://a.example/m%2Fn?v=2", "https://a.example/m%2Fn/v1/chat/completions?v=2"),
        ("https://a.example:8080/v1/chat/completions?v=2", "https://a.example:8080/v1/chat/completions?v=2"),
        ("https://a.example/v1beta/openai", "https://a.example/v1beta/openai/chat/completions"),
        ("https://a.example/v1beta/openai/", "https://a.example/v1beta/openai/chat/completions"),
        ("https://a.example/v1/openai?k=1", "https://a.example/v1/openai/chat/completions?k=1"),
        ("https://a.example/api/paas/v4", "https://a.example/api/paas/v4/chat/completions"),
        ("https://a.example/api/v3//", "https://a.example/api/v3/chat/completions"),
        ("https://a.example/compatible-mode/v1", "https://a.example/compatible-mode/v1/chat/completions"),
        ("https://a.example/api/coding/paas/v4/", "https://a.example/api/coding/paas/v4/chat/completions"),
        ("https://a.example/v1alpha1/x", "https://a.example/v1alpha1/x/chat/completions"),
        (
            "https://a.example/openai/deployments/my-4o?api-version=2024-10-21",
            "https://a.example/openai/deployments/my-4o/chat/completions?api-version=2024-10-21",
        ),
        (
            "https://a.example/openai/v1/?api-version=preview",
            "https://a.example/openai/v1/chat/completions?api-version=preview",
        ),
        ("https://a.example/openai", "https://a.example/openai/v1/chat/completions"),
        ("https://a.example/api/v1/models/m", "https://a.example/api/v1/models/m/v1/chat/completions"),
        ("https://a.example/v8-engine", "https://a.example/v8-engine/v1/chat/completions"),
        ("https://a.example/vision", "https://a.example/vision/v1/chat/completions"),
        ("https://a.example/my-v1", "https://a.example/my-v1/v1/chat/completions"),
    ],
)
def test_a_chat_with_an_endpoint_goes_to_its_chat_route_with_its_query(endpoint: str, chat: str) -> None:
    assert chat_url(endpoint) == chat


@pytest.mark.parametrize("path", ["/v1beta/openai/", "/api/paas/v4", "/openai/deployments/m?api-version=1", "/m", ""])
@pytest.mark.parametrize("named", ["base_url", "model", "call"])
async def test_a_chat_by_url_asks_that_server(path: str, named: str) -> None:
    async with serving(answers(CHAT)) as server:
        url = f" {server.url}{path}\n" if named == "base_url" else server.url + path
        async with AsyncInferenceClient(**({} if named == "call" else {named: url})) as client:
            asked = {"model": url} if named == "call" else {}
            assert (await client.chat_completion([{"role": "user", "content": "a"}], **asked)).choices[
                0
            ].message.content == "b"
        assert [f"{server.url}{request[0]}" for request in server.requests] == [chat_url(server.url + path)]


@pytest.mark.parametrize("url", ["http://a.example", "HTTPS://A.example/x", "  https://a.example  "])
def test_a_url_is_a_model(url: str) -> None:
    assert check_model(url) == url.strip()


@pytest.mark.parametrize("model", ["name", "org/name", "org/name:provider", "org/name-1.5_x", " org/name\n"])
def test_an_id_is_a_model(model: str) -> None:
    assert check_model(model) == model.strip()


@pytest.mark.parametrize(
    "model", ["", " ", "a b", "a/b/c", "../x", "a/..", "a?b", "a#b", "ftp://a.example", "//a.example", "a" * 97]
)
def test_anything_else_is_not_a_model(model: str) -> None:
    with pytest.raises(InvalidInputError, match="is not a model"):
        check_model(model)


@pytest.mark.parametrize("url", ["http://", "https:///x", "http://[::1", "http://a.example:99999/?key=secret"])
def test_a_broken_url_is_not_a_model_and_its_query_is_not_shown(url: str) -> None:
    with pytest.raises(InvalidInputError, match="not a URL") as refusal:
        check_model(url)
    assert "secret" not in str(refusal.value)


async def test_an_endpoint_given_by_url_gets_the_chat_with_a_model_field() -> None:
    async with asking(answers(CHAT), None) as (client, upstream):
        await client.chat_completion([], model=f"{upstream.url}/v1?version=2")
    path, _, body = upstream.requests[0]
    assert path == "/v1/chat/completions?version=2"
    assert b'"model":"dummy"' in body


async def test_an_explicit_token_goes_where_the_client_points() -> None:
    async with asking(answers(SUMMARY), token="hf_explicit") as (client, upstream):
        await client.summarization("a")
        await client.summarization("a", model=f"{upstream.url}/x")
    assert [headers["Authorization"] for _, headers, _ in upstream.requests] == ["Bearer hf_explicit"] * 2


async def test_the_saved_token_does_not_go_to_an_unknown_host(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_saved")
    async with asking(answers(SUMMARY)) as (client, upstream):
        await client.summarization("a")
        await client.summarization("a", model=f"{upstream.url}/x")
    assert not any("Authorization" in headers for _, headers, _ in upstream.requests)


async def test_the_saved_token_goes_to_a_host_named_for_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("hf_saved\n")
    monkeypatch.setenv("HF_TOKEN_PATH", str(tmp_path / "token"))
    async with asking(answers(SUMMARY), token_hosts=["127.0.0.1"]) as (client, upstream):
        await client.summarization("a")
    assert upstream.requests[0][1]["Authorization"] == "Bearer hf_saved"


def test_the_saved_token_goes_to_hugging_face() -> None:
    access = Access(None, "hf_saved", (), {})
    assert access.headers_for(f"{ROUTER}/v1/chat/completions") == {"Authorization": "Bearer hf_saved"}
    assert access.headers_for("http://router.huggingface.co/v1") == {}
    assert access.headers_for("https://huggingface.co.example/") == {}


async def test_an_explicit_token_hides_the_saved_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_saved")
    async with asking(answers(SUMMARY), token="", token_hosts=["127.0.0.1"]) as (client, upstream):
        await client.summarization("a")
    assert "Authorization" not in upstream.requests[0][1]


async def test_a_password_in_the_url_takes_the_place_of_the_token() -> None:
    async with serving(answers(SUMMARY)) as upstream, AsyncInferenceClient(token="hf_explicit") as client:
        await client.summarization("a", model=upstream.url.replace("//", "//user:password@"))
    assert upstream.requests[0][1]["Authorization"].startswith("Basic ")


async def test_headers_cookies_and_the_paying_organisation_are_sent_along() -> None:
    own = {"headers": {"X-Own": "1", "authorization": "Own x"}, "cookies": {"a": "1", "b": "2 3"}, "bill_to": "org"}
    async with asking(answers(SUMMARY), token="hf_explicit", **own) as (client, upstream):
        await client.summarization("a")
    headers = {name.lower(): value for name, value in upstream.requests[0][1].items()}
    assert (headers["x-own"], headers["authorization"], headers["x-hf-bill-to"]) == ("1", "Own x", "org")
    assert headers["cookie"] == 'a=1; b="2 3"'
