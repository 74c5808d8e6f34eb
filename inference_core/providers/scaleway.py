"""Scaleway."""

from inference_core.providers.contract import Provider
from inference_core.providers.openai_style import chat, embeddings

SCALEWAY = Provider(
    name="scaleway",
    base_url="https://api.scaleway.ai",
    tasks={"conversational": chat(), "feature-extraction": embeddings()},
)
