"""Media that cannot be used."""

from inference_core.errors import CodedError


class Unreadable(CodedError, ValueError):
    """No picture or sound of a known kind, or one beyond a limit."""
