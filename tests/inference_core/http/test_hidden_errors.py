"""An error is raised with the server's words wherever it hides, and a good answer is not taken for one."""

import json
import pickle
from typing import Any

import pytest

from inference_core import AsyncInferenceClient, InferenceError, InferenceHTTPError, InvalidAnswerError
from inference_core import errors as all_errors
from inference_core.errors import (
    GENERATION_ERRORS,
    GENERATION_HTTP_ERRORS,
    ErrorInAnswer,
    TextGenerationError,
    UnknownError,
)
from inference_core.http.error_body import hidden_error
from tests.inference_core.faults.calls import (
    KEY,
    chunk,
    chunks,
    facing,
    generation,
    line,
    reply,
    summary,
    token,
    tokens,
)
from tests.support.faults import LAST_CHUNK, STREAM, as_json, in_chunks, says, whole

WORDS = "Model is out of memory"
SHAPES: dict[str, Any] = {
    "a text": {"error": WORDS},
    "a list": {"error": [WORDS]},
    "an object": {"error": {"message": WORDS, "type": "server_error", "code": 500, "param": None}},
    "a list of objects": {"error": [{"message": WORDS}]},
    "an object in an object": {"error": {"error": {"message": WORDS}}},
    "errors": {"errors": [{"message": WORDS, "code": 1}]},
    "object error": {"object": "error", "message": WORDS, "type": "BadRequest", "param": None, "code": 400},
    "type error": {"type": "error", "error": {"type": "overloaded_error", "message": WORDS}},
    "status error": {"status": "error", "message": WORDS},
    "detail": {"detail": WORDS},
    "details": {"detail": [{"loc": ["body"], "msg": WORDS, "type": "missing"}]},
    "message, type and code": {"message": WORDS, "type": "invalid_request_error", "code": 422},
    "message": {"message": WORDS},
    "Message": {"Message": WORDS},
    "msg": {"code": 1004, "msg": WORDS},
    "error_msg": {"error_code": 17, "error_msg": WORDS},
    "errorMessage": {"errorMessage": WORDS, "errorType": "x"},
    "error true": {"error": True, "message": WORDS},
    "success false": {"success": False, "error": None, "message": WORDS},
    "err": {"err": WORDS},
    "statusMessage": {"status": "failed", "statusMessage": WORDS},
    "in a list in a list": [[{"error": WORDS}]],
    "in a list": [{"error": {"code": 400, "message": WORDS, "status": "INVALID_ARGUMENT"}}],
    "a fault": {"fault": {"faultstring": WORDS, "detail": {"errorcode": "steps.x"}}},
    "a base response": {"base_resp": {"status_code": 1004, "status_msg": WORDS}},
    "a result": {"result": {"error": WORDS}},
    "a problem": {"type": "about:blank", "title": "Bad", "status": 400, "detail": WORDS},
    "without choices": {
        "id": "",
        "object": "",
        "created": 0,
        "model": "",
        "choices": None,
        "error": {"message": WORDS},
    },
    "empty choices": {"choices": [], "error": {"message": WORDS, "code": 502}},
    "in a choice": {
        "choices": [
            {
                "index": 0,
                "error": {"message": WORDS, "code": 502},
                "message": {"content": ""},
                "delta": {"content": ""},
                "finish_reason": "error",
            }
        ]
    },
    "beside an empty text": {"generated_text": "", "error": WORDS},
}
CHAT_ONLY = ("empty choices", "in a choice")
shapes = pytest.mark.parametrize("error", SHAPES.values(), ids=SHAPES)


@shapes
@pytest.mark.parametrize("read", [summary, generation, reply])
async def test_an_error_with_status_200_is_raised_with_its_words(read: Any, error: Any) -> None:
    types = ("application/json", "text/event-stream", "text/plain")
    async with facing(says(*[whole(line(error), content_type=kind) for kind in types])) as (client, server):
        for _ in types:
            with pytest.raises(InferenceHTTPError, match=WORDS) as raised:
                await read(client)
            assert (raised.value.status, raised.value.server_message) == (200, WORDS)
            assert isinstance(raised.value, InvalidAnswerError)
            assert WORDS in raised.value.explain()
        assert len(server.requests) == len(types)


FRAMES = {
    "event": b"data: %b\n\n",
    "event and [DONE]": b"data: %b\n\ndata: [DONE]\n\n",
    "event: error": b"event: error\ndata: %b\n\n",
    "event: Error": b"event: Error\r\ndata: %b\r\n\r\n",
    "event: response.error": b"id: 1\nevent: response.error\ndata: %b\n\n",
    "event: exception": b"event: exception\ndata: %b\n\n",
    "event: call_failed": b"event:call_failed\ndata: %b\n\n",
    "error:": b"error: %b\n\n",
    "error: after a comment": b": x\n\nerror:%b\n",
    "bare": b"%b\n\n",
    "the body": b"%b",
    "one line break": b"data: %b\n",
}


