"""Fireworks AI."""

from inference_core.providers.contract import Provider
from inference_core.providers.openai_style import chat, payload_with_schema, schema_of_object

FIREWORKS_AI = Provider(
    name="fireworks-ai",
    base_url="https://api.fireworks.ai",
    tasks={"conversational": chat("/inference/v1/chat/completions", payload_with_schema(schema_of_object))},
)
