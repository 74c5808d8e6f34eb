"""The catalogue: several models for a task, one of them recommended, and no two for the same id and task."""

import shutil
import subprocess
import sys
from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import httpx
import msgspec
import pytest

from inference_core import words
from inference_core.engine.builtin.models import vader
from inference_core.engine.catalog import Catalogue, UnusableCatalogue, builtin_models
from inference_core.engine.contract import Finish, Model, ServedTask, Token
from inference_core.engine.runners.contract import Answer, Details, State
from inference_core.engine.runners.threads import ThreadRunner
from inference_core.engine.server.description.task_answers import TASK_ANSWERS
from tests.inference_core.engine.server.description.test_openapi import without_none
from tests.support import in_process
from tests.support.in_process import Scripted
from tests.support.models import catalogue, path_of, path_to, recommended, with_samples
from tests.support.processes import ROOT, Server, clean_environment

SERVED = [(model, task) for model in catalogue() for task in model.tasks]
BUILTIN_IDS = {
    "audio-classification": ["builtin/firered-audio-events", "builtin/sound-kinds"],
    "automatic-speech-recognition": ["builtin/moonshine-tiny-en", "builtin/pocketsphinx-en-us"],
    "text-to-speech": ["builtin/espeak-ng"],
    "image-classification": ["builtin/efficientnet-lite0", "builtin/picture-kinds"],
    "image-segmentation": ["builtin/colour-regions", "builtin/main-object"],
    "image-to-image": ["builtin/photo-edits"],
    "image-to-text": ["builtin/rapidocr-captions"],
    "object-detection": ["builtin/faces-codes-text"],
    "text-to-image": ["builtin/scene-drawing"],
    "zero-shot-image-classification": ["builtin/efficientnet-minilm-conse", "builtin/measured-attributes"],
    "document-question-answering": ["builtin/rapidocr-minilm"],
    "visual-question-answering": ["builtin/measured-answers"],
    "conversational": ["builtin/smollm2-135m-instruct", "builtin/gallery-help"],
    "text-generation": ["builtin/smollm2-135m-instruct", "builtin/trigram-en-us"],
    "feature-extraction": ["builtin/all-minilm-l6-v2", "builtin/word-hashing"],
    "sentence-similarity": ["builtin/all-minilm-l6-v2", "builtin/word-hashing"],
    "zero-shot-classification": ["builtin/minilm-zero-shot"],
    "fill-mask": ["builtin/trigram-fill-mask"],
    "question-answering": ["builtin/minilm-spans"],
    "summarization": ["builtin/minilm-lexrank"],
    "table-question-answering": ["builtin/minilm-table-rules"],
    "text-classification": ["builtin/vader"],
    "token-classification": ["builtin/name-lists"],
    "translation": ["builtin/phrase-book"],
    "tabular-classification": ["builtin/known-tables-classification"],
    "tabular-regression": ["builtin/known-tables-regression"],
}


def test_the_installation_has_these_models_for_each_task() -> None:
    found = catalogue().by_task()
    assert {task: [model.id for model in models] for task, models in found.items()} == BUILTIN_IDS


# Two models for one task


async def test_two_models_for_one_task_are_listed_and_chosen_by_id() -> None:
    second = in_process.model(Scripted(answer=lambda body: "second", name="the second"), id="builtin/second")
    first = in_process.model(Scripted(answer=lambda body: "first", name="the first"), id="acme/first")
    models = [replace(second, rank=1), first]
    async with in_process.hosting(models) as url, aiohttp.ClientSession(url) as http:

        async def get(path: str) -> dict[str, object]:
            async with http.get(path) as response:
                return dict(await response.json())

        async def ask(path: str) -> tuple[str, str]:
            async with http.post(path, json={"inputs": "x"}) as response:
                return await response.json(), response.headers["x-engine"]

        listed = [model["id"] for model in (await get("/info"))["models"]]  # type: ignore[attr-defined]
        assert listed == ["acme/first", "builtin/second"]
        assert [entry["id"] for entry in (await get("/v1/models"))["data"]] == listed  # type: ignore[attr-defined]
        assert (await get("/api/tasks"))["scripted"]["widgetModels"] == listed  # type: ignore[index]
        assert await ask("/models/builtin/second") == ("second", "the second")
        assert await ask("/models/acme/first/pipeline/scripted") == ("first", "the first")


