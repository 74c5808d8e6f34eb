"""Hugging Face's environment variables that are on or off."""

import os

_YES = ("1", "ON", "YES", "TRUE")


def is_switched_on(variable: str) -> bool:
    """Whether an environment variable says yes, in any spelling that huggingface_hub accepts, in upper or lower
    case."""
    return os.environ.get(variable, "").upper() in _YES
