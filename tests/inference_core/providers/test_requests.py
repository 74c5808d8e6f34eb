"""Each provider is sent for each task what huggingface_hub would send, but for the listed differences.

Both clients are called alike. huggingface_hub stops where it would send; ours sends to a server that plays the Hub, its
router, and the hosts of all providers. huggingface_hub's own table says which providers and tasks there are.
"""

import base64
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import pytest
from huggingface_hub import InferenceClient
from huggingface_hub.hf_api import InferenceProviderMapping
from huggingface_hub.inference._common import RequestParameters
from huggingface_hub.inference._providers import PROVIDERS as UPSTREAM
from huggingface_hub.inference._providers import _common, hf_inference

from inference_core import AsyncInferenceClient, InferenceHTTPError, InvalidInputError
from inference_core.providers import PROVIDERS
from inference_core.providers.hf_inference import HF_INFERENCE
from tests.support.media import picture_file
from tests.support.router import ReceivedRequest, Reply, Router, all_hosts

HUB_TOKEN = "hf_x"
KEY = "key-x"
MODEL = "some/model"

PICTURE = picture_file()
SOUND = b"fLaC" + bytes(40)
UNKNOWN = b"\x00\x01nobody knows what this is"
TABLE = {"Name": ["Ada", "Alan"], "Age": ["36", "41"]}
SCHEMA = {"type": "object", "properties": {"a": {"type": ["string", "null"], "default": None}}}
WITH_SCHEMA = {"type": "json_schema", "json_schema": {"name": "a", "strict": True, "schema": SCHEMA}}
TOOLS = [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}, "description": None}}]
TALK: list[dict[str, Any]] = [
    {"role": "user", "content": "a"},
    {"role": "assistant", "content": "b", "name": None},
    {"role": "user", "content": [{"type": "text", "text": "c"}]},
]
SIZE = {"width": 64, "height": 32}

Arguments = tuple[tuple[Any, ...], dict[str, Any]]


def args(*positional: Any, **named: Any) -> Arguments:
    return positional, named


