"""The providers and the tasks they serve: one object per provider and task.

May import `answers`, `http`, `media` and `errors`.
"""

from inference_core.providers.chat_only import CHAT_ONLY
from inference_core.providers.cohere import COHERE
from inference_core.providers.contract import Provider
from inference_core.providers.deepinfra import DEEPINFRA
from inference_core.providers.fal_ai import FAL_AI
from inference_core.providers.featherless_ai import FEATHERLESS_AI
from inference_core.providers.fireworks_ai import FIREWORKS_AI
from inference_core.providers.hf_inference import HF_INFERENCE
from inference_core.providers.novita import NOVITA
from inference_core.providers.nscale import NSCALE
from inference_core.providers.openai import OPENAI
from inference_core.providers.replicate import REPLICATE
from inference_core.providers.scaleway import SCALEWAY
from inference_core.providers.together import TOGETHER
from inference_core.providers.wavespeed import WAVESPEED
from inference_core.providers.zai_org import ZAI_ORG

_ALL = (
    *CHAT_ONLY,
    COHERE,
    DEEPINFRA,
    FAL_AI,
    FEATHERLESS_AI,
    FIREWORKS_AI,
    HF_INFERENCE,
    NOVITA,
    NSCALE,
    OPENAI,
    REPLICATE,
    SCALEWAY,
    TOGETHER,
    WAVESPEED,
    ZAI_ORG,
)

PROVIDERS: dict[str, Provider] = {provider.name: provider for provider in sorted(_ALL, key=lambda one: one.name)}
"""All providers by name, in alphabetical order."""
