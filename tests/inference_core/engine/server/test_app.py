"""The server's routes, and their answers to good and bad requests."""

import asyncio
import base64
import dataclasses
import json
import logging
from collections.abc import Iterator
from typing import Any

import aiohttp
import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import inference_core
from inference_core import words
from inference_core.engine.contract import CannotAnswer, Finish, Token
from inference_core.engine.limits import Limits
from inference_core.errors import CodedError
from tasks.samples import sample
from tests.support import in_process
from tests.support.in_process import PATH, Body, Scripted
from tests.support.media import sound_file, spoken
from tests.support.models import catalogue, path_of, path_to, recommended
from tests.support.processes import Server

CLASSIFIER = "/models/builtin/vader"
CHAT = "/v1/chat/completions"
MIB = 2**20
SERVED = [(model.id, task.id) for model in catalogue() for task in model.tasks]


@pytest.fixture(scope="module")
def http(engine: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=engine.url, timeout=60) as client:
        yield client


# What the server says about itself


def test_health_is_ok(http: httpx.Client) -> None:
    assert http.get("/health").json() == {"status": "ok"}


def test_info_says_of_every_model_what_it_is_and_its_engine_once_loaded(http: httpx.Client) -> None:
    engine = http.post(CLASSIFIER, json={"inputs": "Good!"}).headers["x-engine"]
    models = {model["id"]: model for model in http.get("/info").json()["models"]}
    vader = models["builtin/vader"]
    assert 0 < vader.pop("load_seconds") < 60
    assert 0 <= (vader.pop("memory_bytes") or 0) < 10**9
    assert vader == {
        "id": "builtin/vader",
        "tasks": ["text-classification"],
        "engine": engine,
        "level": "basic",
        "can": "Rates the sentiment of an English text.",
        "cannot": words.text("models.vader.cannot"),
        "translations": {"de": {part: words.template(f"models.vader.{part}", "de") for part in ("can", "cannot")}},
        "state": "ready",
        "reason": None,
        "device": "cpu",
        "dtype": None,
        "licence": "MIT",
        "sizes": {"characters": 20_000, "words": 2_000},
        "languages": {},
    }
    four = ["en", "de", "fr", "es"]
    assert models["builtin/phrase-book"]["languages"] == {"src_lang": four, "tgt_lang": four}
    assert all((model["state"] == "ready") == bool(model["engine"]) for model in models.values())


def test_info_says_its_name_its_version_and_its_limits(http: httpx.Client) -> None:
    info = http.get("/info").json()
    assert set(info) == {"name", "version", "limits", "models"}
    assert (info["name"], info["version"]) == ("inference_core.engine", inference_core.__version__)
    assert info["limits"] == dataclasses.asdict(Limits())


def test_tasks_recommend_the_model_of_each_task(http: httpx.Client) -> None:
    tasks = http.get("/api/tasks").json()
    assert set(tasks) == set(REQUESTS)
    assert all(entry["widgetModels"][0] == recommended(task) for task, entry in tasks.items())
    assert tasks["fill-mask"] == {
        "id": "fill-mask",
        "models": [{"id": "builtin/trigram-fill-mask", "description": words.text("models.trigram_fill_mask.is")}],
        "widgetModels": ["builtin/trigram-fill-mask"],
    }


def test_models_are_listed_as_openai_lists_them(http: httpx.Client) -> None:
    listed = http.get("/v1/models").json()
    assert listed["object"] == "list"
    assert sorted(model["id"] for model in listed["data"]) == sorted({id for id, _ in SERVED})
    for model in listed["data"]:
        assert model["object"] == "model"
        assert http.get(f"/v1/models/{model['id']}").json() == model


def test_a_model_that_is_not_listed_is_a_404_in_openais_shape(http: httpx.Client) -> None:
    response = http.get("/v1/models/gpt-9")
    assert response.status_code == 404 and "gpt-9" in response.json()["error"]["message"]


