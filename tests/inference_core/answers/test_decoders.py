"""Whatever a server sends, every decoder of answers soon makes a value of it or raises an InferenceError.

First the decoders one by one, then the client's public methods with a server that sends such answers.
"""

import asyncio
import base64
import inspect
import json
import warnings
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest
from aiohttp import web
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from inference_core import AsyncInferenceClient, InferenceError, InferenceTimeoutError
from inference_core.answers import base as outputs
from inference_core.answers import generation, values
from inference_core.answers import media as media_outputs
from inference_core.answers.base import Output, Part
from inference_core.answers.files import audio, picture
from inference_core.answers.ranked import labelled_scores
from inference_core.http.error_body import error_message
from inference_core.http.transport import Transport
from inference_core.media.inputs import Media
from inference_core.providers import PROVIDERS
from inference_core.routing.hub import Hub, HubCache
from inference_core.routing.options import Options
from inference_core.routing.server import Access, Server
from tests.support.media import picture_file, sound_file
from tests.support.odd_json import any_json, changed, deep_json, with_a_value_changed, with_any_value_changed
from tests.support.shapes import sample, surface
from tests.support.upstream import Upstream, serving

PARTS = {
    member
    for module in (outputs, media_outputs, generation)
    for member in vars(module).values()
    if isinstance(member, type) and issubclass(member, Part)
}
KINDS = sorted(
    {part for part in PARTS if issubclass(part, Output) and not part.__name__.startswith("_")} - {Output},
    key=lambda kind: kind.__name__,
)
EVENTS = (generation.TextGenerationStreamOutput, generation.ChatCompletionStreamOutput)
MASK = base64.b64encode(picture_file()).decode()

SHAPES: list[Callable[[Any], Callable[[bytes], Any]]] = [outputs.one, outputs.many, outputs.one_or_many, outputs.nested]
DECODERS: dict[str, Callable[[bytes], Any]] = {
    **{f"event of {kind.__name__}": generation.event_decoder(kind) for kind in EVENTS},
    "text_as_token": lambda body: generation.text_as_token(outputs.one(generation.TextGenerationOutput)(body)),
    "chat_as_chunk": lambda body: generation.chat_as_chunk(outputs.one(generation.ChatCompletionOutput)(body)),
    "labelled_scores": labelled_scores,
    "array": values.array,
    "numbers": values.numbers,
    "texts": values.texts,
    "segments": media_outputs.segments,
    "error_message": error_message,
}  # fmt: skip

SAMPLES: list[Any] = [
    *(sample(kind) for kind in KINDS),
    [{"label": "a", "score": 0.5, "mask": MASK}],
    {"sequence": "a", "labels": ["b", "c"], "scores": [0.5, 0.5]},
    [1.5, 2],
    [[1.5, 2], [3, 4]],
    ["setosa", 1, 0.5, True],
    {"error": {"message": "a", "code": 1}, "error_type": "overloaded", "detail": [{"msg": "b"}], "errors": ["c"]},
]
NAMES = sorted(
    {name for part in PARTS for name in part.__struct_fields__ if not name.startswith("_")}
    | {"labels", "scores", "sequence", "error", "error_type", "message", "detail", "errors", "msg"}
)

listed = [json.dumps([answer]).encode() for answer in SAMPLES]
bodies = st.one_of(  # all decoders get all of these
    any_json(NAMES),
    deep_json(["error", "details", "choices", "conversation"]),
    with_a_value_changed(SAMPLES),
    changed([json.dumps(answer).encode() for answer in SAMPLES] + listed),
    st.binary(max_size=40),
)


def odd_answers(answers: list[Any]) -> st.SearchStrategy[bytes]:
    """The answers with something changed."""
    return with_a_value_changed(answers) | changed([json.dumps(answer).encode() for answer in answers])


def taken(decode: Callable[[bytes], Any], samples: list[Any]) -> list[Any]:
    """The samples that the decoder takes."""
    answers = [answer for answer in samples if takes(decode, answer)]
    assert answers, "no sample is an answer to this decoder"
    return answers


def takes(decode: Callable[[bytes], Any], answer: Any) -> bool:
    try:
        decode(json.dumps(answer).encode())
    except InferenceError:
        return False
    return True


quickly = settings(deadline=5_000, max_examples=25)


def use(value: Any) -> None:
    """Look at all there is in a value; only `raw`, which parses what was skipped before, may still refuse."""
    if isinstance(value, Part):
        assert repr(value)
        assert dict(value) == value
        for item in value.values():
            use(item)
    if isinstance(value, list):
        for item in value:
            use(item)
    if isinstance(value, Output):
        value_or_refusal(lambda: value.raw)


