"""Errors in words: the cause as a sentence, the cure as another, no codes and no secrets."""

import pytest

from inference_core.errors import (
    AddressRefusedError,
    GenerationError,
    InferenceConnectionError,
    InferenceError,
    InferenceHTTPError,
    InferenceTimeoutError,
    InvalidAnswerError,
    InvalidInputError,
)
from tasks.gallery.error_text import explain, explain_download


def refused(status: int, words: str = "No", retry_after: float | None = None) -> InferenceHTTPError:
    return InferenceHTTPError(status, words, "https://example.com/models/m?key=…", retry_after=retry_after)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            refused(401, "Invalid username or password."),
            "Invalid username or password. The model wants a valid token: the operator of this gallery can set one.",
        ),
        (
            refused(404, "There is no model 'x/y'"),
            "There is no model 'x/y'. Check the model's name, or clear the model box to use the recommended one.",
        ),
        (refused(422, "top_k is too large!"), "top_k is too large!"),
        (
            refused(429, "Slow down", 30.0),
            "Slow down. The server asks to wait 30 s. Too many calls for now: wait a little and run again.",
        ),
        (refused(418, "Teapot"), "Teapot. Run again, or choose another model."),
        (InvalidInputError("The text is too long."), "The text is too long."),
        (
            InferenceTimeoutError("No answer within 5 s"),
            "No answer within 5 s. The model may be busy or still loading: run again in a moment, or choose another "
            "one.",
        ),
        (
            InferenceConnectionError("example.com cannot be reached."),
            "example.com cannot be reached. Check the address and the network, then run again.",
        ),
        (
            AddressRefusedError("“10.0.0.1” is not public."),
            "“10.0.0.1” is not public. Give the address of a public endpoint, or a model id.",
        ),
        (
            InvalidAnswerError("The answer holds no summary."),
            "The answer holds no summary. This model probably does another task: choose one made for this.",
        ),
        (GenerationError("The model failed"), "The model failed."),
    ],
)
def test_an_error_is_told_as_cause_and_cure(error: InferenceError, told: str) -> None:
    assert explain(error) == told


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422, 429, 500, 503, 504])
def test_neither_status_nor_address_is_told(status: int) -> None:
    told = explain(refused(status))
    assert str(status) not in told and "http" not in told
    # What is wrong with the input says already what to change; everything else gets its cure.
    assert told.count(". ") >= (status not in (400, 422))


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (
            refused(404, "<p>Gone</p>"),
            "The file's server refused it with status 404. Check the URL, or upload the file.",
        ),
        (InferenceTimeoutError("No answer."), "No answer. Check the URL, or upload the file."),
        (InvalidInputError("The file is too large: use a smaller one."), "The file is too large: use a smaller one."),
    ],
)
def test_a_file_that_cannot_be_got_is_not_blamed_on_a_model(error: InferenceError, told: str) -> None:
    assert explain_download(error) == told
