"""The same work done by bare aiohttp, by this project's clients, by huggingface_hub's and by openai's.

All send the same token, have the time-out that they come with, and look at every text they get. Bare aiohttp means a
request whose answer goes through `json.loads`, and `async for line in response.content` with `json.loads` for every
event.
"""

import asyncio
import json
from collections.abc import AsyncIterable
from typing import Any

import aiohttp
import huggingface_hub
import openai
from measuring import Work

from inference_core import AsyncInferenceClient, InferenceClient

_TOKEN = "hf_benchmark"

Client = AsyncInferenceClient | huggingface_hub.AsyncInferenceClient
BlockingClient = InferenceClient | huggingface_hub.InferenceClient


def bare_session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(headers={"Authorization": f"Bearer {_TOKEN}"})


def ours(url: str) -> AsyncInferenceClient:
    return AsyncInferenceClient(url, token=_TOKEN)


def hub(url: str) -> huggingface_hub.AsyncInferenceClient:
    return huggingface_hub.AsyncInferenceClient(url, token=_TOKEN)


def blocking_ours(url: str) -> InferenceClient:
    return InferenceClient(url, token=_TOKEN)


def blocking_hub(url: str) -> huggingface_hub.InferenceClient:
    return huggingface_hub.InferenceClient(url, token=_TOKEN)


def openai_client(url: str) -> openai.AsyncOpenAI:
    return openai.AsyncOpenAI(base_url=url, api_key=_TOKEN)


def at_once(times: int, work: Work) -> Work:
    """The work done several times at once."""

    async def works() -> None:
        await asyncio.gather(*(work() for _ in range(times)))

    return works


def bare_requests(session: aiohttp.ClientSession, url: str, requests: int) -> Work:
    async def work() -> None:
        for _ in range(requests):
            async with session.post(url, json={"inputs": "text"}) as response:
                classes = json.loads(await response.read())[0]
            assert classes[0]["label"] == "POSITIVE"

    return work


def requests(client: Client, requests: int) -> Work:
    async def work() -> None:
        for _ in range(requests):
            classes = await client.text_classification("text")
            assert classes[0].label == "POSITIVE"

    return work


def blocking_requests(client: BlockingClient, requests: int) -> Work:
    async def work() -> None:
        for _ in range(requests):
            classes = client.text_classification("text")
            assert classes[0].label == "POSITIVE"

    return work


def bare_tokens(session: aiohttp.ClientSession, url: str, tokens: int) -> Work:
    async def work() -> None:
        count = 0
        async with session.post(url, json={"inputs": "text", "stream": True}) as response:
            async for line in response.content:
                if line.startswith(b"data:"):
                    count += len(json.loads(line[5:])["token"]["text"]) > 0
        assert count == tokens

    return work


def tokens(client: Client, tokens: int) -> Work:
    """Tokens with their details."""

    async def work() -> None:
        count = 0
        async for event in await client.text_generation("text", stream=True, details=True):
            count += len(event.token.text) > 0
        assert count == tokens

    return work


def texts(client: Client, texts: int) -> Work:
    """The texts of tokens alone."""

    async def work() -> None:
        count = 0
        async for text in await client.text_generation("text", stream=True):
            count += len(text) > 0
        assert count == texts

    return work


def bare_chunks(session: aiohttp.ClientSession, url: str, chunks: int) -> Work:
    body = {"model": "endpoint", "messages": [{"role": "user", "content": "text"}], "stream": True}

    async def work() -> None:
        count = 0
        async with session.post(f"{url}/chat/completions", json=body) as response:
            async for line in response.content:
                if line.startswith(b"data: {"):
                    count += len(json.loads(line[5:])["choices"][0]["delta"].get("content") or "") > 0
        assert count == chunks

    return work


def chunks(client: Client, chunks: int) -> Work:
    async def work() -> None:
        stream = await client.chat_completion([{"role": "user", "content": "text"}], stream=True)
        assert await _with_content(stream) == chunks

    return work


def openai_chunks(client: openai.AsyncOpenAI, chunks: int) -> Work:
    async def work() -> None:
        stream = await client.chat.completions.create(
            model="endpoint", messages=[{"role": "user", "content": "text"}], stream=True
        )
        assert await _with_content(stream) == chunks

    return work


async def _with_content(stream: AsyncIterable[Any]) -> int:
    count = 0
    async for chunk in stream:
        count += len(chunk.choices[0].delta.content or "") > 0
    return count