@shapes
@pytest.mark.parametrize("read", [tokens, chunks])
async def test_an_error_as_the_only_event_is_raised_with_its_words(read: Any, error: Any) -> None:
    types = ("text/event-stream", "application/json")
    answers = [whole(frame % line(error), content_type=kind) for frame in FRAMES.values() for kind in types]
    async with facing(says(*answers)) as (client, _):
        for _ in answers:
            with pytest.raises(TextGenerationError, match=f"^{WORDS}$"):
                await read(client)


@shapes
@pytest.mark.parametrize("read", [tokens, chunks])
async def test_an_error_in_the_middle_of_a_stream_comes_after_the_text_before_it(read: Any, error: Any) -> None:
    before = line(token("a") if read is tokens else chunk("a"))
    async with facing(
        *[
            says(STREAM + in_chunks(b"data: %b\n\n" % before, frame % line(error)) + LAST_CHUNK)
            for frame in FRAMES.values()
        ]
    ) as (client, _):
        for frame in FRAMES:
            seen = []
            begin = (
                client.text_generation("a", stream=True) if read is tokens else client.chat_completion([], stream=True)
            )
            with pytest.raises(TextGenerationError, match=f"^{WORDS}$"):
                async for part in await begin:
                    seen.append(part)  # noqa: PERF401
            assert len(seen) == 1, frame


@shapes
@pytest.mark.parametrize("read", [summary, generation, reply])
async def test_an_error_in_a_stream_nobody_asked_for_is_raised_with_its_words(read: Any, error: Any) -> None:
    answers = [whole(frame % line(error)) for name, frame in FRAMES.items() if name not in ("bare", "the body")]
    async with facing(says(*answers)) as (client, _):
        for _ in answers:
            with pytest.raises((InferenceHTTPError, TextGenerationError), match=WORDS):
                await read(client)


@pytest.mark.parametrize("frame", [b"event: error\ndata: %b\n\n", b"error: %b\n\n", b"event: failure\ndata: %b"])
async def test_an_error_may_be_plain_words(frame: bytes) -> None:
    async with facing(says(*[whole(frame % WORDS.encode())] * 3)) as (client, _):
        for read in (tokens, chunks, generation):
            with pytest.raises(TextGenerationError, match=f"^{WORDS}$"):
                await read(client)


async def spoken(client: AsyncInferenceClient) -> bytes:
    return await client.text_to_speech("a")


@pytest.mark.parametrize("read", [summary, generation, reply, tokens, chunks, spoken])
async def test_plain_words_instead_of_an_answer_are_told(read: Any) -> None:
    bodies = [f"{WORDS}\r\n".encode(), line(WORDS), f"[ERROR] {WORDS}".encode(), b"data: %b\n\n" % line(WORDS)]
    async with facing(says(*[whole(body, content_type="text/plain") for body in bodies])) as (client, _):
        for _ in bodies:
            with pytest.raises(InvalidAnswerError, match=WORDS):
                await read(client)


async def test_an_error_instead_of_a_sound_or_a_picture_is_told() -> None:
    bodies = [as_json({"detail": WORDS}), whole(b"event: error\ndata: %b\n\n" % line({"message": WORDS}))]
    async with facing(says(*bodies, *bodies)) as (client, _):
        for call in (
            client.text_to_speech("a"),
            client.text_to_speech("a"),
            client.text_to_image("a"),
            client.text_to_image("a"),
        ):
            with pytest.raises(InferenceError, match=WORDS):
                await call


HARMLESS: list[dict[str, Any]] = [
    {"error": None},
    {"error": ""},
    {"error": {}},
    {"error": []},
    {"error": False},
    {"error": 0},
    {"error": 0.25},
    {"error": {"code": 0, "message": "success"}},
    {"error": {"code": None, "message": ""}},
    {"error": {"rate": 0.1}},
    {"error": "None"},
    {"message": "All is well"},
    {"message": "ok", "type": "text", "code": 200},
    {"detail": "Some detail"},
    {"status": "success", "msg": "done"},
    {"errors": []},
    {"warning": "error"},
    {"base_resp": {"status_code": 0, "status_msg": "success"}},
]


