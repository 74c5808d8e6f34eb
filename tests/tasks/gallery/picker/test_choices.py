"""What the list of a task's models says: of a real engine, of an endpoint, of the Hub, and when they do not answer."""

import asyncio
import json
import threading
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from inference_core.engine.contract import Model
from inference_core.routing.recommended import RECOMMENDED
from tasks.gallery.backend import Backend, hosted_backend, url_backend
from tasks.gallery.picker.routes import picker_routes
from tasks.registry import all_tasks
from tests.support import processes, upstream
from tests.support.answers import by_path
from tests.support.in_process import PATH, Scripted, hosting, model
from tests.support.processes import Server
from tests.support.router import Reply, Router, all_hosts
from tests.support.upstream import answers

TOKEN = "hf_operatorsxylophone"
IMAGE = "text-to-image"


async def ask(backend: Backend, task: str) -> httpx.Response:
    app = Starlette(routes=picker_routes(all_tasks(), backend))
    try:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://demo.example") as http:
            return await http.get("/models.json", params={"task": task})
    finally:
        await backend.disconnect()


async def told(backend: Backend, task: str) -> Any:
    answer = await ask(backend, task)
    assert answer.status_code == 200 and answer.headers["cache-control"] == "no-store"
    return answer.json()


def at(url: str) -> Backend:
    return url_backend(url, token=None, timeout=30)


async def test_the_models_of_the_engine_are_listed_with_level_and_state_the_recommended_first() -> None:
    # In an engine of its own: a model that finds its encoder loaded by another takes no memory of which to tell.
    with processes.engine() as engine:
        said = await told(at(engine.url), "sentence-similarity")
        assert [one["id"] for one in said["models"]] == ["builtin/all-minilm-l6-v2", "builtin/word-hashing"]
        assert said["recommended"] == "builtin/all-minilm-l6-v2"
        assert said["note"] == "Any other id, or the URL of an endpoint, can be typed in."
        async with httpx.AsyncClient(timeout=60) as http:
            body = {"inputs": {"source_sentence": "a", "sentences": ["b"]}}
            path = "/models/builtin/all-minilm-l6-v2/pipeline/sentence-similarity"
            (await http.post(engine.url + path, json=body)).raise_for_status()
        first = (await told(at(engine.url), "sentence-similarity"))["models"][0]
        assert first["level"] and first["about"].startswith(f"{first['level']} · ready") and first["problem"] is None
        assert first["about"].endswith("MB of memory")


async def test_where_there_is_one_model_the_list_says_that_others_can_be_typed(engine: Server) -> None:
    said = await told(at(engine.url), "translation")
    assert [one["id"] for one in said["models"]] == ["builtin/phrase-book"]
    assert said["note"].startswith("This is the only model") and "URL" in said["note"]


@pytest.mark.parametrize("task", ["", "nothing", "../info"])
async def test_an_unknown_task_has_no_list(engine: Server, task: str) -> None:
    assert (await ask(at(engine.url), task)).status_code == 404


def loading(made: Model, load: Any) -> Model:
    return replace(made, load=load)


async def test_a_model_that_loads_or_does_not_is_said_so() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def broken() -> Any:
        begun.set()
        go_on.wait(10)
        raise OSError("no such file")

    async with hosting([loading(model(Scripted(), "translation"), broken)]) as url, httpx.AsyncClient() as http:
        backend = at(url)
        assert (await told(backend, "translation"))["models"][0]["about"] == "loads at its first run"
        asked = asyncio.create_task(http.post(url + PATH, json={"inputs": "a"}))
        await asyncio.to_thread(begun.wait, 10)
        assert (await told(backend, "translation"))["models"][0]["about"] == "loading"
        go_on.set()
        await asked
        [said] = (await told(backend, "translation"))["models"]
    assert said["about"] == "" and said["problem"].startswith("Does not load here")


ODD = [
    {"id": "a/absent", "tasks": ["translation"], "state": "absent", "reason": "a/absent needs a package"},
    {"id": "a/odd", "tasks": ["translation"], "state": ["ready"], "level": 3, "memory_bytes": "many"},
    {"id": "a/big", "tasks": ["translation"], "state": "ready", "level": "strong", "memory_bytes": 1_234_567_890}
    | {"device": "cuda:0", "dtype": "float16"},
    {"id": "a/other", "tasks": "translation"},
    {"id": 7, "tasks": ["translation"]},
]


