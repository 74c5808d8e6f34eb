"""Errors as a visitor reads them, and the one way in which they are shown."""

from html import escape

import gradio as gr

from inference_core.errors import CodedError, InferenceError, InferenceHTTPError, InvalidInputError


def shown_error(message: str) -> gr.Error:
    """The error that Gradio shows as a toast: `message` as text, no traceback in the log."""
    return gr.Error(escape(message, quote=False), print_exception=False, duration=6)


def explain_download(error: InferenceError) -> str:
    """The message about a file that could not be downloaded from a visitor's URL; no model is to blame."""
    if isinstance(error, InvalidInputError):
        return error.explain()
    if isinstance(error, InferenceHTTPError):
        return CodedError("file_refused_at_url", status=error.status).explain()
    return CodedError("no_file_from_url", problem=error.cause).explain()
