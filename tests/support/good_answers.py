"""Good answers to every task, of every stream and of the providers, with what in them is the answer."""

import asyncio
import base64
import json
from collections.abc import Callable
from typing import Any

import numpy as np

from inference_core.answers import base, generation, media
from inference_core.answers.ranked import labelled_scores
from inference_core.answers.values import array, numbers, texts
from inference_core.media.inputs import Media
from inference_core.providers import PROVIDERS
from tests.support.deviations import GoodAnswer
from tests.support.media import picture_file


def _each(name: str) -> Callable[[Any], Any]:
    return lambda found: [getattr(one, name) for one in found]


def _of(name: str) -> Callable[[Any], Any]:
    return lambda found: getattr(found, name)


MASK = base64.b64encode(picture_file()).decode()
CLASSES = [{"label": "cat", "score": 0.75}, {"label": "dog", "score": 0.25}]
BOX = {"xmin": 1, "ymin": 2, "xmax": 30, "ymax": 40.5}
TOKEN = {"id": 264, "text": " a", "logprob": -1.5, "special": False}
DETAILS = {
    "finish_reason": "length",
    "generated_tokens": 1,
    "seed": 42,
    "input_length": 3,
    "prefill": [{"id": 1, "text": "<s>", "logprob": None}],
    "tokens": [TOKEN, {**TOKEN, "text": " b"}],
    "top_tokens": [[TOKEN], [TOKEN, TOKEN]],
    "best_of_sequences": [{"finish_reason": "length", "generated_text": " c", "tokens": [TOKEN], "seed": 1}],
}
TOOL_CALL = {
    "index": 0,
    "id": "call_1",
    "type": "function",
    "function": {"name": "weather", "arguments": '{"in": "Rome"}'},
}
LOGPROBS = {
    "content": [
        {"token": "Hi", "logprob": -0.5, "bytes": [72, 105], "top_logprobs": [{"token": "Hi", "logprob": -0.5}]}
    ]
}
USAGE = {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4, "prompt_tokens_details": {"cached_tokens": 0}}
CHAT = {
    "id": "chat-1",
    "object": "chat.completion",
    "created": 1_700_000_000,
    "model": "some/model",
    "system_fingerprint": "3.0",
    "usage": USAGE,
}


def _chat(choices: list[Any]) -> dict[str, Any]:
    return {**CHAT, "choices": choices}


def _choice(**message: Any) -> dict[str, Any]:
    said = {"role": "assistant", **message}
    return {"index": 0, "message": said, "finish_reason": "stop", "logprobs": LOGPROBS, "stop_reason": None}


def _piece(**delta: Any) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": None, "logprobs": LOGPROBS}


def _contents(name: str) -> Callable[[Any], Any]:
    return lambda chat: [getattr(choice, name).content for choice in chat.choices]


def _calls(name: str) -> Callable[[Any], Any]:
    def calls(chat: Any) -> Any:
        functions = [call.function for choice in chat.choices for call in getattr(choice, name).tool_calls]
        return [(function.name, function.arguments) for function in functions]

    return calls


def _listed(values: Any) -> Any:
    return np.asarray(values).tolist()


_spoken = base.one(media.AutomaticSpeechRecognitionOutput)
_generation = base.one(generation.TextGenerationOutput)
_completion = base.one(generation.ChatCompletionOutput)
_token = generation.event_decoder(generation.TextGenerationStreamOutput)
_chunk = generation.event_decoder(generation.ChatCompletionStreamOutput)
_MESSAGE, _DELTA = "choices.*.message", "choices.*.delta"