async def test_of_any_server_what_it_says_in_order_is_told() -> None:
    tasks = {"translation": {"widgetModels": ["a/best"]}}
    answer = by_path(lambda path: answers(tasks) if path == "/api/tasks" else answers({"models": ODD}))
    async with upstream.serving(answer, lists_tasks=True) as server:
        said = {one["id"]: one for one in (await told(at(server.url), "translation"))["models"]}
    assert list(said) == ["a/best", "a/absent", "a/odd", "a/big"]
    assert said["a/absent"]["problem"] == "Is not installed here. (a/absent needs a package)"
    assert said["a/odd"] == {"id": "a/odd", "level": None, "about": "", "problem": None}
    assert said["a/big"]["about"] == "strong · ready · cuda:0 float16 · 1\u202f234 MB of memory"


async def test_an_endpoint_of_one_model_is_not_asked_for_others() -> None:
    async with upstream.serving(answers([])) as server:
        said = await told(at(server.url), "translation")
    assert said["models"] == [] and said["note"].startswith("The server behind this page names no models")
    assert server.requests == []


async def test_a_server_that_is_gone_leaves_a_sentence() -> None:
    async with upstream.serving(answers({}), lists_tasks=True) as server:
        backend = at(server.url)
        await backend.client()
    said = await told(backend, "translation")
    assert said["models"] == [] and said["note"].startswith("The server behind")


LISTED = (
    f"/api/models?pipeline_tag={IMAGE}&inference_provider=all&sort=likes&limit=500"
    "&expand=inferenceProviderMapping&expand=likes"
)


def hosted_model(id: str, likes: int, *providers: str) -> dict[str, Any]:
    mapping = [{"provider": name, "providerId": id, "task": IMAGE, "status": "live"} for name in providers]
    return {"id": id, "likes": likes, "inferenceProviderMapping": mapping}


@pytest.fixture
async def hub(monkeypatch: pytest.MonkeyPatch) -> Any:
    async with all_hosts(monkeypatch) as hub:
        hub.hub["/api/tasks"] = {IMAGE: {"widgetModels": ["org/best"]}}
        yield hub


async def listed(backend: Backend | None = None) -> Any:
    return await told(backend or hosted_backend(token=TOKEN, timeout=30), IMAGE)


async def test_hosted_models_are_listed_with_providers_and_likes_and_asked_for_once(hub: Router) -> None:
    hub.hub[LISTED] = [
        hosted_model("org/liked", 12_345, "fal-ai", "nscale"),
        hosted_model("org/best", 1, "hf-inference"),
        hosted_model("org/other", 0, "nscale"),
    ]
    backend = hosted_backend(token=TOKEN, timeout=30)
    said = await listed(backend)
    assert said["recommended"] == "org/best"
    assert [(one["id"], one["about"]) for one in said["models"]] == [
        ("org/best", "hf-inference · 1 like"),
        ("org/liked", "fal-ai, nscale · 12\u202f345 likes"),
        ("org/other", "nscale · 0 likes"),
    ]
    assert await listed(backend) == said
    assert [one.path for one in hub.hub_requests].count(LISTED) == 1


async def test_the_operators_token_is_neither_used_for_the_list_nor_told(hub: Router) -> None:
    hub.hub[LISTED] = Reply({"error": f"{TOKEN} may not"}, 403)
    assert TOKEN not in json.dumps(await listed())
    [asked] = [one for one in hub.hub_requests if one.path == LISTED]
    assert "authorization" not in asked.headers


async def test_a_recommended_model_that_nobody_hosts_is_not_offered(hub: Router) -> None:
    hub.hub[LISTED] = [hosted_model("org/liked", 5, "nscale")]
    said = await listed()
    assert said["recommended"] is None and [one["id"] for one in said["models"]] == ["org/liked"]
    hub.hub[LISTED] = []
    said = await listed()
    assert said["models"] == [] and "nobody hosts a model for this task" in said["note"]


@pytest.mark.parametrize("answer", [Reply(b"<h1>", 502, "text/html"), Reply({"not": "a list"}), Reply([], delay=30)])
async def test_a_hub_that_does_not_answer_leaves_a_sentence_and_the_recommended_model(
    hub: Router, answer: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    hub.hub[LISTED] = answer
    said = await listed(hosted_backend(token=TOKEN, timeout=1))
    assert [one["id"] for one in said["models"]] == ["org/best"]
    assert said["note"].startswith("Hugging Face cannot be asked now") and "Type an id" in said["note"]
    assert TOKEN not in caplog.text


async def test_offline_the_hub_is_not_asked(hub: Router, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    said = await listed()
    assert [one["id"] for one in said["models"]] == [RECOMMENDED[IMAGE]]
    assert said["note"].startswith("Hugging Face cannot be asked now") and hub.hub_requests == []
