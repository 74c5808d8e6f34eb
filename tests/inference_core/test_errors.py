"""An error is a code with arguments; all its sentences are made from them."""

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest

from inference_core import (
    AsyncInferenceClient,
    InferenceError,
    InferenceHTTPError,
    InvalidAnswerError,
    InvalidInputError,
)
from inference_core.engine.contract import CannotAnswer
from inference_core.engine.server.request_body import BadRequest
from inference_core.errors import CodedError, GenerationError, InferenceTimeoutError, MissingFileError
from inference_core.http.error_body import code_and_arguments


def test_cause_and_cure_are_sentences_and_the_explanation_joins_them() -> None:
    error = InvalidInputError("file_too_large", most=2.5)
    assert (error.cause, error.cure) == ("The file is larger than 2.5 MiB.", "Send a smaller one.")
    assert error.explain() == str(error) == "The file is larger than 2.5 MiB: send a smaller one."


def test_an_address_is_for_programmers_only() -> None:
    error = InferenceTimeoutError("no_answer_in_time", url="http://127.0.0.1:7", seconds=2)
    assert str(error) == "No complete answer from http://127.0.0.1:7 within 2 s."
    assert "127.0.0.1" not in error.explain() + error.cause + error.cure
    assert str(InferenceTimeoutError("no_answer_in_time", url=None, seconds=2)).startswith("No complete answer within")


def test_what_only_a_program_can_do_wrong_is_not_explained_to_visitors() -> None:
    error = InvalidInputError("bad_timeout")
    assert "timeout must be a number" in str(error)
    assert error.explain() == CodedError("app_failed").explain()


def test_a_missing_argument_leaves_a_gap_and_an_unknown_code_is_shown_as_it_is() -> None:
    assert str(InvalidInputError("file_too_large")) == "The file is larger than … MiB: send a smaller one."
    assert str(InvalidInputError("nobody_wrote_this")) == "nobody_wrote_this."


@pytest.mark.parametrize("path", ["no/such/file.png", Path("/no/such/folder/file.wav")])
async def test_a_missing_file_is_also_what_python_calls_it(path: Any) -> None:
    async with AsyncInferenceClient("http://127.0.0.1:9/") as client:
        for call in (client.image_classification(path), client.automatic_speech_recognition(path)):
            with pytest.raises(FileNotFoundError, match="cannot be read: No such file") as raised:
                await call
            assert isinstance(raised.value, MissingFileError)
            assert isinstance(raised.value, InvalidInputError)


async def test_a_file_that_is_there_and_cannot_be_read_is_not_called_missing(tmp_path: Path) -> None:
    async with AsyncInferenceClient("http://127.0.0.1:9/") as client:
        with pytest.raises(InvalidInputError) as raised:
            await client.image_classification(tmp_path)
        assert not isinstance(raised.value, FileNotFoundError)


@pytest.mark.parametrize("value", ["{most}", "{0}", "a } b", "%s", "\\", "<b>"])
def test_an_argument_is_shown_unchanged_whatever_is_in_it(value: str) -> None:
    assert InvalidInputError("not_a_model", model=value).explain().startswith(f"'{value}' is not a model")


@pytest.mark.parametrize(
    "error",
    [
        InvalidInputError("file_too_large", most=2.5),
        MissingFileError("unreadable_path", name="a.png", reason="No such file or directory"),
        InvalidAnswerError("empty_list", b"[]"),
        InferenceHTTPError(429, "Slow down", "http://a.example", retry_after=3.0, body=b"{}"),
        GenerationError("The model failed"),
        CannotAnswer("text_too_long", count=9, most=8),
        BadRequest(404, "no_such_model", model="x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_can_be_copied_and_pickled(error: CodedError) -> None:
    for other in (copy.copy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301
        assert type(other) is type(error)
        assert (str(other), other.explain(), other.code) == (str(error), error.explain(), error.code)
        assert vars(other) == vars(error)


@pytest.mark.parametrize(
    ("body", "code", "explanation"),
    [
        (
            b'{"error": "The text has 9 characters, more than 8: shorten it.", "code": "text_too_long", '
            b'"arguments": {"count": 9, "most": 8}}',
            "text_too_long",
            "The text has 9 characters, more than 8: shorten it.",
        ),
        # The code is one of ours by chance: the server's own words count.
        (b'{"error": "Say less.", "code": "text_too_long", "arguments": {"count": 9}}', "http_422", "Say less."),
        (b'{"error": "Say less.", "code": "text_too_long"}', "http_422", "Say less."),
        (b'{"error": "Say less.", "code": 422, "arguments": [1]}', "http_422", "Say less."),
        (b'{"error": "Say less.", "code": "text_too_long", "arguments": {"count": {"a": 1}}}', "http_422", "Say less."),
        (b"Say less.", "http_422", "Say less."),
    ],
)
def test_a_servers_code_counts_only_if_it_makes_the_servers_words(body: bytes, code: str, explanation: str) -> None:
    found, arguments = code_and_arguments(body)
    error = InferenceHTTPError(422, explanation, "http://a.example", code=found, arguments=arguments)
    assert (error.code, error.explain(), error.server_message) == (code, explanation, explanation)
    assert isinstance(error, InferenceError)


def test_every_error_has_what_only_servers_give() -> None:
    error = InvalidInputError("empty_list")
    assert (error.server_message, error.status, error.request_id) == (None, None, None)
