"""Libraries that know nothing of the engine get from it what they get from Hugging Face or OpenAI."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.interop.environments import Environment
from tests.support.models import catalogue

HUBS = {
    "0.30": Environment("hub.py", ["huggingface_hub==0.30.*", "numpy", "Pillow", "aiohttp"]),
    "1.0": Environment("hub.py", ["huggingface_hub==1.0.*", "numpy", "Pillow"]),
    "newest": Environment("hub.py", ["huggingface_hub", "numpy", "Pillow"]),
}
JAVASCRIPT = Environment("inference.mjs", ["@huggingface/inference"])
CHAT = {
    "openai": Environment("openai_chat.py", ["openai"]),
    "langchain": Environment("langchain.py", ["langchain-huggingface"]),
    "pydantic-ai": Environment("pydantic_ai_chat.py", ["pydantic-ai-slim[huggingface]"]),
    "smolagents": Environment("smolagents_chat.py", ["smolagents"]),
    "litellm": Environment("litellm_chat.py", ["litellm"]),
}

HELP = "Yes: with the local backend everything runs on"
NOT_IN_HUGGINGFACE_HUB = "tabular-regression"  # it has the method, and refuses the task before it sends anything
NOT_IN_JAVASCRIPT = "tabular-classification"  # it takes numbers for labels only, and the engine's are names of classes


def answer(outcomes: Mapping[str, Mapping[str, Any]], name: str) -> Any:
    assert "answer" in outcomes[name], outcomes[name]
    return outcomes[name]["answer"]


def says(name: str, value: Any) -> bool:
    """Whether this is what the engine answers to the drivers' question."""
    said = "".join(value) if isinstance(value, list) else value
    if "stream" in name and len(value) < 2:
        return False
    if "completion" in name or "text generation" in name or "text-generation" in name:
        return isinstance(said, str) and 5 < len(said.split()) <= 13
    return isinstance(said, str) and said.startswith(HELP)


def best(value: Any) -> Any:
    """The first of several answers; JavaScript's library unwraps some, huggingface_hub others."""
    return value[0] if isinstance(value, list) else value


HOLDS = {
    "audio-classification": lambda value: best(value)["label"] == "noise",
    "automatic-speech-recognition": lambda value: isinstance(value["text"], str) and value["text"],
    "text-to-speech": lambda value: value > 10_000,
    "image-classification": lambda value: best(value)["label"] == "lion",
    "image-segmentation": lambda value: len(value) > 1 and all(part["mask"] for part in value),
    "image-to-image": lambda value: value,
    "image-to-text": lambda value: value["generated_text"].startswith("Nordwind Furniture Ltd."),
    "object-detection": lambda value: best(value)["label"] == "text" and best(value)["box"]["xmax"] > 0,
    "text-to-image": lambda value: value,
    "zero-shot-image-classification": lambda value: best(value)["label"] == "a bright picture",
    "document-question-answering": lambda value: best(value)["answer"] == "$1,036.89",
    "visual-question-answering": lambda value: best(value)["answer"] == "white",
    "feature-extraction": lambda value: len(value) == 384,
    "sentence-similarity": lambda value: value == pytest.approx([0.7785726, 0.4587626, 0.2906221], abs=1e-5),
    "zero-shot-classification": lambda value: best(value)["label"] == "learning",
    "fill-mask": lambda value: {"tea", "coffee"} <= {found["token_str"] for found in value},
    "question-answering": lambda value: best(value)["answer"] == "1874",
    "summarization": lambda value: value["summary_text"].startswith("The city council met on Monday"),
    "table-question-answering": lambda value: value["answer"] == "54",
    "text-classification": lambda value: best(value)["label"] == "POSITIVE",
    "token-classification": lambda value: [found["word"] for found in value] == ["Angela", "Lisbon"],
    "translation": lambda value: value["translation_text"] == "Vielen Dank.",
    "tabular-classification": lambda value: value == ["setosa"] * 3,
    "tabular-regression": lambda value: len(value) == 3 and all(25 < number < 346 for number in value),
    "text-generation": lambda value: says(
        "text-generation", value.get("generated_text") if isinstance(value, dict) else value
    ),
    "conversational": lambda value: says(
        "chat", value if isinstance(value, str) else value["choices"][0]["message"]["content"]
    ),
}


@pytest.mark.parametrize("version", HUBS)
def test_huggingface_hub_calls_every_task(version: str, setting: Mapping[str, Any]) -> None:
    outcomes = HUBS[version].outcomes(setting)
    tasks = catalogue().by_task().keys() - {NOT_IN_HUGGINGFACE_HUB}
    for task in sorted(tasks):
        assert HOLDS[task](answer(outcomes, task)), outcomes[task]
        assert HOLDS[task](answer(outcomes, f"{task}, async")), outcomes[f"{task}, async"]
    streams = [name for name in outcomes if "stream" in name]
    assert len(streams) == 4
    assert all(says(name, answer(outcomes, name)) for name in streams), streams


def test_the_javascript_client_calls_every_task(setting: Mapping[str, Any]) -> None:
    outcomes = JAVASCRIPT.outcomes(setting)
    assert "Array<number>" in outcomes[NOT_IN_JAVASCRIPT]["error"]
    for task in sorted(catalogue().by_task().keys() - {NOT_IN_JAVASCRIPT}):
        assert HOLDS[task](answer(outcomes, task)), outcomes[task]
    for name in ("text-generation, stream", "conversational, stream", "conversational at the model, stream"):
        assert says(name, answer(outcomes, name)), outcomes[name]


@pytest.mark.parametrize("library", CHAT)
def test_a_library_generates_and_chats_whole_and_streamed(library: str, setting: Mapping[str, Any]) -> None:
    outcomes = CHAT[library].outcomes(setting)
    others = {"models", "model", "embeddings"}
    for name in outcomes.keys() - others:
        assert says(name, answer(outcomes, name)), (name, outcomes[name])
    assert any("stream" in name for name in outcomes)
    for name in outcomes.keys() & others:
        assert answer(outcomes, name)
