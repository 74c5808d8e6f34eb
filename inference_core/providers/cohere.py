"""Cohere, through its OpenAI-compatible routes."""

from inference_core.providers.contract import Provider
from inference_core.providers.openai_style import chat, payload_with_schema, schema_of_object

COHERE = Provider(
    name="cohere",
    base_url="https://api.cohere.com",
    tasks={"conversational": chat("/compatibility/v1/chat/completions", payload_with_schema(schema_of_object))},
)