CALLS: dict[str, list[Arguments]] = {
    "audio-classification": [args(SOUND), args(UNKNOWN), args(SOUND, top_k=2, function_to_apply="none")],
    "automatic-speech-recognition": [
        args(SOUND),
        args(UNKNOWN),
        args(SOUND, extra_body={"language": "de", "temperature": 0.5, "verbose": True, "n": 3, "a": {"b": [1]}}),
    ],
    "conversational": [
        args(TALK[:1]),
        args(TALK, max_tokens=5, temperature=0.5, stop=["\n"], seed=1, n=1, top_p=0.9, logprobs=True, top_logprobs=2),
        args(TALK[:1], response_format=WITH_SCHEMA),
        args(TALK[:1], response_format={"type": "json_object"}),
        args(TALK[:1], tools=TOOLS, tool_choice="auto"),
        args(TALK[:1], stream=True, stream_options={"include_usage": True}),
        args(TALK[:1], extra_body={"reasoning": {"effort": "low", "max": None}}),
    ],
    "document-question-answering": [args(PICTURE, "Who?"), args(PICTURE, "Who?", top_k=2, lang="de")],
    "feature-extraction": [
        args("a"),
        args(["a", "b"], normalize=True, dimensions=8),
        args("a", truncate=False, truncation_direction="left", prompt_name="query", encoding_format="float"),
    ],
    "fill-mask": [args("a [MASK]"), args("a [MASK]", top_k=2, targets=["b"])],
    "image-classification": [args(PICTURE), args(PICTURE, top_k=2)],
    "image-segmentation": [args(PICTURE), args(UNKNOWN), args(PICTURE, threshold=0.5, subtask="semantic")],
    "image-to-image": [
        args(PICTURE),
        args(UNKNOWN, prompt="more blue"),
        args(PICTURE, "more blue", num_inference_steps=3, guidance_scale=2.5, negative_prompt="red"),
        args(PICTURE, "more blue", target_size=SIZE, seed=1),
    ],
    "image-to-text": [args(PICTURE)],
    "object-detection": [args(PICTURE), args(PICTURE, threshold=0.5)],
    "question-answering": [args("Who?", "Me."), args("Who?", "Me.", top_k=2)],
    "sentence-similarity": [args("a", ["b", "c"])],
    "summarization": [args("a"), args("a", truncation="only_first", generate_parameters={"max_length": 5})],
    "table-question-answering": [args(TABLE, "Who?"), args(TABLE, "Who?", padding="longest", sequential=True)],
    "tabular-classification": [args(TABLE)],
    "text-classification": [args("a"), args("a", top_k=2, function_to_apply="softmax")],
    "text-generation": [
        args("a"),
        args("a", max_new_tokens=5, temperature=0.5, stop=["\n"], seed=1, do_sample=True),
        args("a", stream=True, top_p=0.9, details=True),
        args("a", grammar={"type": "json", "value": {"type": "object", "description": None}}),
    ],
    "text-to-image": [
        args("a cat"),
        args("a cat", **SIZE),
        args("a cat", width=64),
        args("a cat", negative_prompt="dog", num_inference_steps=3, guidance_scale=2.5, scheduler="s", seed=1),
        args("a cat", extra_body={"cfg_scale": 2, "quality": "hd"}),
    ],
    "text-to-speech": [
        args("a"),
        args("a", temperature=0.5, top_k=3),
        args("a", extra_body={"voice": "de", "x": None}),
    ],
    "token-classification": [args("a"), args("a", aggregation_strategy="simple", stride=1)],
    "translation": [args("a"), args("a", src_lang="de", tgt_lang="fr")],
    "visual-question-answering": [args(PICTURE, "Who?"), args(PICTURE, "Who?", top_k=2)],
    "zero-shot-classification": [
        args("a", ["b", "c"]),
        args("a", ["b", "c"], multi_label=True, hypothesis_template="It is {}."),
    ],
    "zero-shot-image-classification": [args(PICTURE, ["b", "c"]), args(PICTURE, ["b", "c"], hypothesis_template="{}")],
}


@dataclass(frozen=True)
class Mapped:
    """A model as the Hub says a provider serves it."""

    provider_id: str = "vendor/its-model"
    adapter: str | None = None


MAPPINGS: dict[tuple[str, str], list[Mapped]] = {
    ("fal-ai", "text-to-image"): [
        Mapped(),
        Mapped("fal-ai/flux-lora", "w.safetensors"),
        Mapped("fal-ai/lora", "w.bin"),
    ],
    ("fal-ai", "image-to-image"): [Mapped(), Mapped("fal-ai/flux-kontext-lora", "w.safetensors")],
    ("replicate", "automatic-speech-recognition"): [Mapped(), Mapped("vendor/its-model:1a2b")],
    ("replicate", "image-to-image"): [Mapped(), Mapped("vendor/its-model:1a2b")],
    ("replicate", "text-to-image"): [
        Mapped(),
        Mapped("vendor/its-model:1a2b"),
        Mapped("vendor/l:1a2b", "w.safetensors"),
    ],
    ("replicate", "text-to-speech"): [Mapped(), Mapped("vendor/its-model:1a2b")],
    ("together", "image-to-image"): [
        Mapped(),
        Mapped("black-forest-labs/FLUX.1-kontext-dev"),
        Mapped("black-forest-labs/FLUX.1-schnell"),
        Mapped("black-forest-labs/FLUX.2-dev"),
    ],
}


def mappings(provider: str, task: str) -> list[Mapped]:
    if not PROVIDERS[provider].routed or provider == HF_INFERENCE.name:
        return [Mapped(MODEL)]  # they accept any name
    return MAPPINGS.get((provider, task), [Mapped()])