OF_TASKS = [
    GoodAnswer(
        "audio-classification", base.many(media.AudioClassificationOutputElement), CLASSES, _each("label"), ("*.label",)
    ),
    GoodAnswer(
        "automatic-speech-recognition",
        _spoken,
        {
            "text": "Hello there",
            "chunks": [{"text": "Hello", "timestamp": [0.0, 0.5]}, {"text": "there", "timestamp": [0.5, None]}],
        },
        _of("text"),
        ("text",),
    ),
    GoodAnswer(
        "conversational",
        _completion,
        _chat([_choice(content="Hi.", reasoning="They greet.")]),
        _contents("message"),
        (f"{_MESSAGE}.content",),
    ),
    GoodAnswer(
        "conversational, of tools",
        _completion,
        _chat([_choice(content=None, tool_calls=[TOOL_CALL])]),
        _calls("message"),
        (f"{_MESSAGE}.tool_calls.*.function.name", f"{_MESSAGE}.tool_calls.*.function.arguments"),
    ),
    GoodAnswer(
        "conversational, old",
        base.one(base.ConversationalOutput),
        {
            "generated_text": "Hi.",
            "conversation": {"generated_responses": ["Hi."], "past_user_inputs": ["Hello"]},
            "warnings": ["old"],
        },
        _of("generated_text"),
        ("generated_text",),
    ),
    GoodAnswer(
        "document-question-answering",
        base.many(media.DocumentQuestionAnsweringOutputElement),
        [{"answer": "12 €", "score": 0.9, "start": 3, "end": 4, "words": [3, 4], "boxes": [BOX]}],
        _each("answer"),
        ("*.answer",),
    ),
    GoodAnswer("feature-extraction", array, [[0.5, -1.0], [2, 3]], _listed, ("*",)),
    GoodAnswer(
        "fill-mask",
        base.nested(base.FillMaskOutputElement),
        [{"score": 0.5, "token": 5, "token_str": "sun", "sequence": "the sun"}],
        _each("token_str"),
        ("*.token_str",),
    ),
    GoodAnswer(
        "fill-mask, by sequence",
        base.nested(base.FillMaskOutputElement),
        [{"score": 0.5, "token": 5, "token_str": "sun", "sequence": "the sun"}],
        _each("sequence"),
        ("*.sequence",),
    ),
    GoodAnswer(
        "fill-mask, several",
        base.nested(base.FillMaskOutputElement),
        [[{"score": 0.5, "token": 5, "token_str": "sun", "sequence": "the sun"}]] * 2,
        lambda found: [_each("token_str")(one) for one in found],
        ("*.*.token_str",),
    ),
    GoodAnswer(
        "image-classification", base.many(media.ImageClassificationOutputElement), CLASSES, _each("label"), ("*.label",)
    ),
    GoodAnswer(
        "image-segmentation",
        media.segments,
        [{"label": "cat", "score": 0.5, "mask": MASK}],
        lambda found: [one.mask.tobytes() for one in found],
        ("*.mask",),
    ),
    GoodAnswer(
        "image-to-text",
        base.one(media.ImageToTextOutput),
        [{"generated_text": "a cat"}],
        _of("generated_text"),
        ("*.generated_text",),
    ),
    GoodAnswer(
        "object-detection",
        base.many(media.ObjectDetectionOutputElement),
        [{"label": "cat", "score": 0.5, "box": BOX}],
        _each("label"),
        ("*.label",),
    ),
    GoodAnswer(
        "object-detection, by box",
        base.many(media.ObjectDetectionOutputElement),
        [{"label": "cat", "score": 0.5, "box": BOX}],
        lambda found: [[one.box[edge] for edge in BOX] for one in found],
        ("*.box",),
    ),
    GoodAnswer(
        "question-answering",
        base.one_or_many(base.QuestionAnsweringOutputElement),
        {"answer": "Rome", "score": 0.5, "start": 1, "end": 5},
        _of("answer"),
        ("answer",),
    ),
    GoodAnswer(
        "question-answering, several",
        base.one_or_many(base.QuestionAnsweringOutputElement),
        [{"answer": "Rome", "score": 0.5, "start": 1, "end": 5}],
        _each("answer"),
        ("*.answer",),
    ),
    GoodAnswer("sentence-similarity", numbers, [0.5, 0.25], _listed, ("*",)),
    GoodAnswer(
        "summarization",
        base.one(base.SummarizationOutput),
        [{"summary_text": "Short."}],
        _of("summary_text"),
        ("*.summary_text",),
    ),
    GoodAnswer(
        "table-question-answering",
        base.one(base.TableQuestionAnsweringOutputElement),
        {"answer": "SUM > 5, 6", "coordinates": [[0, 1], [1, 1]], "cells": ["5", "6"], "aggregator": "SUM"},
        _of("answer"),
        ("answer",),
    ),
    GoodAnswer("tabular-classification", texts, ["setosa", 1], _listed, ("*",)),
    GoodAnswer("tabular-regression", numbers, [1.5, 2], _listed, ("*",)),
    GoodAnswer(
        "text-classification",
        base.many(base.TextClassificationOutputElement),
        [CLASSES],
        _each("label"),
        ("*.*.label",),
    ),
    GoodAnswer(
        "text-generation",
        _generation,
        [{"generated_text": " a b", "details": DETAILS}],
        _of("generated_text"),
        ("*.generated_text",),
    ),
    GoodAnswer(
        "token-classification",
        base.many(base.TokenClassificationOutputElement),
        [
            {"entity_group": "LOC", "score": 0.5, "word": "Rome", "start": 0, "end": 4},
            {"entity": "B-LOC", "score": 0.5, "word": "Bonn", "start": 5, "end": 9, "index": 2},
        ],
        _each("word"),
        ("*.word",),
    ),
    GoodAnswer(
        "translation",
        base.one(base.TranslationOutput),
        [{"translation_text": "Kurz."}],
        _of("translation_text"),
        ("*.translation_text",),
    ),
    GoodAnswer(
        "visual-question-answering",
        base.many(media.VisualQuestionAnsweringOutputElement),
        [{"answer": "two", "score": 0.5}],
        _each("answer"),
        ("*.answer",),
    ),
    GoodAnswer(
        "zero-shot-classification",
        labelled_scores,
        {"sequence": "a", "labels": ["b", "c"], "scores": [0.75, 0.25]},
        _each("label"),
        ("labels",),
    ),
    GoodAnswer("zero-shot-classification, one by one", labelled_scores, CLASSES, _each("label"), ("*.label",)),
    GoodAnswer(
        "zero-shot-image-classification",
        base.many(media.ZeroShotImageClassificationOutputElement),
        CLASSES,
        _each("label"),
        ("*.label",),
    ),
]