async def test_chat_without_a_model_asks_the_recommended_one() -> None:
    async with (
        in_process.hosting([in_process.model(Scripted())]) as url,
        aiohttp.ClientSession(url) as http,
        http.post("/v1/chat/completions", json={"messages": [], "model": "tgi"}) as response,
    ):
        assert response.status == 404
        assert "There is no chat model here" in (await response.json())["error"]["message"]


def test_equal_ranks_keep_the_order_in_which_they_were_given() -> None:
    models = [in_process.model(Scripted(), id=f"builtin/{name}") for name in ("b", "a")]
    assert [model.id for model in Catalogue(models)] == ["builtin/b", "builtin/a"]


# Another runner


class RemoteRunner:
    """A runner whose models are elsewhere; it loads none here."""

    closed = False

    async def run(self, model: Model, task: str, body: Any) -> Answer:
        return Answer(f"{model.id} does {task} with {body.inputs}".encode(), "text/plain", "a distant engine", 0.25)

    async def iterate(self, model: Model, task: str, body: Any) -> AsyncGenerator[list[Token | Finish]]:
        yield [Token(0, "far away", None), Finish("length", 1)]

    def state(self, model: Model) -> State:
        return "loading"

    def details(self, model: Model) -> Details:
        return Details("a distant engine", "cuda:0", "float16", 2**30)

    def close(self) -> None:
        self.closed = True


async def test_the_server_leaves_loading_and_computing_to_the_runner_it_is_given() -> None:
    runner = RemoteRunner()
    never = replace(in_process.model(Scripted()), load=lambda: pytest.fail("only a runner loads an engine"))
    async with in_process.hosting([never], runner=runner) as url, aiohttp.ClientSession(url) as http:
        async with http.post(in_process.PATH, json={"inputs": "x"}) as response:
            assert await response.text() == "builtin/scripted does scripted with x"
            assert response.headers["x-engine"] == "a distant engine"
            assert response.headers["x-compute-type"] == "gpu"
            assert response.headers["x-compute-time"] == "0.250"
        async with http.post(in_process.PATH, json={"inputs": "x", "stream": True}) as response:
            assert "far away" in await response.text()
            assert response.headers["x-compute-type"] == "gpu" and "x-compute-time" not in response.headers
        async with http.get("/info") as response:
            (model,) = (await response.json())["models"]
    assert (model["state"], model["device"], model["dtype"]) == ("loading", "cuda:0", "float16")
    assert model["memory_bytes"] == 2**30 and runner.closed


# One model for two tasks


def test_one_id_serves_two_tasks_told_apart_by_the_route(engine: Server) -> None:
    url = f"{engine.url}/models/builtin/all-minilm-l6-v2"
    pair = {"inputs": {"source_sentence": "rain", "sentences": ["rain", "a tax"]}}
    assert len(httpx.post(url, json={"inputs": "rain"}, timeout=30).json()) == 384
    assert httpx.post(f"{url}/pipeline/feature-extraction", json={"inputs": "rain"}).json()[0] != 1
    same, other = httpx.post(f"{url}/pipeline/sentence-similarity", json=pair).json()
    assert same > 0.99 > other
    missing = httpx.post(f"{url}/pipeline/fill-mask", json={"inputs": "rain"})
    assert missing.status_code == 404
    assert "does feature-extraction and sentence-similarity, not fill-mask" in missing.json()["error"]
    ids = [model["id"] for model in httpx.get(f"{engine.url}/v1/models").json()["data"]]
    assert ids.count("builtin/all-minilm-l6-v2") == 1


async def test_both_tasks_of_a_model_share_one_loaded_engine() -> None:
    loads = 0
    (model,) = (model for model in builtin_models() if model.id == "builtin/word-hashing")

    def load() -> object:
        nonlocal loads
        loads += 1
        return model.load()

    counted = replace(model, load=load)
    runner = ThreadRunner(threads=2, waiting=2, deadline=10)
    assert runner.state(counted) == "unloaded"
    for task in counted.tasks:
        answer = await runner.run(counted, task.id, msgspec.convert(task.answered_example, task.body))
        assert answer.engine == "word hashing (numpy)"
    assert (loads, runner.state(counted)) == (1, "ready")
    runner.close()