@pytest.mark.parametrize("beside", HARMLESS, ids=json.dumps)
async def test_a_good_answer_is_no_error_because_of_a_field_beside_it(beside: dict[str, Any]) -> None:
    text, events = {"generated_text": "b"} | beside, [token("b") | beside, chunk("b") | beside]
    chat = {"choices": [{"index": 0, "message": {"content": "b"}}]} | beside
    streams = [b"data: %b\n\n" % line(event) for event in events]
    answers = [
        as_json(text),
        as_json([text]),
        as_json({"summary_text": "b"} | beside),
        as_json(chat),
        *map(whole, streams),
        as_json(text),
        as_json(chat),
    ]
    reads: list[Any] = [generation, generation, summary, reply, tokens, chunks, tokens, chunks]
    async with facing(says(*answers)) as (client, _):
        for read in reads:
            assert "".join(await read(client)) == "b"


@pytest.mark.parametrize("beside", HARMLESS, ids=json.dumps)
async def test_an_empty_answer_is_no_error_because_of_a_field_beside_it(beside: dict[str, Any]) -> None:
    usage = {"choices": [], "usage": {"total_tokens": 1}} | beside
    async with facing(says(as_json({"generated_text": ""} | beside), whole(b"data: %b\n\n" % line(usage)))) as (
        client,
        _,
    ):
        assert await generation(client) == ""
        assert [part.choices async for part in await client.chat_completion([], stream=True)] == [[]]


TYPES: list[tuple[Any, type[TextGenerationError]]] = [
    *GENERATION_ERRORS.items(),
    ("never heard of", UnknownError),
    (5, UnknownError),
]
STATUSES = ["422 No", "424 No", "429 No", "500 No", "503 No", "200 OK"]


@pytest.mark.parametrize(("error_type", "kind"), TYPES)
@pytest.mark.parametrize("read", [generation, tokens, reply, chunks])
async def test_tgis_error_type_gives_an_error_that_is_both(
    read: Any, error_type: Any, kind: type[TextGenerationError]
) -> None:
    refusals = [as_json({"error": WORDS, "error_type": error_type}, status) for status in STATUSES]
    async with facing(*[says(refusal) for refusal in refusals]) as (client, _):
        for status in STATUSES:
            with pytest.raises(kind, match=WORDS) as raised:
                await read(client)
            if status != "200 OK" or read in (generation, reply):
                assert isinstance(raised.value, InferenceHTTPError)
                assert (raised.value.status, raised.value.server_message) == (int(status[:3]), WORDS)


async def test_without_an_error_type_it_is_an_http_error_only() -> None:
    for error_type in (None, ...):
        body = {"error": WORDS} | ({} if error_type is ... else {"error_type": None})
        async with facing(says(as_json(body, "422 No"))) as (client, _):
            with pytest.raises(InferenceHTTPError) as raised:
                await generation(client)
        assert type(raised.value) is InferenceHTTPError


@pytest.mark.parametrize("name", [*GENERATION_HTTP_ERRORS, None])
def test_an_error_that_is_both_can_be_pickled(name: str | None) -> None:
    kind = ErrorInAnswer if name is None else GENERATION_HTTP_ERRORS[name]
    error = kind(424, WORDS, "http://h.example", body=b"{}")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert (type(copy), str(copy), vars(copy)) == (kind, f"424 from http://h.example: {WORDS}", vars(error))
    assert name is None or isinstance(error, GENERATION_ERRORS[name])
    assert error.explain().startswith(WORDS)
    assert all_errors.InferenceHTTPError in kind.__mro__


@pytest.mark.parametrize("error_type", [None, "overloaded"])
async def test_secrets_that_an_error_in_an_answer_repeats_are_not_shown(error_type: str | None) -> None:
    async with facing(says(as_json({"error": f"No: {KEY}", "error_type": error_type}))) as (client, _):
        with pytest.raises(InferenceHTTPError) as raised:
            await generation(client)
    assert KEY not in repr([str(raised.value), raised.value.args, vars(raised.value)])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"3",
        b'"error"',
        b'{"status": "fine"}',
        b'{"error": null}',
        b"\xff",
        b"[" * 100_000,
        b'{"error":' * 900 + b"1" + b"}" * 900,
    ],
)
def test_what_is_no_error_is_none(body: bytes) -> None:
    assert hidden_error(body) is None or b"error" in body


async def test_a_direct_post_is_given_as_it_is() -> None:
    async with facing(says(as_json({"error": WORDS}))) as (client, _):
        assert WORDS.encode() in await client.post(json={})


async def test_a_client_reads_on_after_an_error_in_an_answer() -> None:
    async with facing(says(as_json({"error": WORDS}), as_json({"generated_text": "b"}))) as (client, _):
        with pytest.raises(InferenceHTTPError):
            await generation(client)
        assert await generation(client) == "b"
        assert isinstance(client, AsyncInferenceClient)