OF_STREAMS = [
    GoodAnswer(
        "token",
        _token,
        {"index": 1, "token": TOKEN, "generated_text": None, "details": None, "top_tokens": [TOKEN]},
        lambda event: event.token.text,
        ("token.text",),
    ),
    GoodAnswer(
        "last token",
        _token,
        {"index": 2, "token": TOKEN, "generated_text": " a b a", "details": DETAILS},
        lambda event: event.token.text,
        ("token.text",),
    ),
    GoodAnswer(
        "whole text of a stream",
        _token,
        {"index": 2, "token": TOKEN, "generated_text": " a b a", "details": DETAILS},
        _of("generated_text"),
        ("generated_text",),
    ),
    GoodAnswer(
        "chunk", _chunk, _chat([_piece(role="assistant", content="Hi")]), _contents("delta"), (f"{_DELTA}.content",)
    ),
    GoodAnswer(
        "chunk of a tool",
        _chunk,
        _chat([_piece(tool_calls=[TOOL_CALL])]),
        _calls("delta"),
        (f"{_DELTA}.tool_calls.*.function.name", f"{_DELTA}.tool_calls.*.function.arguments"),
    ),
    GoodAnswer("last chunk", _chunk, _chat([]), lambda event: event.choices, ("choices",)),
]


class _Results:
    """The requests that follow the first one: JSON of a job, and a file."""

    def __init__(self, job: Any) -> None:
        self._job = json.dumps(job).encode()

    async def get(self, path: str) -> bytes:
        return self._job

    async def download(self, url: str) -> Media:
        return Media(picture_file(), "image/png")

    async def pause(self, seconds: float) -> None:
        pass


