"""Errors as a visitor reads them, and the one way in which they are shown."""

from html import escape

import gradio as gr

from inference_core.errors import NOT_RECORDED, CodedError, InferenceError, InferenceHTTPError, InvalidInputError
from tasks.gallery.room.put_off import PutOff

_REFUSING = (400, 413, 415, 422)
"""Statuses with which servers say that they cannot answer this input."""


class ShownError(gr.Error):
    """An error with words of ours; Gradio's own errors may quote what a caller sent."""


def shown_error(message: str) -> ShownError:
    """The error that Gradio shows as a toast: `message` as text, no traceback in the log."""
    # The browser takes the words of a toast for HTML.
    return ShownError(escape(message, quote=False), print_exception=False, duration=6)


def download_problem(error: InferenceError) -> CodedError:
    """The error about a file that could not be downloaded from a visitor's URL; no model is to blame."""
    if isinstance(error, InvalidInputError) or is_not_recorded(error):
        return error
    if isinstance(error, InferenceHTTPError):
        return CodedError("file_refused_at_url", status=error.status)
    return CodedError("no_file_from_url", problem=error.cause)


def is_not_recorded(error: Exception) -> bool:
    """Whether a recording answers, in which this input is not."""
    return isinstance(error, InferenceHTTPError) and error.code == NOT_RECORDED


def is_refusal(error: Exception) -> bool:
    """Whether another input would get an answer; otherwise something is broken, busy or not allowed."""
    if isinstance(error, InferenceHTTPError):
        return error.status in _REFUSING or is_not_recorded(error)
    return isinstance(error, CodedError) and (
        isinstance(error, InvalidInputError) or not isinstance(error, InferenceError | PutOff)
    )