TONE, SPEECH = (base64.b64encode(file).decode() for file in (sound_file(), spoken("one two three four five")))
PAGE, LION = (base64.b64encode(sample(name).read_bytes()).decode() for name in ("invoice.png", "lion.jpg"))
IRIS = {"sepal length": ["5.0"], "sepal width": ["3.4"], "petal length": ["1.5"], "petal width": ["0.2"]}
_PATIENT = {"age": 48, "sex": 1, "bmi": 21.6, "bp": 87, "s1": 183, "s2": 103.2, "s3": 70, "s4": 3, "s5": 3.9, "s6": 69}
PATIENT = {name: [str(value)] for name, value in _PATIENT.items()}
REQUESTS = {
    "feature-extraction": {"inputs": "rain"},
    "fill-mask": {"inputs": "a cup of [MASK]"},
    "question-answering": {"inputs": {"question": "Who wrote the book?", "context": "Ada Brown wrote the book."}},
    "sentence-similarity": {"inputs": {"source_sentence": "rain", "sentences": ["snow"]}},
    "summarization": {"inputs": "It rained. It snowed. Then the sun came out over the hills. We walked home."},
    "table-question-answering": {"inputs": {"query": "How old is Ann?", "table": {"Name": ["Ann"], "Age": ["7"]}}},
    "text-classification": {"inputs": "rain"},
    "text-generation": {"inputs": "the rain", "parameters": {"max_new_tokens": 3}},
    "token-classification": {"inputs": "Ann went to Oslo."},
    "translation": {"inputs": "Thank you."},
    "zero-shot-classification": {"inputs": "rainy weather", "parameters": {"candidate_labels": ["weather", "music"]}},
    "conversational": {"messages": [{"role": "user", "content": "What is this gallery?"}]},
    "audio-classification": {"inputs": TONE},
    "automatic-speech-recognition": {"inputs": SPEECH},
    "text-to-speech": {"inputs": "Good morning."},
    "image-classification": {"inputs": LION},
    "image-segmentation": {"inputs": LION},
    "image-to-image": {"inputs": PAGE, "parameters": {"prompt": "black and white"}},
    "image-to-text": {"inputs": PAGE},
    "object-detection": {"inputs": PAGE},
    "text-to-image": {"inputs": "a starry night"},
    "zero-shot-image-classification": {"inputs": PAGE, "parameters": {"candidate_labels": ["a photo", "a document"]}},
    "document-question-answering": {"inputs": {"image": PAGE, "question": "What is the total?"}},
    "visual-question-answering": {"inputs": PAGE, "image": PAGE, "question": "What kind of picture is this?"},
    "tabular-classification": {"table": IRIS},
    "tabular-regression": {"table": PATIENT},
}


@pytest.mark.parametrize(("id", "task"), SERVED)
def test_every_answer_names_its_engine(http: httpx.Client, id: str, task: str) -> None:
    response = http.post(path_to(id, task), json=REQUESTS[task])
    assert response.status_code == 200, response.text
    known = {entry["id"]: entry["engine"] for entry in http.get("/info").json()["models"]}
    assert response.headers["x-engine"] == known[id] and response.headers["x-model"] == id


def test_streams_and_chat_name_their_engine_in_the_body_too(http: httpx.Client) -> None:
    for body in ({"stream": False}, {"stream": True}):
        response = http.post("/v1/chat/completions", json={**REQUESTS["conversational"], **body})
        first = response.text.removeprefix("data:").partition("\n")[0]
        assert json.loads(first)["model"] == response.headers["x-engine"] != "builtin/gallery-help"
    response = http.post("/models/builtin/trigram-en-us", json={**REQUESTS["text-generation"], "stream": True})
    assert response.headers["content-type"].startswith("text/event-stream")
    events = [json.loads(line.removeprefix("data:")) for line in response.text.split("\n\n") if line]
    assert {event["model"] for event in events} == {response.headers["x-engine"]}


