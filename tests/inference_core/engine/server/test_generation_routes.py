"""The routes of text-generation-inference, and how every route answers other methods."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.processes import Server

BODY = {"inputs": "I would like to", "parameters": {"max_new_tokens": 4, "seed": 3, "details": True}}
POSTS = ["/", "/generate", "/generate_stream", "/v1/completions", "/v1/chat/completions", "/models/builtin/vader"]
GETS = ["/health", "/info", "/metrics", "/openapi.json", "/api/tasks", "/v1/models", "/v1/models/builtin/vader"]


@pytest.fixture(scope="module")
def http(engine: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=engine.url, timeout=60) as client:
        yield client


def asked(**parameters: Any) -> dict[str, Any]:
    return {"inputs": "I would like to", "parameters": {**BODY["parameters"], **parameters}}  # type: ignore[dict-item]


def events(response: httpx.Response) -> list[Any]:
    assert response.headers["content-type"].startswith("text/event-stream")
    return [json.loads(line.removeprefix("data:")) for line in response.text.split("\n") if line]


def test_generate_answers_with_one_object_and_the_root_with_a_list(http: httpx.Client) -> None:
    one, listed = http.post("/generate", json=BODY), http.post("/", json=BODY)
    assert [one.json()] == listed.json() == http.post("/models/builtin/smollm2-135m-instruct", json=BODY).json()
    assert one.headers["x-engine"] == listed.headers["x-engine"]
    assert one.headers["x-compute-type"] == listed.headers["x-compute-type"] == "cpu"
    assert float(one.headers["x-compute-time"]) > 0
    details = one.json()["details"]
    assert set(details) == {"finish_reason", "generated_tokens", "seed", "prefill", "tokens"}
    assert "".join(token["text"] for token in details["tokens"]) == one.json()["generated_text"]
    assert [set(token) for token in details["tokens"]] == [{"id", "text", "logprob", "special"}] * 4


def test_generate_stream_always_streams_and_the_root_when_asked(http: httpx.Client) -> None:
    whole = http.post("/generate", json=BODY).json()
    for path, body in [("/generate_stream", BODY), ("/", BODY | {"stream": True})]:
        found = events(http.post(path, json=body))
        assert [event["token"] for event in found] == whole["details"]["tokens"]
        assert [event["generated_text"] for event in found] == [None, None, None, whole["generated_text"]]
        assert all("top_tokens" not in event for event in found)


def test_the_likeliest_tokens_come_whole_and_streamed(http: httpx.Client) -> None:
    whole = http.post("/generate", json=asked(top_n_tokens=3, do_sample=False)).json()["details"]
    streamed = events(http.post("/generate_stream", json=asked(top_n_tokens=3, do_sample=False)))
    assert [event["top_tokens"] for event in streamed] == whole["top_tokens"]
    for token, top in zip(whole["tokens"], whole["top_tokens"], strict=True):
        logprobs = [one["logprob"] for one in top]
        assert len(top) == 3 and logprobs == sorted(logprobs, reverse=True) and token in top


def test_the_full_text_begins_with_the_prompt(http: httpx.Client) -> None:
    found = http.post("/generate", json=asked(return_full_text=True)).json()
    assert found["generated_text"].startswith("I would like to ")


@pytest.mark.parametrize("path", ["/", "/generate", "/generate_stream"])
def test_a_refusal_has_the_shape_of_text_generation_inference(http: httpx.Client, path: str) -> None:
    response = http.post(path, json=asked(best_of=2, grammar={"type": "json"}))
    assert response.status_code == 400 and response.json()["error_type"] == "validation"
    assert "`model_kwargs` are not used by the model: ['best_of', 'grammar']" in response.json()["error"]


@pytest.mark.parametrize("path", [*POSTS, *GETS])
def test_every_path_says_what_it_allows(http: httpx.Client, path: str) -> None:
    allowed = {"POST"} if path in POSTS else {"GET", "HEAD"}
    options = http.options(path)
    assert options.status_code == 204 and set(options.headers["allow"].split(", ")) == allowed
    for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "NONSENSE"} - allowed:
        response = http.request(method, path)
        assert response.status_code == 405 and response.json()["code"] == "wrong_method"
        assert set(response.headers["allow"].split(", ")) == allowed
    if "HEAD" in allowed:
        head = http.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-type"] == http.get(path).headers["content-type"]


@pytest.mark.parametrize("path", ["/generat", "/v1", "/openapi", "/%00", "/models/", "/models/%2f", "/v1/models/x"])
def test_other_paths_are_a_404_in_json(http: httpx.Client, path: str) -> None:
    for method in ["POST"] if path.startswith("/models/") else ["GET", "HEAD"]:
        response = http.request(method, path)
        assert response.status_code == 404 and response.headers["content-type"] == "application/json"
        assert method == "HEAD" or response.json()["code"] in ("no_such_path", "no_such_model")


def test_a_slash_at_the_end_of_a_model_does_not_matter(http: httpx.Client) -> None:
    assert http.post("/models/builtin/vader/", json={"inputs": "Good!"}).status_code == 200
