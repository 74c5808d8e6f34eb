"""`/openapi.json` describes the routes that there are, and real answers have the types that it says."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import jsonschema
import msgspec
import pytest

from inference_core.engine.limits import Limits
from inference_core.engine.runners.threads import ThreadRunner
from inference_core.engine.server.app import create_app
from inference_core.engine.server.description import response_types as types
from inference_core.engine.server.description.openapi import document
from tests.support.models import catalogue, with_samples
from tests.support.processes import Server

DOCUMENT = json.loads(msgspec.json.encode(document(catalogue())))
OPERATIONS = [(method, path) for path, methods in DOCUMENT["paths"].items() for method in methods]
SERVED = [(model, task) for model in catalogue() for task in model.tasks]
TEXT = {"inputs": "I would like to", "parameters": {"max_new_tokens": 2, "details": True, "top_n_tokens": 1}}
CHAT = {"messages": [{"role": "user", "content": "Are my prompts stored?"}]}


@pytest.fixture(scope="module")
def http(engine: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=engine.url, timeout=60) as client:
        yield client


def test_it_is_served(http: httpx.Client) -> None:
    assert http.get("/openapi.json").json() == DOCUMENT


def test_every_route_is_described_and_every_description_is_served() -> None:
    runner = ThreadRunner(threads=1, waiting=1, deadline=1)
    routes = create_app(catalogue(), runner, Limits()).routes
    runner.close()
    unseen = {route.path for route in routes}
    for method, path in OPERATIONS:
        matching = [route for route in routes if re.fullmatch(_pattern(route.path), path)]
        assert matching and method.upper() in matching[0].methods, path
        unseen -= {route.path for route in matching}
    assert not unseen


def _pattern(path: str) -> str:
    return re.sub(r"\\\{[^}]*\\\}", ".+", re.escape(path))


def test_generators_of_code_can_use_it() -> None:
    ids = [operation["operationId"] for methods in DOCUMENT["paths"].values() for operation in methods.values()]
    classes = [name.rpartition(".")[2] for name in DOCUMENT["components"]["schemas"]]
    assert len(ids) == len(set(ids)) and len(classes) == len(set(classes))
    assert '"items": false' not in json.dumps(DOCUMENT)


def test_every_body_of_the_catalogue_is_described_by_its_own_type() -> None:
    for model, task in SERVED:
        path = f"/models/{model.id}/pipeline/{task.id}"
        schema = DOCUMENT["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        name = schema["$ref"].rpartition("/")[2]
        assert name.rpartition(".")[2] == task.body.__name__
        assert set(DOCUMENT["components"]["schemas"][name]["properties"]) == set(task.body.__struct_fields__)


@pytest.mark.parametrize(("model", "task"), SERVED, ids=lambda value: value.id)
def test_the_examples_of_the_catalogue_are_valid(model: Any, task: Any) -> None:
    path = f"/models/{model.id}/pipeline/{task.id}"
    schema = DOCUMENT["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    whole = schema | {"components": DOCUMENT["components"]}
    for example in filter(None, [task.answered_example, task.refused_example]):
        jsonschema.Draft202012Validator(whole).validate(json.loads(json.dumps(with_samples(example))))


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/health", None, types.Health),
        ("/info", None, types.Info),
        ("/api/tasks", None, dict[str, types.TaskEntry]),
        ("/v1/models", None, types.ModelList),
        ("/v1/models/builtin/vader", None, types.ModelEntry),
        ("/v1/models/nobody", None, types.Error),
        ("/nothing", None, types.Error),
        ("/generate", TEXT, types.Generation),
        ("/generate", {"inputs": "x", "parameters": {"best_of": 3}}, types.Error),
        ("/", TEXT, list[types.Generation]),
        ("/v1/completions", {"prompt": "I would", "max_tokens": 2, "logprobs": 1}, types.Completion),
        ("/v1/completions", {"prompt": ""}, types.Error),
        ("/v1/chat/completions", CHAT, types.ChatCompletion),
        ("/v1/chat/completions", CHAT | {"n": 2}, types.Error),
        ("/v1/chat/completions", CHAT | {"model": "nobody"}, types.Error),
        ("/models/builtin/vader/pipeline/fill-mask", {"inputs": "a"}, types.Error),
    ],
)
def test_answers_have_exactly_the_fields_of_their_types(http: httpx.Client, path: str, body: Any, kind: Any) -> None:
    response = http.post(path, json=body) if body else http.get(path)
    answer = msgspec.json.decode(response.content, type=kind)
    assert without_none(msgspec.to_builtins(answer)) == without_none(response.json())


def without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_none(inner) for name, inner in value.items() if inner is not None}
    return [without_none(inner) for inner in value] if isinstance(value, list) else value
