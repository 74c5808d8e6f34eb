"""The types of the tasks' JSON answers, for `/openapi.json`; a test compares every model's answer with them."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from inference_core.engine.server.description.response_types import Generation


class Label(Struct):
    label: str
    score: float


class LabelsAndScores(Struct):
    """What huggingface_hub reads before 1.1."""

    labels: list[str]
    scores: list[float]


class Region(Struct):
    """`mask` is a PNG in base64, white where the region is."""

    label: str
    score: float
    mask: str


class Box(Struct):
    """In pixels."""

    xmin: int
    ymin: int
    xmax: int
    ymax: int


class FoundObject(Struct):
    label: str
    score: float
    box: Box


class Chunk(Struct):
    """`timestamp` is the start and the end, in seconds."""

    text: str
    timestamp: list[float]


class Transcript(Struct):
    text: str
    chunks: list[Chunk] | None = None


class GeneratedText(Struct):
    generated_text: str


class Answer(Struct):
    answer: str
    score: float


class Span(Struct):
    """`answer` is from `start` to before `end` in the context."""

    answer: str
    score: float
    start: int
    end: int


class AnswerOnPage(Struct, kw_only=True):
    """`words` are numbers of words in reading order, `start` and `end` the first and the last of them."""

    answer: str
    score: float
    start: int | None = None
    end: int | None = None
    words: list[int]
    boxes: list[Box]


class AnswerInTable(Struct):
    """`coordinates` are the row and the column of each cell, from 0."""

    answer: str
    coordinates: list[list[int]]
    cells: list[str]
    aggregator: str


class FilledMask(Struct):
    score: float
    token: int
    token_str: str
    sequence: str


class NamedEntity(Struct, kw_only=True):
    """A name has an `entity_group`; a single word has an `entity` and its `index`, from 1."""

    entity_group: str | None = None
    entity: str | None = None
    index: int | None = None
    score: float
    word: str
    start: int
    end: int


class Summary(Struct):
    summary_text: str


class Translation(Struct):
    translation_text: str


TASK_ANSWERS: Mapping[str, Any] = {
    "audio-classification": list[Label],
    "automatic-speech-recognition": Transcript,
    "conversational": str,
    "document-question-answering": list[AnswerOnPage],
    "feature-extraction": list[float | list[float]],
    "fill-mask": list[FilledMask | list[FilledMask]],
    "image-classification": list[Label],
    "image-segmentation": list[Region],
    "image-to-text": list[GeneratedText] | GeneratedText,
    "object-detection": list[FoundObject],
    "question-answering": Span | list[Span],
    "sentence-similarity": list[float],
    "summarization": list[Summary],
    "table-question-answering": AnswerInTable,
    "tabular-classification": list[str],
    "tabular-regression": list[float],
    "text-classification": list[list[Label]],
    "text-generation": list[Generation],
    "token-classification": list[NamedEntity],
    "translation": list[Translation],
    "visual-question-answering": list[Answer],
    "zero-shot-classification": list[Label] | LabelsAndScores,
    "zero-shot-image-classification": list[Label],
}
"""For each task that answers in JSON. Some clients get the second type; see `dialects`."""