@dataclass(frozen=True)
class Wire:
    """A request as it is compared. A form is the list of its parts: (headers, content)."""

    url: str
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True)
class Difference:
    """What huggingface_hub sends otherwise: `adjust` turns its request into the one ours should be, and `why`."""

    why: str
    adjust: Callable[[str, str, Wire], Wire]


def with_headers(wire: Wire, **changed: str) -> Wire:
    return replace(wire, headers={**wire.headers, **{name.replace("_", "-"): value for name, value in changed.items()}})


def without_user_agent(provider: str, task: str, theirs: Wire) -> Wire:
    return replace(theirs, headers={name: value for name, value in theirs.headers.items() if name != "user-agent"})


def without_empty_parameters(provider: str, task: str, theirs: Wire) -> Wire:
    if not isinstance(theirs.body, dict) or theirs.body.get("parameters") != {}:
        return theirs
    return replace(theirs, body={name: value for name, value in theirs.body.items() if name != "parameters"})


def without_defaults(provider: str, task: str, theirs: Wire) -> Wire:
    """`stream` and `multi_label` are false where they are missing."""
    match theirs.body:
        case {"stream": False}:
            return replace(theirs, body={name: value for name, value in theirs.body.items() if name != "stream"})
        case {"parameters": {"multi_label": False, **others}}:
            return replace(theirs, body={**theirs.body, "parameters": others})
    return theirs


def without_null_max_tokens(provider: str, task: str, theirs: Wire) -> Wire:
    match theirs.body:
        case {"max_tokens": None, **others}:
            return replace(theirs, body=others)
    return theirs


def with_max_tokens(provider: str, task: str, theirs: Wire) -> Wire:
    match theirs.body:
        case {"prompt": _, "max_new_tokens": most, **others} if task == "text-generation":
            return replace(theirs, body={"prompt": theirs.body["prompt"], "max_tokens": most, **others})
    return theirs


def with_type_of_file(provider: str, task: str, theirs: Wire) -> Wire:
    if isinstance(theirs.body, bytes) and "content-type" not in theirs.headers:
        return with_headers(theirs, content_type=type_of(theirs.body))
    return theirs


def with_type_in_data_url(provider: str, task: str, theirs: Wire) -> Wire:
    """Where huggingface_hub names the same type for all files, ours the real one; an unknown file keeps theirs."""

    def adjusted(value: Any) -> Any:
        if isinstance(value, str) and value.startswith("data:"):
            head, _, data = value.partition(";base64,")
            kind = {"data:image/jpeg": "image/png", "data:audio/mpeg": "audio/flac", "data:audio/wav": "audio/flac"}
            known = data == encoded(PICTURE) or data == encoded(SOUND)
            return f"data:{kind.get(head, head.removeprefix('data:'))};base64,{data}" if known else value
        if isinstance(value, dict):
            return {name: adjusted(field) for name, field in value.items()}
        return [adjusted(item) for item in value] if isinstance(value, list) else value

    return replace(theirs, body=adjusted(theirs.body))


def with_type_in_form(provider: str, task: str, theirs: Wire) -> Wire:
    match theirs.body:
        case [(head, content), *fields] if content == SOUND:
            head = head.replace("audio.wav", "audio.flac").replace("application/octet-stream", "audio/flac")
            return replace(theirs, body=[(head, content), *fields])
    return theirs


def with_whole_schema(provider: str, task: str, theirs: Wire) -> Wire:
    match theirs.body:
        case {"response_format": {"type": "json_schema", "schema": _}}:
            form = {"type": "json_schema", "schema": SCHEMA}
            return replace(theirs, body={**theirs.body, "response_format": form})
    return theirs


def with_compact_fields(provider: str, task: str, theirs: Wire) -> Wire:
    match theirs.body:
        case [(_, _), *_]:
            return replace(theirs, body=[(head, compact(content)) for head, content in theirs.body])
    return theirs


