"""OpenAI, which cannot be reached through Hugging Face's router."""

from inference_core.providers.contract import Provider
from inference_core.providers.openai_style import chat

OPENAI = Provider(name="openai", base_url="https://api.openai.com", tasks={"conversational": chat()}, routed=False)