def value_or_refusal(make: Callable[[], Any]) -> None:
    try:
        value = make()
    except InferenceError as refusal:
        assert str(refusal)  # it can be shown
        str(refusal).encode()  # and written
    else:
        use(value)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
@settings(deadline=5_000, max_examples=60)
@given(st.sampled_from(KINDS), bodies)
def test_any_answer_in_any_shape_is_a_value_or_refused(
    shape: Callable[[Any], Callable[[bytes], Any]], kind: type[Output], body: bytes
) -> None:
    value_or_refusal(lambda: shape(kind)(body))


answers_to = cache(lambda decode: taken(decode, SAMPLES))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_an_output_with_any_wrong_value_is_a_value_or_refused(kind: type[Output]) -> None:
    decode = outputs.one(kind)
    for body in with_any_value_changed([sample(kind)]):
        value_or_refusal(lambda: decode(body))  # noqa: B023  # it is called here


@pytest.mark.slow
@pytest.mark.parametrize("decode", DECODERS.values(), ids=DECODERS)
def test_an_answer_with_any_wrong_value_is_a_value_or_refused(decode: Callable[[bytes], Any]) -> None:
    for body in with_any_value_changed(answers_to(decode)):
        value_or_refusal(lambda: decode(body))  # noqa: B023  # it is called here


@pytest.mark.parametrize("decode", DECODERS.values(), ids=DECODERS)
@quickly
@given(st.data())
def test_any_answer_is_a_value_or_refused(decode: Callable[[bytes], Any], data: st.DataObject) -> None:
    body = data.draw(odd_answers(answers_to(decode)) | bodies)
    value_or_refusal(lambda: decode(body))


@quickly
@given(bodies)
def test_the_words_of_any_refusal_can_be_written(body: bytes) -> None:
    words = error_message(body)
    assert words
    assert 0 < len(words.encode()) <= 8_000


