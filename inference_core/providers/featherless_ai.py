"""Featherless AI."""

from inference_core.providers.contract import Provider
from inference_core.providers.openai_style import chat, completions

FEATHERLESS_AI = Provider(
    name="featherless-ai",
    base_url="https://api.featherless.ai",
    tasks={"conversational": chat(), "text-generation": completions()},
)
