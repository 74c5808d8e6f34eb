"""Errors as a visitor reads them, and the one way in which they are shown."""

from html import escape

import gradio as gr

from inference_core.errors import CodedError, InferenceError, InferenceHTTPError, InvalidInputError


class ShownError(gr.Error):
    """An error with words of ours; Gradio's own errors may quote what a caller sent."""


def shown_error(message: str) -> ShownError:
    """The error that Gradio shows as a toast: `message` as text, no traceback in the log."""
    # The browser takes the words of a toast for HTML.
    return ShownError(escape(message, quote=False), print_exception=False, duration=6)


def explain_download(error: InferenceError) -> str:
    """The message about a file that could not be downloaded from a visitor's URL; no model is to blame."""
    if isinstance(error, InvalidInputError):
        return error.explain()
    if isinstance(error, InferenceHTTPError):
        return CodedError("file_refused_at_url", status=error.status).explain()
    return CodedError("no_file_from_url", problem=error.cause).explain()