@pytest.mark.parametrize("model", [None, "", "dummy", "tgi", "endpoint", "builtin/gallery-help"])
def test_chat_knows_its_model_by_id_and_by_what_clients_say_when_they_have_none(http: httpx.Client, model: Any) -> None:
    response = http.post("/v1/chat/completions", json={**REQUESTS["conversational"], "model": model})
    assert response.status_code == 200


def test_the_pipeline_route_answers_for_the_models_own_task_only(http: httpx.Client) -> None:
    body = REQUESTS["text-classification"]
    assert http.post(f"{CLASSIFIER}/pipeline/text-classification", json=body).status_code == 200
    other = http.post(f"{CLASSIFIER}/pipeline/fill-mask", json=body)
    assert other.status_code == 404 and "fill-mask" in other.json()["error"]


# What it says to requests it cannot answer

DEEP = b"[" * 100_000 + b"]" * 100_000
UNREADABLE = {
    "nothing": b"",
    "not JSON": b"inputs=good",
    "half of it": b'{"inputs": "go',
    "NaN": b'{"inputs": "good", "parameters": {"top_k": NaN}}',
    "bytes that are no UTF-8": b'{"inputs": "\xff\xfe"}',
    "half a surrogate pair": b'{"inputs": "\\ud800"}',
    "the other half": b'{"inputs": "good \\udc00 day"}',
    "a hundred thousand brackets": b'{"inputs": ' + DEEP + b"}",
    "a hundred thousand brackets elsewhere": b'{"inputs": 5, "x": ' + DEEP + b"}",
    "a wrong field before broken JSON": b'{"inputs": 5, "x": nope}',
}


@pytest.mark.parametrize("path", [CLASSIFIER, "/", "/generate", "/generate_stream", "/v1/completions", CHAT])
@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_body_that_is_not_json_is_refused_as_such(http: httpx.Client, body: bytes, path: str) -> None:
    response = http.post(path, content=body)
    assert response.status_code == 400
    error = response.json()["error"]
    sentence = error["message"] if isinstance(error, dict) else error
    assert sentence.startswith(("The body is not valid JSON: ", "The body is nested too deeply"))


WRONG = {
    "a list": (b"[1]", "the body: expected `object`, got `array`."),
    "null": (b"null", "the body: expected `object`, got `null`."),
    "a missing field": (b"{}", "inputs is missing."),
    "an empty text": (b'{"inputs": ""}', "inputs is empty: write some text."),
    "white space": (b'{"inputs": " \\n\\t\xe2\x80\x83"}', "inputs is empty: write some text."),
    "a number for a text": (b'{"inputs": 5}', "inputs: expected `str`, got `int`."),
    "a number out of bounds": (
        b'{"inputs": "x", "parameters": {"top_k": 0}}',
        "parameters.top_k: expected `int` >= 1.",
    ),
    "too large a number": (
        b'{"inputs": "x", "parameters": {"top_k": 1e999}}',
        "parameters.top_k: number out of range.",
    ),
    "parameters that are a list": (
        b'{"inputs": "x", "parameters": [1]}',
        "parameters: expected `object`, got `array`.",
    ),
}


