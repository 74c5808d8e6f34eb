"""The types of the server's own answers, for `/openapi.json`; a test compares real answers with them."""

from typing import Any, Literal

from msgspec import Struct

from inference_core.engine.contract import Level
from inference_core.engine.runners.contract import State


class ErrorDetail(Struct, kw_only=True):
    """An error on OpenAI's routes, where clients look for a `message`."""

    message: str
    type: str
    code: str


class Error(Struct, kw_only=True):
    """Every error: a sentence, and a code that stays the same when the sentence is improved."""

    error: str | ErrorDetail
    code: str
    arguments: dict[str, Any]
    error_type: str | None = None


class Health(Struct):
    """`stuck_threads` is how many threads still compute for requests whose deadline is over, where there are any."""

    status: Literal["ok", "stuck"]
    stuck_threads: int | None = None


class ModelEntry(Struct):
    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class ModelList(Struct):
    object: Literal["list"]
    data: list[ModelEntry]


class ModelInfo(Struct, kw_only=True):
    """`reason` says why a model is absent: a package that it needs is not installed.

    `memory_bytes` is what the model's process grew by while it loaded the model, in `load_seconds`. `translations` has
    `can` and `cannot` by the code of another language. `languages` are those that it has for a parameter that names
    one, by the parameter's name.
    """

    id: str
    tasks: list[str]
    engine: str | None
    level: Level | None
    can: str
    cannot: str
    translations: dict[str, dict[str, str]]
    state: State | Literal["absent"]
    reason: str | None
    device: str
    dtype: str | None
    memory_bytes: int | None
    load_seconds: float | None
    licence: str
    sizes: dict[str, int | float]
    languages: dict[str, list[str]]


class Info(Struct, kw_only=True):
    name: str
    version: str
    limits: dict[str, float]
    models: list[ModelInfo]


class TaskModel(Struct):
    id: str
    description: str


class TaskEntry(Struct, rename={"widget_models": "widgetModels"}):
    """The models of a task, the recommended one first."""

    id: str
    models: list[TaskModel]
    widget_models: list[str]


class Usage(Struct):
    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class ChatMessage(Struct):
    role: Literal["assistant"]
    content: str


class ChatChoice(Struct, kw_only=True):
    index: int
    message: ChatMessage
    finish_reason: Literal["length", "stop"]
    logprobs: None


class ChatCompletion(Struct, kw_only=True):
    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    system_fingerprint: str
    choices: list[ChatChoice]
    usage: Usage


class Logprobs(Struct, kw_only=True):
    tokens: list[str]
    token_logprobs: list[float | None]
    top_logprobs: list[dict[str, float | None]]
    text_offset: list[int]


class CompletionChoice(Struct, kw_only=True):
    index: int
    text: str
    logprobs: Logprobs | None
    finish_reason: Literal["length", "stop"]


class Completion(Struct, kw_only=True):
    id: str
    object: Literal["text_completion"]
    created: int
    model: str
    system_fingerprint: str
    choices: list[CompletionChoice]
    usage: Usage


class GeneratedToken(Struct, kw_only=True):
    id: int
    text: str
    logprob: float | None
    special: bool


class GenerationDetails(Struct, kw_only=True):
    finish_reason: Literal["length", "eos_token", "stop_sequence"]
    generated_tokens: int
    seed: int | None
    prefill: list[GeneratedToken]
    tokens: list[GeneratedToken]
    top_tokens: list[list[GeneratedToken]] | None = None


class Generation(Struct, kw_only=True):
    """An answer of text-generation-inference."""

    generated_text: str
    details: GenerationDetails | None = None
