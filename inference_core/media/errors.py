"""The error for pictures and sounds that cannot be used."""

from inference_core.errors import CodedError


class Unreadable(CodedError, ValueError):
    """Not a picture or sound in a known format, or above a limit."""