# The same pair twice


def test_the_same_id_and_task_twice_are_refused() -> None:
    models = [in_process.model(Scripted()) for _ in range(2)]
    with pytest.raises(UnusableCatalogue, match=r"^Two models for scripted have the id builtin/scripted: rename"):
        Catalogue(models)


def test_a_model_without_a_description_is_refused() -> None:
    with pytest.raises(UnusableCatalogue, match=r"^The model builtin/scripted has no description: add \[models.x\]"):
        Catalogue([replace(in_process.model(Scripted()), words="models.x")])


def test_the_engine_does_not_start_with_the_same_id_and_task_twice(tmp_path: Path) -> None:
    shutil.copy(vader.__file__, tmp_path / "vader_again.py")
    start = (
        "import inference_core.engine.builtin.models as models\n"
        f"models.__path__.append({str(tmp_path)!r})\n"
        "from inference_core.engine.__main__ import main\n"
        "main()\n"
    )
    command = [sys.executable, "-c", start]
    ended = subprocess.run(command, cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "Two models for text-classification have the id builtin/vader: rename one of them.\n"


# What the models say about themselves


@pytest.mark.parametrize(
    ("model", "task"),
    [
        (model, task)
        for model, task in SERVED
        if model.sizes.characters and isinstance(task.answered_example.get("inputs"), str)
    ],
    ids=lambda part: part.id,
)
def test_a_text_beyond_what_a_model_says_it_reads_is_refused(engine: Server, model: Model, task: ServedTask) -> None:
    most, sample = model.sizes.characters or 0, task.answered_example["inputs"]
    body = {**task.answered_example, "inputs": (sample + " ") * (most // len(sample) + 1)}
    answer = httpx.post(f"{engine.url}/models/{model.id}/pipeline/{task.id}", json=body, timeout=60)
    assert answer.status_code == 422 and str(most) in answer.text.replace(",", "")


@pytest.mark.parametrize("model", list(catalogue()), ids=lambda model: model.id)
def test_a_model_has_words_for_all_it_says_of_itself(model: Model) -> None:
    for key in (model.about, model.can, model.cannot):
        assert words.text(key).endswith("."), key
    assert model.licence and model.level in (None, "strong", "basic", "toy")


def test_every_table_of_words_belongs_to_a_model() -> None:
    assert {f"models.{name}" for name in words.names("models")} == {model.words for model in catalogue()}


NOTHING_REFUSED = {
    "builtin/word-hashing": "It compares any texts: that it takes synonyms for different words is how good it is.",
}
"""The models without an example of an input that they refuse, and why: no input shows what they cannot do."""


def test_whoever_cannot_do_something_has_an_example_of_it() -> None:
    assert {model.id for model, task in SERVED if task.refused_example is None} == set(NOTHING_REFUSED)


@pytest.mark.parametrize(("model", "task"), SERVED, ids=lambda part: part.id)
def test_its_good_example_is_answered_and_its_refused_example_refused(
    engine: Server, model: Model, task: ServedTask
) -> None:
    chats = task.id == "conversational"
    url = engine.url + path_to(model.id, task.id)
    answered = httpx.post(url, json=with_samples(task.answered_example), timeout=60)
    assert answered.status_code == 200, answered.text
    if task.answer_type == "application/json" and not chats:
        described = msgspec.convert(answered.json(), TASK_ANSWERS[task.id])
        assert without_none(msgspec.to_builtins(described)) == without_none(answered.json())
    if task.refused_example is not None:
        refused = httpx.post(url, json=with_samples(task.refused_example), timeout=60)
        error = refused.json()["error"]
        assert refused.status_code == 422
        assert (error["message"] if chats else error).endswith((".", "?", "”"))


def test_a_task_is_done_by_its_recommended_model(engine: Server) -> None:
    response = httpx.post(f"{engine.url}{path_of('text-classification')}", json={"inputs": "Good!"})
    assert response.status_code == 200 and recommended("text-classification") == "builtin/vader"
