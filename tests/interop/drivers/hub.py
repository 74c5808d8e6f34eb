"""huggingface_hub's blocking and asynchronous clients: a call of every task, by endpoint URL."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

from huggingface_hub import AsyncInferenceClient, InferenceClient
from reporting import outcome, report, setting

files, texts = setting["files"], setting["texts"]


def model(task: str) -> str:
    if task == "conversational":
        return f"{setting['engine']}/models/{setting['chat_model']}"
    return setting["engine"] + setting["paths"][task]


CALLS: dict[str, Callable[[Any], Any]] = {
    "audio-classification": lambda client: client.audio_classification(files["sound"]),
    "automatic-speech-recognition": lambda client: client.automatic_speech_recognition(files["speech"]),
    "text-to-speech": lambda client: client.text_to_speech("Good morning."),
    "image-classification": lambda client: client.image_classification(files["photo"]),
    "image-segmentation": lambda client: client.image_segmentation(files["picture"]),
    "image-to-image": lambda client: client.image_to_image(files["picture"], prompt="make it grayscale"),
    "image-to-text": lambda client: client.image_to_text(files["page"]),
    "object-detection": lambda client: client.object_detection(files["page"]),
    "text-to-image": lambda client: client.text_to_image("a lighthouse at night"),
    "zero-shot-image-classification": lambda client: client.zero_shot_image_classification(
        files["picture"], ["a dark picture", "a bright picture"]
    ),
    "document-question-answering": lambda client: client.document_question_answering(
        files["page"], "What is the total?"
    ),
    "visual-question-answering": lambda client: client.visual_question_answering(
        files["picture"], "What is the main colour?"
    ),
    "feature-extraction": lambda client: client.feature_extraction(texts["easy"]),
    "sentence-similarity": lambda client: client.sentence_similarity(texts["easy"], texts["others"]),
    "zero-shot-classification": lambda client: client.zero_shot_classification(
        texts["easy"], ["learning", "cooking"], multi_label=False
    ),
    "fill-mask": lambda client: client.fill_mask("He drank a cup of [MASK]."),
    "question-answering": lambda client: client.question_answering(texts["question"], texts["context"]),
    "summarization": lambda client: client.summarization(texts["report"]),
    "table-question-answering": lambda client: client.table_question_answering(
        setting["table"], "What is the length of Beatrix?"
    ),
    "text-classification": lambda client: client.text_classification("What a wonderful evening!"),
    "token-classification": lambda client: client.token_classification("We met Angela in Lisbon."),
    "translation": lambda client: client.translation("Thank you very much."),
    "tabular-classification": lambda client: client.tabular_classification(setting["iris"]),
    "tabular-regression": lambda client: client.tabular_regression(setting["diabetes"]),
    "text-generation": lambda client: client.text_generation("The captain of the", max_new_tokens=12, seed=3),
    "conversational": lambda client: client.chat_completion(texts["chat"]),
}
STREAMS: dict[str, Callable[[Any], Any]] = {
    "text-generation": lambda client: client.text_generation(
        "The captain of the", max_new_tokens=12, seed=3, stream=True
    ),
    "conversational": lambda client: client.chat_completion(texts["chat"], stream=True),
}


def piece(event: Any) -> str:
    return event if isinstance(event, str) else event.choices[0].delta.content or ""


def whole(task: str, call: Callable[[Any], Any]) -> Any:
    return call(InferenceClient(model=model(task)))


def streamed(task: str, call: Callable[[Any], Any]) -> list[str]:
    client = InferenceClient(model=model(task))  # a client that is collected closes its streams
    return [piece(event) for event in call(client)]


def whole_async(task: str, call: Callable[[Any], Any]) -> Any:
    async def ask() -> Any:
        return await call(AsyncInferenceClient(model=model(task)))

    return asyncio.run(ask())


def streamed_async(task: str, call: Callable[[Any], Any]) -> list[str]:
    async def ask() -> list[str]:
        client = AsyncInferenceClient(model=model(task))
        return [piece(event) async for event in await call(client)]

    return asyncio.run(ask())


def outcomes() -> Iterator[tuple[str, Any]]:
    for task, call in CALLS.items():
        yield f"{task}", outcome(lambda task=task, call=call: whole(task, call))
        yield f"{task}, async", outcome(lambda task=task, call=call: whole_async(task, call))
    for task, call in STREAMS.items():
        yield f"{task}, stream", outcome(lambda task=task, call=call: streamed(task, call))
        yield f"{task}, async stream", outcome(lambda task=task, call=call: streamed_async(task, call))


report(outcomes())