def _by(provider: str, task: str, then: Any = None) -> Callable[[bytes], Any]:
    read = PROVIDERS[provider].tasks[task].read
    assert read is not None
    return lambda body: asyncio.run(read(body, _Results(then)))  # type: ignore[arg-type]


def _event_by(provider: str) -> Callable[[bytes], Any]:
    event = PROVIDERS[provider].tasks["text-generation"].event
    assert event is not None
    return event


def _as_it_is(found: Any) -> Any:
    return found


FILE = {"url": "https://example.com/file", "content_type": "image/png", "width": 8}
COMPLETION = {
    "id": "c-1",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "text": " a", "finish_reason": "stop", "seed": 5}],
    "usage": USAGE,
}
PICTURE_FILE = {"created": 1, "data": [{"index": 0, "b64_json": MASK, "revised_prompt": "a"}], "usage": USAGE}
EMBEDDINGS = {"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": [0.5, 1.0]}], "usage": USAGE}

OF_PROVIDERS = [
    GoodAnswer(
        "completion", _by("together", "text-generation"), COMPLETION, _of("generated_text"), ("choices.*.text",)
    ),
    GoodAnswer(
        "chunk of a completion", _event_by("together"), COMPLETION, lambda event: event.token.text, ("choices.*.text",)
    ),
    GoodAnswer("embeddings", _by("together", "feature-extraction"), EMBEDDINGS, _listed, ("data.*.embedding",)),
    GoodAnswer("picture in base64", _by("nscale", "text-to-image"), PICTURE_FILE, _as_it_is, ("data.*.b64_json",)),
    GoodAnswer(
        "transcript of deepinfra",
        _by("deepinfra", "automatic-speech-recognition"),
        {"text": "Hi", "language": "en", "segments": [{"id": 0, "text": "Hi", "start": 0, "end": 1.5}]},
        _of("text"),
        ("text",),
    ),
    GoodAnswer(
        "picture of fal",
        _by("fal-ai", "text-to-image"),
        {"images": [FILE], "seed": 5, "timings": {}},
        _as_it_is,
        ("images.0.url",),
    ),
    GoodAnswer("sound of fal", _by("fal-ai", "text-to-speech"), {"audio": FILE, "seed": 5}, _as_it_is, ("audio.url",)),
    GoodAnswer(
        "job of fal",
        _by("fal-ai", "image-to-image", {"images": [FILE]}),
        {"status": "COMPLETED", "request_id": "a", "response_url": FILE["url"], "queue_position": 0},
        _as_it_is,
        ("status", "response_url"),
    ),
    GoodAnswer(
        "picture of replicate",
        _by("replicate", "text-to-image"),
        {"id": "a", "model": "m", "status": "succeeded", "output": [FILE["url"]], "metrics": {"predict_time": 1}},
        _as_it_is,
        ("output",),
    ),
    GoodAnswer(
        "transcript of replicate",
        _by("replicate", "automatic-speech-recognition"),
        {"id": "a", "status": "succeeded", "output": {"transcription": "Hi", "segments": []}},
        _of("text"),
        ("output.transcription",),
    ),
    GoodAnswer(
        "picture of wavespeed",
        _by("wavespeed", "text-to-image"),
        {
            "code": 200,
            "message": "success",
            "data": {
                "id": "a",
                "status": "completed",
                "outputs": [FILE["url"]],
                "urls": {"get": FILE["url"]},
                "timings": {},
            },
        },
        _as_it_is,
        ("data.status", "data.outputs", "data.urls.get"),
    ),
    GoodAnswer(
        "picture of z.ai",
        _by("zai-org", "text-to-image", {"id": "a", "task_status": "SUCCESS", "image_result": [FILE]}),
        {"id": "a", "request_id": "b", "model": "m", "task_status": "SUCCESS", "image_result": [FILE]},
        _as_it_is,
        ("id", "task_status", "image_result.*.url"),
    ),
]

GOOD_ANSWERS = [*OF_TASKS, *OF_STREAMS, *OF_PROVIDERS]