@pytest.mark.parametrize(("body", "words"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_field_is_named(http: httpx.Client, body: bytes, words: str) -> None:
    response = http.post(CLASSIFIER, content=body)
    assert response.status_code == 422
    said = response.json()
    assert (said["error"], said["error_type"]) == (words, "validation")
    assert str(CodedError(said["code"], **said["arguments"])) == words


def test_a_nested_field_is_named_by_its_path(http: httpx.Client) -> None:
    response = http.post("/models/builtin/minilm-spans", json={"inputs": {"question": "Who?"}})
    assert (response.status_code, response.json()["error"]) == (422, "inputs.context is missing.")
    response = http.post("/v1/chat/completions", json={"messages": [{"role": "user"}, {"role": "king"}]})
    assert response.status_code == 422 and "messages[1].role: " in response.json()["error"]["message"]


def test_unknown_parameters_are_refused_in_the_words_of_the_hosted_api(http: httpx.Client) -> None:
    response = http.post(CLASSIFIER, json={"inputs": "x", "parameters": {"top_k": 1, "watermark": True, "best_of": 2}})
    assert response.status_code == 400
    assert "`model_kwargs` are not used by the model: ['best_of', 'watermark']" in response.json()["error"]


def test_an_unknown_model_is_a_404_that_names_it_and_where_the_known_ones_are_listed(http: httpx.Client) -> None:
    response = http.post("/models/builtin/telepathy", json={"inputs": "x"})
    assert response.status_code == 404
    assert "'builtin/telepathy'" in response.json()["error"] and "/v1/models" in response.json()["error"]
    assert "builtin/trigram-fill-mask" in {model["id"] for model in http.get("/v1/models").json()["data"]}


def test_chat_errors_have_openais_shape(http: httpx.Client) -> None:
    unknown = http.post("/v1/chat/completions", json={"model": "gpt-9", "messages": []})
    assert unknown.status_code == 404 and "gpt-9" in unknown.json()["error"]["message"]
    mute = http.post(f"{CLASSIFIER}/v1/chat/completions", json=REQUESTS["conversational"])
    assert mute.status_code == 404 and "is not a chat model" in mute.json()["error"]["message"]


def test_an_unknown_path_is_a_404_that_names_the_known_routes(http: httpx.Client) -> None:
    response = http.get("/v2/everything")
    assert response.status_code == 404 and "/models/{id}" in response.json()["error"]


@pytest.mark.parametrize(("method", "path", "right"), [("GET", CLASSIFIER, "POST"), ("PUT", "/health", "GET, HEAD")])
def test_a_wrong_method_is_a_405_that_names_the_right_one(
    http: httpx.Client, method: str, path: str, right: str
) -> None:
    response = http.request(method, path)
    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) == set(right.split(", "))
    assert "error" in response.json()


@pytest.mark.parametrize("size", [2 * MIB + 1, 40 * MIB])
def test_a_body_over_the_limit_is_refused_by_its_length(http: httpx.Client, size: int) -> None:
    response = http.post(CLASSIFIER, content=b"a" * size)
    assert response.status_code == 413 and "2 MiB" in response.json()["error"]


def test_a_body_over_the_limit_is_refused_without_a_length_too(http: httpx.Client) -> None:
    response = http.post(CLASSIFIER, content=(b"a" * 65_536 for _ in range(64)))
    assert response.status_code == 413 and "2 MiB" in response.json()["error"]


def test_a_body_at_the_limit_is_read(http: httpx.Client) -> None:
    frame = b'{"inputs": 5}'
    response = http.post(CLASSIFIER, content=frame + b" " * (2 * MIB - len(frame)))
    assert response.status_code == 422


@pytest.mark.parametrize("task", REQUESTS)
def test_a_hundred_thousand_letters_are_answered_or_refused_within_seconds(http: httpx.Client, task: str) -> None:
    text = "It rained on the old harbour. " * 3_400
    if task == "conversational":
        path, body = "/v1/chat/completions", json.dumps({"messages": [{"role": "user", "content": text}]})
    else:
        body = json.dumps(REQUESTS[task]).replace('": "', f'": "{text}').replace('": ["', f'": ["{text}')
        path = path_of(task)
    assert len(body) > 100_000
    response = http.post(path, content=body, timeout=20)
    assert response.status_code in (200, 422), response.text[:300]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = ["inputs", "parameters", "messages", "stream", "model", "question", "context", "sentences", "source_sentence"]
FIELDS += ["query", "table", "top_k", "candidate_labels", "max_new_tokens", "seed", "temperature", "role", "content"]
BODIES = JSON | st.recursive(
    st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=4),
    lambda inner: st.dictionaries(st.sampled_from(FIELDS), inner | st.lists(inner, max_size=2), max_size=3),
    max_leaves=4,
)