DIFFERENCES = (
    Difference("the name of the client that sends", without_user_agent),
    Difference("some servers refuse parameters where there are none", without_empty_parameters),
    Difference("what the server assumes need not be said", without_defaults),
    Difference("some servers refuse null", without_null_max_tokens),
    Difference("OpenAI's completions know no max_new_tokens, and would write without a limit", with_max_tokens),
    Difference("a file says what it is", with_type_of_file),
    Difference("a file is not said to be what it is not", with_type_in_data_url),
    Difference("a file in a form has the name and the type of what it is", with_type_in_form),
    Difference("JSON in a form is written without spaces", with_compact_fields),
    Difference("a schema that the provider words in its own way is left as it is, nulls and all", with_whole_schema),
)


def type_of(content: bytes) -> str:
    return {PICTURE: "image/png", SOUND: "audio/flac"}.get(content, "application/octet-stream")


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def compact(content: bytes) -> bytes:
    try:
        return (
            json.dumps(json.loads(content), separators=(",", ":")).encode() if content[:1] in (b"{", b"[") else content
        )
    except ValueError:
        return content


def wire(url: str, headers: dict[str, str], body: bytes | None, as_json: Any = None) -> Wire:
    """A request in the form that is compared: JSON parsed, the boundary of a form, which is random, left out."""
    kind = headers.get("content-type", "")
    if as_json is not None or kind == "application/json":
        return Wire(url, headers, json.loads(body or b"") if as_json is None else json.loads(json.dumps(as_json)))
    if kind.startswith("multipart/form-data; boundary="):
        boundary = kind.partition("boundary=")[2].encode()
        return Wire(url, {**headers, "content-type": "multipart/form-data"}, parts_of(body or b"", boundary))
    return Wire(url, headers, bytes(body or b""))


def parts_of(body: bytes, boundary: bytes) -> list[tuple[str, bytes]]:
    start, *parts, end = (b"\r\n" + body).split(b"\r\n--" + boundary)
    assert (start, end) == (b"", b"--\r\n")
    heads = [part.removeprefix(b"\r\n").partition(b"\r\n\r\n") for part in parts]
    return [(head.decode(), content) for head, _, content in heads]


class Stop(Exception):
    """Carries the request that huggingface_hub would have sent."""

    def __init__(self, request: RequestParameters) -> None:
        self.request = request


@pytest.fixture
def stopping(monkeypatch: pytest.MonkeyPatch) -> None:
    """huggingface_hub sends nothing, and stops with its request."""

    def stop(client: InferenceClient, request: RequestParameters, **options: Any) -> NoReturn:
        raise Stop(request)

    monkeypatch.setattr(InferenceClient, "_inner_post", stop)
    monkeypatch.setattr(hf_inference, "_check_supported_task", lambda model, task: None)


def method_of(client: Any, task: str) -> Callable[..., Any]:
    method: Callable[..., Any] = getattr(
        client, "chat_completion" if task == "conversational" else task.replace("-", "_")
    )
    return method


def sent_by_huggingface_hub(
    provider: str, task: str, mapped: Mapped, arguments: Arguments, token: str, monkeypatch: pytest.MonkeyPatch
) -> Wire:
    entry = InferenceProviderMapping(  # type: ignore[no-untyped-call]
        provider=provider,
        hf_model_id=MODEL,
        providerId=mapped.provider_id,
        task=task,
        status="live",
        adapter="lora" if mapped.adapter else None,
        adapterWeightsPath=mapped.adapter,
    )
    monkeypatch.setattr(_common, "_fetch_inference_provider_mapping", lambda model: [entry])
    client = InferenceClient(model=MODEL, provider=provider, token=token)  # type: ignore[arg-type]
    positional, named = arguments
    with pytest.raises(Stop) as stopped:
        method_of(client, task)(*positional, **named)
    request = stopped.value.request
    return wire(request.url, {name: str(value) for name, value in request.headers.items()}, request.data, request.json)


