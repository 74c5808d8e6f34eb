"""Request bodies with files and tables: bare or JSON, and one sentence for each that cannot be used."""

import base64
import json
from typing import Any, cast

import msgspec
import pytest
from starlette.requests import Request

from inference_core.engine.contract import NonEmpty, Parameters, ServedTask
from inference_core.engine.inputs import Columns, Upload
from inference_core.engine.limits import Limits
from inference_core.engine.server.bodies.parsing import named_model, parse_task_body
from inference_core.engine.server.request_body import BadRequest, max_body_bytes, read_body
from tests.support.media import picture_file, sound_file

LIMITS = Limits(upload=4096, body=1024, cells=6)
PICTURE = picture_file()
TEXT = base64.b64encode(PICTURE).decode()


class Choice(Parameters):
    top_k: int | None = None


class Bare(msgspec.Struct):
    inputs: Upload
    parameters: Choice = msgspec.field(default_factory=Choice)


class Labelled(msgspec.Struct):
    inputs: Upload
    question: NonEmpty


class Pair(msgspec.Struct):
    question: NonEmpty
    image: Upload


class QuestionAndImage(msgspec.Struct):
    inputs: Pair


class Table(msgspec.Struct):
    table: Columns


class Words(msgspec.Struct):
    inputs: NonEmpty


def task(body: type[msgspec.Struct], *, takes_files: bool = True) -> ServedTask:
    def answer(engine: object, body: object) -> None:
        raise AssertionError("a body is read without an engine")

    return ServedTask(id="test", body=body, answer=answer, takes_files=takes_files, answered_example={})


def parse(kind: type[msgspec.Struct], body: object) -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return parse_task_body(raw, task(kind), LIMITS)


def refusal(kind: type[msgspec.Struct], body: object) -> tuple[int, str]:
    with pytest.raises(BadRequest) as refused:
        parse(kind, body)
    return refused.value.status, str(refused.value)


@pytest.mark.parametrize("content", [PICTURE, sound_file()[:4096], b"any bytes", b"[1]", b" \n x", b"\xff" * 9])
def test_a_body_that_is_not_a_json_object_is_the_file_itself(content: bytes) -> None:
    body = parse(Bare, content)
    assert (body.inputs.content, body.parameters) == (content, Choice())


@pytest.mark.parametrize("space", [b"", b" ", b"\r\n\t"])
@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,"])
def test_a_body_that_is_a_json_object_holds_the_file_as_text(prefix: str, space: bytes) -> None:
    body = parse(Bare, space + json.dumps({"inputs": prefix + TEXT, "parameters": {"top_k": 2}}).encode())
    assert (body.inputs.content, body.parameters.top_k) == (PICTURE, 2)


def test_a_file_may_lie_deeper_in_the_body() -> None:
    body = parse(QuestionAndImage, {"inputs": {"question": "What?", "image": TEXT}})
    assert (body.inputs.question, body.inputs.image.content) == ("What?", PICTURE)


def test_a_table_is_taken_as_it_is() -> None:
    assert parse(Table, {"table": {"a": [1, "x"]}}).table == {"a": [1, "x"]}


