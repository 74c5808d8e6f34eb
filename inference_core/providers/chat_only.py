"""Providers that only serve chat completions and differ only in their address."""

from inference_core.providers.contract import Provider
from inference_core.providers.openai_style import chat


def _chat_at(name: str, base_url: str, path: str = "/v1/chat/completions") -> Provider:
    return Provider(name=name, base_url=base_url, tasks={"conversational": chat(path)})


CHAT_ONLY = (
    _chat_at("baseten", "https://inference.baseten.co"),
    _chat_at("cerebras", "https://api.cerebras.ai"),
    _chat_at("groq", "https://api.groq.com", "/openai/v1/chat/completions"),
    _chat_at("ovhcloud", "https://oai.endpoints.kepler.ai.cloud.ovh.net"),
    _chat_at("publicai", "https://api.publicai.co"),
)
