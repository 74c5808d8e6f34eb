"""pydantic-ai's HuggingFaceModel, plain and streamed."""

import asyncio
from collections.abc import Callable
from typing import Any

from pydantic_ai import Agent
from pydantic_ai.models.huggingface import HuggingFaceModel
from pydantic_ai.providers.huggingface import HuggingFaceProvider
from reporting import outcome, report, setting

question = setting["texts"]["chat"][0]["content"]


def agent(base_url: str) -> Agent:
    provider = HuggingFaceProvider(base_url=base_url, api_key="none")
    return Agent(HuggingFaceModel(setting["chat_model"], provider=provider))


async def streamed(base_url: str) -> list[str]:
    async with agent(base_url).run_stream(question) as run:
        return [piece async for piece in run.stream_text(delta=True, debounce_by=None)]


URLS = {"the server": setting["engine"] + "/v1", "the model": f"{setting['engine']}/models/{setting['chat_model']}"}


def calls() -> dict[str, Callable[[], Any]]:
    found: dict[str, Callable[[], Any]] = {}
    for name, url in URLS.items():
        found[f"chat by the URL of {name}"] = lambda url=url: agent(url).run_sync(question).output
        found[f"chat by the URL of {name}, stream"] = lambda url=url: asyncio.run(streamed(url))
    return found


report((name, outcome(call)) for name, call in calls().items())
