"""How many tokens a model reads at once."""

from typing import Any

from inference_core.engine.contract import CannotAnswer

_UNKNOWN = 10**6
"""Tokenizers that do not know their model's limit name an astronomic one."""

_FIRST_PLACES_UNUSED = ("roberta", "camembert")


def set_window(tokenizer: Any, config: Any) -> int | None:
    """The number of tokens that a model reads, which its tokenizer is told too; None if there is no limit."""
    if tokenizer.model_max_length > _UNKNOWN:
        places = getattr(config, "max_position_embeddings", None)
        if not isinstance(places, int) or places < 1:
            return None
        is_shifted = any(name in config.model_type for name in _FIRST_PLACES_UNUSED)
        tokenizer.model_max_length = places - (config.pad_token_id + 1 if is_shifted else 0)
    return int(tokenizer.model_max_length)


def require_fit(tokenizer: Any, text: str, window: int | None) -> None:
    """Raises CannotAnswer if the text has more tokens than the model reads."""
    if window is not None and (count := len(tokenizer(text, verbose=False).input_ids)) > window:
        raise CannotAnswer("too_many_tokens", count=count, most=window)
