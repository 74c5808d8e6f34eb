"""Errors as a visitor reads them: one sentence with the cause, one with the cure."""

from inference_core.errors import (
    AddressRefusedError,
    InferenceConnectionError,
    InferenceError,
    InferenceHTTPError,
    InferenceTimeoutError,
    InvalidAnswerError,
    InvalidInputError,
)

_CURES = {
    401: "The model wants a valid token: the operator of this gallery can set one.",
    403: "The token in use may not call this model: choose another model.",
    404: "Check the model's name, or clear the model box to use the recommended one.",
    413: "Give it less.",
    429: "Too many calls for now: wait a little and run again.",
    503: "Wait a moment and run again.",
    504: "Ask for less, or run again later.",
}


def explain(error: InferenceError) -> str:
    """The error in words for a visitor, without status codes and addresses that mean nothing to them."""
    if isinstance(error, InferenceHTTPError):
        wait = f" The server asks to wait {error.retry_after:g} s." if error.retry_after else ""
        return f"{_sentence(error.server_message)}{wait} {_status_cure(error.status)}".strip()
    return f"{_sentence(str(error))} {_cure(error)}".strip()


def explain_download(error: InferenceError) -> str:
    """The same for a file that could not be got from a visitor's URL, where no model is to blame."""
    if isinstance(error, InvalidInputError):
        return str(error)
    words = str(error)
    if isinstance(error, InferenceHTTPError):
        words = f"The file's server refused it with status {error.status}"
    return f"{_sentence(words)} Check the URL, or upload the file."


def _status_cure(status: int) -> str:
    if status in (400, 422):
        return ""  # the server's words say what to change
    return _CURES.get(status, "Run again, or choose another model.")


def _cure(error: InferenceError) -> str:
    if isinstance(error, AddressRefusedError):
        return "Give the address of a public endpoint, or a model id."
    if isinstance(error, InferenceTimeoutError):
        return "The model may be busy or still loading: run again in a moment, or choose another one."
    if isinstance(error, InferenceConnectionError):
        return "Check the address and the network, then run again."
    if isinstance(error, InvalidAnswerError):
        return "This model probably does another task: choose one made for this."
    return ""


def _sentence(words: str) -> str:
    words = words.strip()
    return words if words.endswith((".", "!", "?")) else f"{words}."
