"""Hosted models with keys, played by a server of the test's own, and a program that calls each of them once.

`python -m tests.support.hosted REPLAY ENDPOINT` makes the same calls of a replay of them.
"""

import asyncio
import hashlib
import json
import sys
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

import huggingface_hub
from aiohttp import web

from inference_core import AsyncInferenceClient, Exchange
from tests.support.answers import chat_event, in_turn, says
from tests.support.media import noise_picture, picture_file, sound_file, tone
from tests.support.upstream import Answer, Upstream, answers

KEY = "hf_QkZ7vT2mXw9LrB4nYc6D/+p&8"
QUERY_KEY = "q9-Zt5rW8xKv3"
SIGNATURE = "0123456789abcdef0123"
TEAM = "team-77aa-31bc-xyz"
SECRETS = [KEY, QUERY_KEY, SIGNATURE, TEAM]
REPEATED = ("/ear", "/gossip/v1/chat/completions", "/edit/requests/7", "/echo")
"""Ends of the paths whose answers hold a secret."""

PAUSE = 0.04
MOOD = "I could not be happier"
QUESTION = [{"role": "user", "content": "Why is the sky blue?"}]
_WORDS = [f" word{number}" for number in range(25)]


@cache
def picture() -> bytes:
    return picture_file(noise_picture((300, 300)))


@cache
def sound() -> bytes:
    return sound_file(tone(3.0))


def _with_key(answer: Answer) -> Answer:
    """What only whoever sends the key gets."""

    async def checked(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {KEY}" or request.headers.get("X-Team") != TEAM:
            return web.json_response({"error": "a key is needed"}, status=401)
        return await answer(request, upstream)

    return checked


def _spoken(*words: str) -> Answer:
    """A chat that is written word by word."""

    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for word in words:
            await asyncio.sleep(PAUSE)
            await response.write(chat_event(word))
        await response.write(b"data: [DONE]\n\n")
        return response

    return answer


async def _echo(request: web.Request, upstream: Upstream) -> web.StreamResponse:
    """All that was sent, as a careless server shows it."""
    return web.json_response({"url": str(request.url), "headers": dict(request.headers), "body": await request.text()})


def hosted() -> Answer:
    """A server of `serving` for `calls`: look-ups, a model that loads, streams, files by URL, jobs in a queue."""
    loading = says(json.dumps({"error": "loading", "estimated_time": 0.2}).encode(), 503)
    mood = in_turn(loading, answers([[{"label": "POSITIVE", "score": 0.9}]]))
    status = in_turn(answers({"status": "IN_QUEUE"}), answers({"status": "COMPLETED"}))

    def painted(query: str) -> Answer:
        async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
            return web.json_response({"images": [{"url": f"{upstream.url}/files/result.png{query}"}]})

        return answer

    async def queued(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        return web.json_response({"status": "IN_QUEUE", "response_url": f"{upstream.url}/fal-ai/edit/requests/7"})

    def served(provider_id: str, task: str) -> Answer:
        entry = {"status": "live", "providerId": provider_id, "task": task}
        return answers({"id": "a", "inferenceProviderMapping": {"fal-ai": entry}})

    paths: dict[str, Answer] = {
        "/api/tasks": answers({"text-classification": {"widgetModels": ["org/mood"]}}),
        "/api/models/org/painter": served("fal-ai/painter", "text-to-image"),
        "/api/models/org/editor": served("fal-ai/edit", "image-to-image"),
        "/models/org/mood": _with_key(mood),
        "/models/org/chat/v1/chat/completions": _with_key(_spoken(*_WORDS)),
        "/models/org/gossip/v1/chat/completions": _with_key(_spoken("your key is ", KEY, KEY[:9], KEY[9:])),
        "/models/org/voice": _with_key(says(sound(), content_type="audio/wav")),
        "/models/org/ear": _with_key(answers({"text": f"the key is {KEY}"})),
        "/fal-ai/fal-ai/painter": _with_key(painted("")),
        "/fal-ai/fal-ai/edit": _with_key(queued),
        "/fal-ai/fal-ai/edit/requests/7/status": _with_key(status),
        "/fal-ai/edit/requests/7/status": _with_key(status),
        "/fal-ai/fal-ai/edit/requests/7": _with_key(painted(f"?X-Amz-Signature={SIGNATURE}")),
        "/files/result.png": says(picture(), content_type="image/png"),
        "/echo": _echo,
    }

    async def answer(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        return await paths.get(request.path, says(b'{"error": "no such path"}', 404))(request, upstream)

    return answer


@dataclass(frozen=True)
class Came:
    """An exchange as its caller saw it: the digest of the body, and when its parts came, in milliseconds."""

    url: str
    status: int | None
    digest: str
    size: int
    first: float
    last: float


async def calls(endpoint: str, **options: Any) -> list[Came]:
    """Call every model of `hosted()` once; `options` are those of the client, and its `recorder`."""
    exchanges: list[Exchange] = []
    watched = {"observer": exchanges.append, "recorder": options.pop("recorder", None)}
    given: dict[str, Any] = {"endpoint": endpoint, "token": KEY, "headers": {"X-Team": TEAM}, "timeout": 30, **options}
    async with AsyncInferenceClient(**given) as owner, AsyncInferenceClient(provider="fal-ai", **given) as other:
        client, fal = owner.with_options(**watched), other.with_options(**watched)
        await client.recommended_models()
        await client.text_classification(MOOD)
        stream = await client.chat_completion(QUESTION, model="org/chat", stream=True)
        assert len([event async for event in stream]) == len(_WORDS)
        gossip = await client.chat_completion(QUESTION, model="org/gossip", stream=True)
        assert [event async for event in gossip]
        await client.text_to_speech("hello", model="org/voice")
        await client.automatic_speech_recognition(sound(), model="org/ear")
        assert (await fal.text_to_image("a boat", model="org/painter")).size == (300, 300)
        assert (await fal.image_to_image(picture(), prompt="bluer", model="org/editor")).size == (300, 300)
        await client.post(json={"inputs": f"keep {KEY} secret"}, model=f"{endpoint}/echo?api_key={QUERY_KEY}")
    return [_came(exchange) for exchange in exchanges]


def _came(exchange: Exchange) -> Came:
    last = exchange.parts[-1][0] if exchange.parts else 0.0
    digest = hashlib.sha256(exchange.response).hexdigest()
    return Came(exchange.url, exchange.status, digest, exchange.received, exchange.first_byte or 0.0, last)


def by_huggingface_hub(url: str) -> list[Any]:
    """What huggingface_hub's clients, which know nothing of a replay, get from one by URL."""
    client = huggingface_hub.InferenceClient(model=f"{url}/models/org/mood")
    said: list[Any] = [client.text_classification(MOOD)[0].label]
    chat = huggingface_hub.InferenceClient(base_url=f"{url}/models/org/chat/v1")
    said.append("".join(one.choices[0].delta.content or "" for one in chat.chat_completion(QUESTION, stream=True)))

    async def spoken() -> str:
        async with huggingface_hub.AsyncInferenceClient(model=f"{url}/models/org/ear") as ear:
            return (await ear.automatic_speech_recognition(sound())).text

    return [*said, asyncio.run(spoken())]


def main(url: str, endpoint: str) -> None:
    came = asyncio.run(calls(endpoint, replay=url))
    print(json.dumps({"came": [asdict(one) for one in came], "others": by_huggingface_hub(url)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