PICTURES = [picture_file(kind=kind) for kind in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")]
SOUNDS = [sound_file(kind=kind) for kind in ("WAV", "FLAC", "OGG", "MP3", "AIFF")]


@pytest.fixture(autouse=True)
def no_warnings_about_pictures() -> Iterator[None]:
    """Pillow warns of odd metadata and of large pictures; that is not an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        yield


@quickly
@given(changed(PICTURES) | bodies)
def test_any_bytes_are_a_picture_or_refused(body: bytes) -> None:
    value_or_refusal(lambda: picture(body).convert("RGB"))


masks = changed(PICTURES).map(base64.b64encode) | changed([MASK.encode()])


@quickly
@given(masks.map(lambda mask: mask.decode("latin-1")))
def test_any_mask_is_a_picture_or_refused(mask: str) -> None:
    value_or_refusal(lambda: media_outputs.segments(json.dumps([{"label": "a", "mask": mask}]).encode()))


@quickly
@given(changed(SOUNDS) | bodies)
def test_any_bytes_are_a_sound_or_refused(body: bytes) -> None:
    value_or_refusal(lambda: audio(body).mime_type)
    value_or_refusal(lambda: audio(body).samples())


# Providers have their own formats, which their readers turn into the Hub's.

PROVIDER_TASKS = [
    (f"{name}-{task}", does) for name, provider in PROVIDERS.items() for task, does in provider.tasks.items()
]
# By the reader: many providers share one.
READERS = {does.read: name for name, does in PROVIDER_TASKS if does.read is not None}
EVENT_READERS = {does.event: name for name, does in PROVIDER_TASKS if does.event is not None}
FILE = {"url": "https://example.com/file"}
PROVIDER_SAMPLES: list[Any] = [
    {"images": [FILE]},
    {"audio": FILE},
    {"image": FILE},
    {"status": "IN_QUEUE", "response_url": "https://example.com/result"},
    {"status": "COMPLETED", "response_url": "https://example.com/result", "error": None},
    {"data": {"status": "processing", "urls": {"get": "https://example.com/result"}}},
    {"data": {"status": "completed", "outputs": [FILE["url"]], "urls": {"get": FILE["url"]}}},
    {"id": "1", "status": "starting", "output": None},
    {"id": "1", "status": "succeeded", "output": [FILE["url"]]},
    {"id": "1", "output": {"txt_file": FILE["url"], "text": "a", "translation": "b"}},
    {"id": "1", "task_status": "PROCESSING"},
    {"id": "1", "task_status": "SUCCESS", "image_result": [FILE]},
    {"data": [{"b64_json": MASK, "embedding": [1, 2]}]},
    {"choices": [{"text": "a", "finish_reason": "stop", "seed": 1}], "usage": {"completion_tokens": 1}, "error": ""},
    {"text": "a", "segments": [{"text": "a", "start": 0, "end": 1.5}]},
]
provider_bodies = st.one_of(
    any_json(sorted({name for answer in PROVIDER_SAMPLES for name in answer} | {"url", "urls", "get", "outputs"})),
    with_a_value_changed(PROVIDER_SAMPLES),
    bodies,
)


@dataclass
class GivenFollowup:
    """Returns the bodies the test gives, then times out."""

    brought: list[bytes]

    async def get(self, path: str) -> bytes:
        assert isinstance(path, str)
        return self._next()

    async def download(self, url: str) -> Media:
        assert isinstance(url, str)
        return Media(self._next(), "application/octet-stream")

    async def pause(self, seconds: float) -> None:
        assert 0 < seconds < 60

    def _next(self) -> bytes:
        if not self.brought:
            raise InferenceTimeoutError("Time is up.")
        return self.brought.pop(0)


def done(work: Coroutine[Any, Any, Any]) -> Any:
    """The answer that was read; the only wait is for a picture that a thread decodes."""
    read = asyncio.run(work)
    assert isinstance(read, bytes | Output | list | np.ndarray)
    return read


Read = Callable[..., Coroutine[Any, Any, Any]]

# The status of a finished job and its result, in one object.
FINISHED = {"status": "COMPLETED", "images": [FILE], "image": FILE, "audio": FILE}


def read_with_result(read: Read, body: bytes) -> Any:
    return done(read(body, GivenFollowup([*[json.dumps(FINISHED).encode()] * 2, picture_file()])))


answers_for = cache(lambda read: taken(lambda body: read_with_result(read, body), PROVIDER_SAMPLES))


@pytest.mark.slow
@pytest.mark.parametrize("read", READERS, ids=READERS.values())
def test_an_answer_of_a_provider_with_any_wrong_value_becomes_an_answer_or_is_refused(read: Read) -> None:
    for body in with_any_value_changed(answers_for(read)):
        value_or_refusal(lambda: read_with_result(read, body))  # noqa: B023  # it is called here


@pytest.mark.slow
@pytest.mark.parametrize("read", READERS, ids=READERS.values())
def test_a_result_of_a_provider_with_any_wrong_value_becomes_an_answer_or_is_refused(read: Read) -> None:
    (start, *_) = [json.dumps(answer).encode() for answer in answers_for(read)]
    for body in with_any_value_changed([FINISHED]):
        value_or_refusal(lambda: done(read(start, GivenFollowup([body, body, picture_file()]))))  # noqa: B023  # it is called here


@pytest.mark.parametrize("read", READERS, ids=READERS.values())
@quickly
@given(st.data(), st.lists(provider_bodies, max_size=3))
def test_any_answer_of_a_provider_becomes_an_answer_or_is_refused(
    read: Read, data: st.DataObject, more: list[bytes]
) -> None:
    body = data.draw(odd_answers(answers_for(read)) | provider_bodies)
    value_or_refusal(lambda: done(read(body, GivenFollowup(more))))


@pytest.mark.parametrize("read", EVENT_READERS, ids=EVENT_READERS.values())
@quickly
@given(provider_bodies)
def test_any_event_of_a_provider_becomes_a_token_or_is_refused(read: Callable[[bytes], Output], body: bytes) -> None:
    value_or_refusal(lambda: read(body))


# The same through the public methods.


@dataclass(frozen=True)
class Method:
    """A call of a task's method."""

    name: str
    arguments: tuple[Any, ...] = ()
    options: tuple[tuple[str, Any], ...] = ()

    async def call(self, client: AsyncInferenceClient) -> Any:
        answer = await getattr(client, self.name)(*self.arguments, **dict(self.options))
        return [part async for part in answer] if hasattr(answer, "__aiter__") else answer


PICTURE, SOUND = picture_file(), sound_file()
TABLE = {"a": [1, 2]}
STREAM, DETAILS = ("stream", True), ("details", True)
METHODS = [
    Method("audio_classification", (SOUND,)),
    Method("automatic_speech_recognition", (SOUND,)),
    Method("chat_completion", ([],)),
    Method("chat_completion", ([],), (STREAM,)),
    Method("conversational", ("a",)),
    Method("document_question_answering", (PICTURE, "a")),
    Method("feature_extraction", ("a",)),
    Method("fill_mask", ("a",)),
    Method("get_endpoint_info"),
    Method("image_classification", (PICTURE,)),
    Method("image_segmentation", (PICTURE,)),
    Method("image_to_image", (PICTURE,)),
    Method("image_to_text", (PICTURE,)),
    Method("live_models", ("translation",)),
    Method("object_detection", (PICTURE,)),
    Method("question_answering", ("a", "b")),
    Method("recommended_models"),
    Method("sentence_similarity", ("a", ["b"])),
    Method("summarization", ("a",)),
    Method("table_question_answering", (TABLE, "a")),
    Method("tabular_classification", (TABLE,)),
    Method("tabular_regression", (TABLE,)),
    Method("text_classification", ("a",)),
    Method("text_generation", ("a",)),
    Method("text_generation", ("a",), (DETAILS,)),
    Method("text_generation", ("a",), (STREAM,)),
    Method("text_generation", ("a",), (STREAM, DETAILS)),
    Method("text_to_image", ("a",)),
    Method("text_to_speech", ("a",)),
    Method("token_classification", ("a",)),
    Method("translation", ("a",)),
    Method("visual_question_answering", (PICTURE, "a")),
    Method("zero_shot_classification", ("a", ["b", "c"])),
    Method("zero_shot_image_classification", (PICTURE, ["b", "c"])),
]

NO_ANSWER = {"post": "gives bytes as they are", "download": "too", "health_check": "looks at the status only"}


def test_every_method_that_decodes_an_answer_is_tried_here() -> None:
    asking = {name for name, member in surface(AsyncInferenceClient).items() if inspect.iscoroutinefunction(member)}
    special = {"close", "__aenter__", "__aexit__", "recommended_model"}
    assert asking - special - NO_ANSWER.keys() == {method.name for method in METHODS}


Answer = Callable[[], web.Response]


class Loopback:
    """A server whose next answer the test decides, and a loop to ask it in."""

    def __init__(self) -> None:
        self.runner = asyncio.Runner()
        self.answer: Answer = web.Response
        self._serving = serving(self._say, lists_tasks=True)
        self.upstream: Upstream = self.runner.run(self._serving.__aenter__())

    async def _say(self, request: web.Request, upstream: Upstream) -> web.StreamResponse:
        return self.answer()

    def ask(self, call: Callable[[AsyncInferenceClient], Coroutine[Any, Any, Any]], answer: Answer) -> Any:
        """What the call returns, with a new client, for this answer of the server."""
        self.answer = answer
        self.upstream.requests.clear()
        return self.runner.run(self._ask(call))

    async def _ask(self, call: Callable[[AsyncInferenceClient], Coroutine[Any, Any, Any]]) -> Any:
        async with AsyncInferenceClient("some/model", endpoint=self.upstream.url, timeout=30) as client:
            return await call(client)

    def close(self) -> None:
        self.runner.run(self._serving.__aexit__(None, None, None))
        self.runner.close()


@pytest.fixture(scope="module")
def loopback() -> Iterator[Loopback]:
    server = Loopback()
    yield server
    server.close()


event_streams = st.lists(bodies, min_size=1, max_size=3).map(
    lambda events: b"".join(b"data:%b\n\n" % e for e in events)
)
content_types = st.sampled_from(["application/json", "text/event-stream", "text/html", "image/png"])
seldom = settings(deadline=10_000, max_examples=15)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: "-".join([method.name, *dict(method.options)]))
@seldom
@given(bodies | event_streams, content_types)
def test_any_answer_to_a_method_is_a_value_or_refused(
    loopback: Loopback, method: Method, body: bytes, content_type: str
) -> None:
    value_or_refusal(lambda: loopback.ask(method.call, lambda: web.Response(body=body, content_type=content_type)))