@pytest.mark.parametrize(
    ("kind", "body", "status", "words"),
    [
        (Bare, b"", 422, "The file is empty: choose another one."),
        (Bare, bytes(4097), 422, "The file is larger than 0.00390625 MiB: send a smaller one."),
        (Bare, b"{", 400, "The body is not valid JSON: "),
        (Bare, {}, 422, "inputs is missing."),
        (Bare, {"inputs": None}, 422, "inputs: expected a file as a base64 string."),
        (Bare, {"inputs": [TEXT]}, 422, "inputs: expected a file as a base64 string."),
        (Bare, {"inputs": "no base64!"}, 422, "inputs: expected a file as a base64 string, but it is not base64."),
        (Bare, {"inputs": ""}, 422, "The file is empty: choose another one."),
        (
            Bare,
            {"inputs": base64.b64encode(bytes(4097)).decode()},
            422,
            "The file is larger than 0.00390625 MiB: send a smaller one.",
        ),
        (Bare, {"inputs": TEXT, "parameters": {"top_k": "x"}}, 422, "parameters.top_k: expected `int | null`"),
        (
            Bare,
            {"inputs": TEXT, "parameters": {"threshold": 1}},
            400,
            "The following `model_kwargs` are not used by the model: ['threshold']. This one takes: top_k.",
        ),
        (Labelled, PICTURE, 422, "question is missing: send JSON that has it next to `inputs`."),
        (Labelled, {"inputs": TEXT, "question": " "}, 422, "question is empty: write some text."),
        (QuestionAndImage, PICTURE, 400, "The body is not valid JSON: "),
        (QuestionAndImage, {"inputs": {"question": "What?"}}, 422, "inputs.image is missing."),
        (
            QuestionAndImage,
            {"inputs": {"question": "What?", "image": 1}},
            422,
            "inputs.image: expected a file as a base64",
        ),
        (Table, b"a,b\n1,2", 400, "The body is not valid JSON: "),
        (Table, {"table": [[1]]}, 422, "table: expected a table as {column: [cells]}."),
        (Table, {"table": {}}, 422, "The table is empty: give at least one column with one row."),
        (
            Table,
            {"table": {"a": [1], "b": [1, 2]}},
            422,
            "Column 'a' has 1 cells but column 'b' has 2: give every column one cell per row.",
        ),
        (Table, {"table": {"a": [1] * 7}}, 422, "The table has 7 cells: send at most 6."),
        (Table, {"table": {"a": [[]]}}, 422, "table: expected text or a number in row 1, column 'a'."),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_sentence(
    kind: type[msgspec.Struct], body: object, status: int, words: str
) -> None:
    refused = refusal(kind, body)
    assert refused[0] == status
    assert refused[1].startswith(words)
    assert refused[1].endswith(".")


def test_a_body_with_files_may_be_as_large_as_two_of_them_in_base64() -> None:
    twice = json.dumps({"inputs": base64.b64encode(bytes(4096)).decode(), "image": "A" * 5_464}).encode()
    assert len(twice) <= max_body_bytes(task(Bare), LIMITS) == 1024 + 3 * 4096
    assert max_body_bytes(task(Words, takes_files=False), LIMITS) == 1024


def request(*chunks: bytes, **headers: str) -> tuple[Request, list[bytes]]:
    """A request that arrives in these chunks, and the chunks that have not been read yet."""
    left = list(chunks)

    async def receive() -> dict[str, Any]:
        body = left.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(left)}

    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": raw}
    return Request(cast("Any", scope), receive), left


async def test_a_body_as_large_as_allowed_is_read_whole() -> None:
    sent, _ = request(b"abc", b"de", content_length="5")
    assert await read_body(sent, 5) == b"abcde"


@pytest.mark.parametrize("headers", [{}, {"content_length": "3"}, {"content_length": "x"}])
async def test_a_body_that_grows_too_large_is_refused_at_once(headers: dict[str, str]) -> None:
    sent, left = request(b"abc", b"def", b"ghi", **headers)
    with pytest.raises(
        BadRequest, match=r"The request is larger than the .* MiB this server accepts: send less"
    ) as refused:
        await read_body(sent, 5)
    assert (refused.value.status, left) == (413, [b"ghi"])


async def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    sent, left = request(b"abc", content_length="6")
    with pytest.raises(BadRequest):
        await read_body(sent, 5)
    assert left == [b"abc"]


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        *(({"content_encoding": encoding}, "body_compressed") for encoding in ("gzip", "br", "deflate, gzip", "ZSTD")),
        ({"content_type": "Multipart/form-data; boundary=x"}, "body_is_a_form"),
    ],
)
async def test_a_body_in_another_format_is_refused_by_its_name_and_not_read(headers: dict[str, str], code: str) -> None:
    sent, left = request(b"abc", **headers)
    with pytest.raises(BadRequest) as refused:
        await read_body(sent, 5)
    assert (refused.value.status, refused.value.code, left) == (415, code, [b"abc"])


@pytest.mark.parametrize(
    "headers", [{"content_encoding": "identity"}, {"content_type": "application/x-www-form-urlencoded"}, {}]
)
async def test_the_body_counts_whatever_its_content_type_says(headers: dict[str, str]) -> None:
    sent, _ = request(b"\xef\xbb\xbf{", b"}", **headers)
    assert await read_body(sent, 5) == b"{}"


@pytest.mark.parametrize("model", ["5", "[1]", "true"])
def test_a_model_that_is_no_name_is_named_as_the_wrong_field(model: str) -> None:
    with pytest.raises(BadRequest) as refused:
        named_model(f'{{"model": {model}}}'.encode())
    assert (refused.value.status, refused.value.code, refused.value.arguments["field"]) == (422, "field_wrong", "model")
