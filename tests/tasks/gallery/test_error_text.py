"""Errors in words: the cause and the cure once each, no codes, no addresses of ours and no secrets."""

from html import unescape

import pytest

from inference_core.errors import (
    AddressRefusedError,
    CodedError,
    GenerationError,
    InferenceConnectionError,
    InferenceError,
    InferenceHTTPError,
    InferenceTimeoutError,
    InvalidAnswerError,
    InvalidInputError,
)
from tasks.gallery.error_text import download_problem, is_refusal, shown_error
from tests.support.hostile import hostile_words


def refused(status: int, words: str = "No", retry_after: float | None = None) -> InferenceHTTPError:
    return InferenceHTTPError(status, words, "https://example.com/models/m?key=…", retry_after=retry_after)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            refused(401, "Invalid username or password."),
            "Invalid username or password. This model needs a valid token, which the operator of this gallery can set.",
        ),
        (
            refused(404, "There is no model 'x/y'"),
            "There is no model 'x/y'. Check the model's name, or clear the model box to use the recommended one.",
        ),
        (refused(422, "top_k is too large!"), "top_k is too large!"),
        (refused(429, "Slow down"), "Slow down. Wait a little and run again."),
        (refused(429, "Slow down", 30.0), "Slow down. Wait 30 s and run again."),
        (refused(503, "Loading", 1.5), "Loading. Wait 1.5 s and run again."),
        (refused(418, "Teapot"), "Teapot. Run again, or choose another model."),
        (
            InvalidInputError("not_a_url", given="x"),
            "x is not a URL that can be called: give one like https://example.com/path.",
        ),
        (
            InferenceTimeoutError("no_answer_in_time", url="http://127.0.0.1:4711", seconds=5.0),
            "No complete answer within 5 s: run again in a moment, or choose another model.",
        ),
        (
            InferenceConnectionError("unreachable", url="http://127.0.0.1:4711", reason="Connection refused"),
            "The server cannot be reached: Connection refused. Check the address and the network, then run again.",
        ),
        (
            AddressRefusedError("not_public", host="10.0.0.1"),
            "“10.0.0.1” does not lead to a public address on the internet, so it cannot be called from here: give the "
            "address of a public endpoint, or a model id.",
        ),
        (
            InvalidAnswerError("empty_list"),
            "The server answered with an empty list: this model is probably made for another task, choose one made for "
            "this task.",
        ),
        (GenerationError("The model failed"), "The model failed. Run again, or choose another model."),
        (
            InvalidInputError("two_names_for_model"),
            "Something went wrong in this app, not in what you gave it: run again.",
        ),
    ],
)
def test_an_error_is_explained_by_cause_and_cure(error: InferenceError, message: str) -> None:
    assert error.explain() == message


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422, 429, 500, 503, 504])
def test_neither_status_nor_address_is_shown(status: int) -> None:
    message = refused(status).explain()
    assert str(status) not in message and "http" not in message
    # An error about the input already says what to change; every other one gets its cure.
    assert message.count(". ") >= (status not in (400, 422))


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            refused(404, "<p>Gone</p>"),
            "The file's server refused the download with status 404: check the URL, or upload the file.",
        ),
        (
            InferenceTimeoutError("no_answer_in_time", seconds=5.0),
            "No complete answer within 5 s. Check the URL, or upload the file.",
        ),
        (
            InvalidInputError("file_too_large", most=100.0),
            "The file is larger than 100 MiB: send a smaller one.",
        ),
    ],
)
def test_a_file_that_cannot_be_downloaded_is_not_blamed_on_a_model(error: InferenceError, message: str) -> None:
    assert download_problem(error).explain() == message


@pytest.mark.parametrize(
    ("error", "is_one"),
    [
        (refused(422, "This model reads only English"), True),
        (refused(400), True),
        (InvalidInputError("file_too_large", most=100.0), True),
        (CodedError("nothing_filled_in", label="Text"), True),
        (refused(401), False),
        (refused(429), False),
        (refused(503), False),
        (InferenceTimeoutError("no_answer_in_time", seconds=5.0), False),
        (InvalidAnswerError("empty_list"), False),
        (ValueError("x"), False),
    ],
)
def test_only_where_another_input_helps_it_is_a_refusal(error: Exception, is_one: bool) -> None:
    assert is_refusal(error) == is_one


@pytest.mark.parametrize("words", hostile_words("http://127.0.0.1:1"))
def test_a_toast_has_no_markup_and_the_words_as_they_were(words: str) -> None:
    shown = str(shown_error(words).message)
    assert "<" not in shown and ">" not in shown
    assert unescape(shown) == words


def test_a_toast_brings_no_traceback_into_the_log() -> None:
    assert not shown_error("No.").print_exception