@quickly
@given(bodies, st.sampled_from([300, 400, 401, 403, 404, 422, 429, 500, 502, 503, 504]))
def test_any_refusal_is_reported_as_one(loopback: Loopback, body: bytes, status: int) -> None:
    # No field is named estimated_time: a model that loads for so long would be waited for.
    call = Method("summarization", ("a",)).call
    value_or_refusal(lambda: loopback.ask(call, lambda: web.Response(body=body, status=status)))


HUB_SAMPLES: list[Any] = [
    {"inferenceProviderMapping": {"groq": {"providerId": "a", "task": "conversational", "status": "live"}}},
    {"inferenceProviderMapping": [{"provider": "groq", "providerId": "a", "task": "summarization"}]},
    [{"id": "some/model"}],
]
hub_bodies = st.one_of(
    any_json(["inferenceProviderMapping", "providerId", "task", "status", "provider", "id"]),
    with_a_value_changed(HUB_SAMPLES),
    bodies,
)


@quickly
@given(hub_bodies)
def test_anything_the_hub_says_of_a_model_is_understood_or_refused(loopback: Loopback, body: bytes) -> None:
    url = loopback.upstream.url
    options = Options(Server(url, url, url), Access(None, None, (), {}))

    async def providers(_: AsyncInferenceClient) -> list[Any]:
        transport = Transport(max_connections=1)
        try:
            return list(await Hub(options, transport, HubCache()).providers("some/model"))
        finally:
            await transport.sessions.close()

    value_or_refusal(lambda: loopback.ask(providers, lambda: web.Response(body=body)))
