"""Hugging Face's switches in the environment."""

import os

_YES = ("1", "ON", "YES", "TRUE")


def is_switched_on(variable: str) -> bool:
    """Whether an environment variable says yes, in the spellings huggingface_hub takes, whatever their case."""
    return os.environ.get(variable, "").upper() in _YES
