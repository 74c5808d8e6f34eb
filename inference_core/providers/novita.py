"""Novita."""

from inference_core.providers.contract import Provider
from inference_core.providers.openai_style import chat, completions

NOVITA = Provider(
    name="novita",
    base_url="https://api.novita.ai",
    tasks={
        "conversational": chat("/v3/openai/chat/completions"),
        "text-generation": completions("/v3/openai/completions"),
    },
)