@asynccontextmanager
async def all_refusing(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Router]:
    async with all_hosts(monkeypatch) as router:
        router.other = Reply({"error": "enough"}, 418)
        yield router


async def sent_by_us(
    provider: str, task: str, mapped: Mapped, arguments: Arguments, token: str, router: Router
) -> Wire:
    router.hub.clear()
    router.serve(MODEL, provider, task, mapped.provider_id, adapter=mapped.adapter)
    positional, named = arguments
    async with AsyncInferenceClient(MODEL, provider=provider, token=token) as client:
        with pytest.raises(InferenceHTTPError, match="enough"):
            await method_of(client, task)(*positional, **named)
    asked: ReceivedRequest = router.requests[-1]
    assert asked.method == "POST"
    headers = {name: value for name, value in asked.headers.items() if name != "accept"}  # checked where it is sent
    return wire(f"https:/{asked.path}", headers, asked.body)


def served_by_both() -> Iterator[tuple[str, str]]:
    """Our tasks in huggingface_hub's table."""
    for provider, tasks in UPSTREAM.items():
        yield from ((provider, task) for task in tasks if task in HF_INFERENCE.tasks)


def tokens_for(provider: str) -> tuple[str, ...]:
    return (HUB_TOKEN, KEY) if PROVIDERS[provider].routed else (KEY,)


BOTH = sorted(served_by_both())


@pytest.mark.usefixtures("stopping")
@pytest.mark.parametrize(("provider", "task"), BOTH)
async def test_every_call_is_sent_as_huggingface_hub_sends_it(
    provider: str, task: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with all_refusing(monkeypatch) as router:
        for mapped in mappings(provider, task):
            for arguments in CALLS[task]:
                for token in tokens_for(provider):
                    theirs = sent_by_huggingface_hub(provider, task, mapped, arguments, token, monkeypatch)
                    for difference in DIFFERENCES:
                        theirs = difference.adjust(provider, task, theirs)
                    assert await sent_by_us(provider, task, mapped, arguments, token, router) == theirs


@pytest.mark.usefixtures("stopping")
@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.why)
def test_every_listed_difference_still_exists(difference: Difference, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_one(provider: str, task: str) -> bool:
        theirs = (
            sent_by_huggingface_hub(provider, task, mapped, arguments, token, monkeypatch)
            for mapped in mappings(provider, task)
            for arguments in CALLS[task]
            for token in tokens_for(provider)
        )
        return any(difference.adjust(provider, task, request) != request for request in theirs)

    assert any(is_one(provider, task) for provider, task in BOTH)


def test_every_provider_and_task_of_huggingface_hub_is_known() -> None:
    ours = {(name, task) for name, provider in PROVIDERS.items() for task in provider.tasks}
    # huggingface_hub has a method for it that no provider of its table serves.
    assert ours - set(BOTH) == {("hf-inference", "tabular-regression")}
    assert len(HF_INFERENCE.tasks) == 26
    assert list(PROVIDERS) == sorted(UPSTREAM)
    assert all(name == provider.name for name, provider in PROVIDERS.items())


async def test_openai_is_not_reached_with_a_hub_token(monkeypatch: pytest.MonkeyPatch) -> None:
    async with (
        all_refusing(monkeypatch) as router,
        AsyncInferenceClient(MODEL, provider="openai", token="hf_x") as client,
    ):
        with pytest.raises(InvalidInputError, match="its own keys"):
            await client.chat_completion(TALK)
    assert not router.requests


@pytest.mark.parametrize("provider", [name for name, one in PROVIDERS.items() if one.routed and name != "hf-inference"])
async def test_a_providers_key_is_not_sent_to_the_hub(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    task = min(PROVIDERS[provider].tasks)
    async with all_refusing(monkeypatch) as router:
        await sent_by_us(provider, task, Mapped(), CALLS[task][0], KEY, router)
    assert [asked.headers.get("authorization") for asked in router.hub_requests] == [None]