@pytest.mark.parametrize(("id", "task"), SERVED)
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES, data=st.data())
def test_no_json_makes_an_engine_fail(http: httpx.Client, id: str, task: str, body: Any, data: st.DataObject) -> None:
    if data.draw(st.booleans()):  # near the right thing, with one field of another kind
        body = dict(REQUESTS[task])
        body[data.draw(st.sampled_from([*body, "parameters"]))] = data.draw(BODIES)
    response = http.post(path_to(id, task), content=json.dumps(body))
    assert response.status_code in (200, 400, 422), response.text
    assert response.status_code == 200 or response.json()["error"]
    assert "Traceback" not in response.text


# What it does not print or send


def test_nothing_a_caller_writes_is_printed(engine: Server, http: httpx.Client) -> None:
    marker = "zanzibar-marker"
    for task, body in REQUESTS.items():
        marked = json.dumps(body).replace("rain", marker)
        http.post(path_of(task), content=marked)
        http.post(f"{path_of(task)}?{marker}", content=marked[:-1], headers={"x-thing": marker})
    http.post(f"/models/{marker}", json={"inputs": marker})
    http.get(f"/{marker}")
    assert marker not in "".join(engine.output)


def failing(body: Body) -> Any:
    raise ValueError(f"cannot do {body.inputs}")


def failing_late(body: Body) -> Iterator[Token | Finish]:
    yield Token(0, "a", None)
    raise ValueError(f"cannot do {body.inputs}")


async def ask(engine: Scripted, *, stream: bool = False) -> tuple[int, str, str]:
    """Status, x-engine and text of the answer to a secret question."""
    async with (
        in_process.serving(engine) as url,
        aiohttp.ClientSession(url) as session,
        session.post(PATH, json={"inputs": "a-secret", "stream": stream}) as response,
    ):
        return response.status, response.headers.get("x-engine", ""), await response.text()


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
async def test_an_engine_that_fails_is_a_500_and_a_line_without_the_callers_words(
    caplog: pytest.LogCaptureFixture, stream: bool
) -> None:
    status, _, text = await ask(Scripted(answer=failing, tokens=failing_late), stream=stream)
    assert status == 500
    assert "failed" in text and "a-secret" not in text and "Traceback" not in text
    (record,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert "ValueError" in record.getMessage() and "test_app.py" in record.getMessage()
    assert "a-secret" not in caplog.text and "Traceback" not in caplog.text


async def test_an_answer_that_is_not_json_is_a_500(caplog: pytest.LogCaptureFixture) -> None:
    status, _, _ = await ask(Scripted(answer=lambda body: {"text": object()}))
    assert status == 500
    assert "Traceback" not in caplog.text


async def test_a_refusal_is_a_422_in_the_engines_words() -> None:
    def answer(body: Body) -> Any:
        raise CannotAnswer("text_too_long", count=9, most=8)

    status, _, text = await ask(Scripted(answer=answer))
    assert status == 422
    assert json.loads(text) == {
        "error": "The text has 9 characters, more than 8: shorten it.",
        "code": "text_too_long",
        "arguments": {"count": 9, "most": 8},
        "error_type": "validation",
    }


async def test_an_engines_name_may_contain_any_letters() -> None:
    status, name, _ = await ask(Scripted(name="vökabulary 模型"))
    assert (status, name) == (200, "v?kabulary ??")


async def test_a_caller_who_leaves_in_the_middle_of_a_body_leaves_no_trace(caplog: pytest.LogCaptureFixture) -> None:
    async with in_process.serving(Scripted(), Limits()) as url:
        host, _, port = url.removeprefix("http://").partition(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"POST {PATH} HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n\r\nhalf".encode())
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.close()
        await asyncio.sleep(0.1)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
