"""What the Hub is asked for: recommended models and providers, kept for an hour."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from inference_core import (
    AsyncInferenceClient,
    InferenceConnectionError,
    InferenceHTTPError,
    InferenceTimeoutError,
    InvalidInputError,
)
from inference_core.http.transport import Transport
from inference_core.routing import router as models_router
from inference_core.routing.cache import Cache
from inference_core.routing.hub import ANY, EXPIRY, LIST_EXPIRY, Hub, HubCache
from inference_core.routing.options import Options
from inference_core.routing.recommended import RECOMMENDED
from inference_core.routing.server import Access, Server
from tests.support.answers import asking, by_path, in_turn, says
from tests.support.models import catalogue
from tests.support.router import Reply, Router, routing
from tests.support.upstream import Answer, Upstream, answers, silence

TASKS = {
    "summarization": {"widgetModels": ["org/summarizer", "org/other"], "label": "Summarization"},
    "text-generation": {"widgetModels": ["org/writer"]},
    "translation": {"widgetModels": []},
}
SUMMARY = answers([{"summary_text": "b"}])


def recommending(tasks: Answer) -> Answer:
    return by_path(lambda path: tasks if path == "/api/tasks" else SUMMARY)


def paths(upstream: Upstream) -> list[str]:
    return [path for path, _, _ in upstream.requests]


async def test_the_first_recommended_model_is_used_and_asked_for_once() -> None:
    async with asking(recommending(answers(TASKS)), None, lists_tasks=True) as (client, upstream):
        await client.summarization("a")
        await client.with_options(timeout=5).summarization("a")
    assert paths(upstream) == ["/api/tasks", "/models/org/summarizer", "/models/org/summarizer"]


async def test_fifty_first_calls_at_once_ask_once() -> None:
    async with asking(recommending(answers(TASKS)), None, lists_tasks=True) as (client, upstream):
        await asyncio.gather(*(client.summarization("a") for _ in range(50)))
    assert paths(upstream).count("/api/tasks") == 1


async def test_a_chat_takes_the_model_of_text_generation() -> None:
    async with asking(answers(TASKS), None, lists_tasks=True) as (client, _):
        assert await client.recommended_model("conversational") == "org/writer"


@pytest.mark.parametrize("task", ["translation", "unheard-of"])
async def test_a_task_without_a_recommended_model_needs_one(task: str) -> None:
    async with asking(answers(TASKS), None, lists_tasks=True) as (client, _):
        with pytest.raises(InvalidInputError, match=f"no recommended model for {task}: name one"):
            await client.recommended_model(task)


async def test_a_failed_look_up_fails_all_who_wait_and_is_tried_again() -> None:
    tasks = in_turn(answers({"error": "Busy."}, 500), answers(TASKS))
    async with asking(recommending(tasks), None, lists_tasks=True) as (client, upstream):
        failed = await asyncio.gather(*(client.summarization("a") for _ in range(5)), return_exceptions=True)
        assert all(isinstance(error, InferenceHTTPError) for error in failed)
        assert await client.recommended_model("summarization") == "org/summarizer"
    assert paths(upstream) == ["/api/tasks"] * 2


async def test_a_cancelled_call_does_not_cancel_the_look_up_of_the_others() -> None:
    async def slowly(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        await asyncio.sleep(0.1)
        return await answers(TASKS)(request, upstream)

    async with asking(slowly, None, lists_tasks=True) as (client, upstream):
        first = asyncio.create_task(client.recommended_models())
        second = asyncio.create_task(client.recommended_models())
        await asyncio.sleep(0.02)
        first.cancel()
        assert (await second)["summarization"] == "org/summarizer"
        assert first.cancelled()
    assert paths(upstream) == ["/api/tasks"]


async def test_every_call_waits_for_the_look_up_as_long_as_it_may() -> None:
    async with asking(silence(30), None, lists_tasks=True) as (client, _):
        patient = asyncio.create_task(client.recommended_models())
        await asyncio.sleep(0)
        with pytest.raises(InferenceTimeoutError):
            await client.with_options(timeout=0.05).recommended_models()
        patient.cancel()


async def test_offline_hugging_face_is_not_called_but_a_server_of_ones_own_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    async with AsyncInferenceClient() as hosted:
        for call in (hosted.summarization("a"), hosted.chat_completion([], model="some/model")):
            with pytest.raises(InvalidInputError, match="HF_HUB_OFFLINE"):
                await call
    async with asking(recommending(answers(TASKS)), None, lists_tasks=True) as (client, _):
        assert (await client.summarization("a")).summary_text == "b"


async def test_offline_the_table_says_what_to_ask_a_server_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    async with asking(SUMMARY, None) as (_, upstream):
        monkeypatch.setenv("HF_INFERENCE_ENDPOINT", upstream.url)
        async with AsyncInferenceClient() as client:
            assert (await client.summarization("a")).summary_text == "b"
    assert paths(upstream) == [f"/models/{RECOMMENDED['summarization']}"]


async def test_the_hub_of_the_environment_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    async with asking(says(b"{}"), None, lists_tasks=True) as (_, upstream):
        monkeypatch.setenv("HF_ENDPOINT", upstream.url)
        async with AsyncInferenceClient() as client:
            assert await client.recommended_models() == {}


HUB_TOKEN = Access("hf_x", None, (), {})
LIVE = "/api/models?pipeline_tag={}&inference_provider={}&limit=1"


class HubStandIn:
    """A stand-in for the Hub, and a client whose clock the test moves."""

    def __init__(self, router: Router, transport: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.router = router
        self.server = Server("http://models.invalid", router.url, "http://router.invalid")
        monkeypatch.setattr("inference_core.routing.hub.Cache", lambda seconds: Cache(seconds, lambda: self.now))
        self.transport = transport
        self.cache = HubCache()

    def client(self, **options: Any) -> Hub:
        return Hub(Options(self.server, HUB_TOKEN, **options), self.transport, self.cache)

    async def recommended(self, task: str, provider: str = ANY) -> str:
        return await self.client().recommended_model(task, provider)

    async def providers(self, model: str) -> list[str]:
        return [served.provider for served in await self.client().providers(model)]

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.router.hub_requests]


@pytest.fixture
async def hub(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[HubStandIn]:
    async with routing() as router:
        transport = Transport(10)
        yield HubStandIn(router, transport, monkeypatch)
        await transport.sessions.close()


async def test_what_the_hub_said_is_asked_again_after_an_hour(hub: HubStandIn) -> None:
    hub.router.hub["/api/tasks"] = {"summarization": {"widgetModels": ["org/old"]}}
    hub.router.serve("org/m", "fal-ai", "text-to-image", "x")
    assert [await hub.recommended("summarization"), await hub.providers("org/m")] == ["org/old", ["fal-ai"]]
    hub.router.hub["/api/tasks"] = {"summarization": {"widgetModels": ["org/new"]}}
    hub.router.serve("org/m", "replicate", "text-to-image", "y")
    hub.now = EXPIRY - 1
    assert [await hub.recommended("summarization"), await hub.providers("org/m")] == ["org/old", ["fal-ai"]]
    hub.now = EXPIRY
    assert await hub.recommended("summarization") == "org/new"
    assert await hub.providers("org/m") == ["fal-ai", "replicate"]
    assert len(hub.paths) == 4


async def test_what_the_hub_said_to_one_token_is_not_told_to_another(hub: HubStandIn) -> None:
    other = Hub(Options(hub.server, Access(None, "hf_y", ("127.0.0.1",), {})), hub.transport, hub.cache)
    for client, provider, model in ((hub.client(), "fal-ai", "org/x"), (other, "replicate", "org/y")):
        hub.router.hub = {"/api/tasks": {"summarization": {"widgetModels": [model]}}}
        hub.router.serve("org/m", provider, "text-to-image", "x")
        assert await client.recommended_model("summarization") == model
        assert [served.provider for served in await client.providers("org/m")] == [provider]
    assert await hub.providers("org/m") == ["fal-ai"]
    assert [one.headers["authorization"][-4:] for one in hub.router.hub_requests] == ["hf_x"] * 2 + ["hf_y"] * 2


async def test_the_providers_of_every_model_are_kept_by_themselves(hub: HubStandIn) -> None:
    hub.router.serve("org/a", "fal-ai", "text-to-image", "x")
    hub.router.serve("org/b", "replicate", "text-to-image", "x", in_list=True)
    for _ in range(2):
        assert [await hub.providers("org/a"), await hub.providers("org/b")] == [["fal-ai"], ["replicate"]]
    assert len(hub.paths) == 2


async def test_a_task_that_the_hub_recommends_nothing_for_takes_a_model_that_is_live(hub: HubStandIn) -> None:
    hub.router.hub["/api/tasks"] = {"translation": {"widgetModels": []}}
    hub.router.hub[LIVE.format("translation", "all")] = [{"id": "org/live", "likes": 5}]
    assert [await hub.recommended("translation") for _ in range(2)] == ["org/live"] * 2
    assert hub.paths == ["/api/tasks", LIVE.format("translation", "all")]


async def test_a_chat_takes_a_chat_model_that_is_live(hub: HubStandIn) -> None:
    hub.router.hub["/api/tasks"] = TASKS
    query = "/api/models?pipeline_tag=text-generation&filter=conversational&inference_provider=all&limit=1"
    hub.router.hub[query] = [{"id": "org/chat"}]
    assert await hub.recommended("conversational") == "org/chat"


async def test_a_provider_recommends_only_what_it_serves(hub: HubStandIn) -> None:
    hub.router.hub[LIVE.format("text-to-image", "fal-ai")] = [{"id": "org/fal"}]
    hub.router.hub[LIVE.format("text-to-image", "nscale")] = []
    assert await hub.recommended("text-to-image", "fal-ai") == "org/fal"
    with pytest.raises(InvalidInputError, match="no recommended model"):
        await hub.recommended("text-to-image", "nscale")


def listed_as(what: str, provider: str = "all") -> str:
    asked = f"{what}&inference_provider={provider}&sort=likes&limit=500"
    return f"/api/models?{asked}&expand=inferenceProviderMapping&expand=likes"


def listed(id: str, likes: int | None, **served: tuple[str, str]) -> dict[str, Any]:
    """A model in the Hub's list; `served` are task and state by provider, with underscores."""
    mapping = [
        {"provider": name.replace("_", "-"), "providerId": id, "task": task, "status": status}
        for name, (task, status) in served.items()
    ]
    return {"_id": "1", "id": id, "likes": likes, "inferenceProviderMapping": mapping}


async def live(hub: HubStandIn, task: str, **options: Any) -> list[tuple[str, tuple[str, ...], int]]:
    options = {"server": hub.server, "access": HUB_TOKEN, **options}
    router = models_router.Router(Options(**options), Hub(Options(**options), hub.transport, hub.cache))
    return [(one.id, one.providers, one.likes) for one in await router.live_models(task)]


async def test_models_that_a_call_reaches_are_listed_the_most_liked_first_and_without_a_token(hub: HubStandIn) -> None:
    image = "text-to-image"
    hub.router.hub[listed_as(f"pipeline_tag={image}")] = [
        listed("org/few", 3, fal_ai=(image, "live"), replicate=(image, "staging"), hf_inference=(image, "live")),
        listed("org/many", 50, nscale=(image, "live")),
        listed("org/no-number", None, nscale=(image, "live")),
        listed("org/other-task", 9, fal_ai=("image-to-image", "live")),
        listed("org/unknown-provider", 9, nobody=(image, "live")),
        listed("org/down", 9, fal_ai=(image, "error")),
        {"id": "org/nobody"},
    ]
    found = [
        ("org/many", ("nscale",), 50),
        ("org/few", ("fal-ai", "hf-inference"), 3),
        ("org/no-number", ("nscale",), 0),
    ]
    assert [await live(hub, image) for _ in range(2)] == [found, found]
    assert ["authorization" in one.headers for one in hub.router.hub_requests] == [False]
    hub.now = LIST_EXPIRY
    assert await live(hub, image) == found and len(hub.paths) == 2


async def test_any_provider_of_a_chat_is_listed_and_otherwise_the_one_that_was_chosen(hub: HubStandIn) -> None:
    chat = ("conversational", "live")
    hub.router.hub[listed_as("filter=conversational")] = [listed("org/chat", 1, unheard_of=chat)]
    assert await live(hub, "conversational") == [("org/chat", ("unheard-of",), 1)]
    both = listed("org/m", 1, fal_ai=("text-to-image", "live"), nscale=("text-to-image", "live"))
    hub.router.hub[listed_as("pipeline_tag=text-to-image", "nscale")] = [both]
    assert await live(hub, "text-to-image", provider="nscale") == [("org/m", ("nscale",), 1)]


async def test_a_hub_that_cannot_list_its_models_is_an_error(hub: HubStandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.router.hub[listed_as("pipeline_tag=translation")] = Reply([], delay=30)
    with pytest.raises(InferenceTimeoutError):
        await live(hub, "translation", timeout=0.2)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(InvalidInputError, match="HF_HUB_OFFLINE"):
        await live(hub, "translation")


async def test_the_table_is_used_while_the_hub_cannot_be_reached(hub: HubStandIn) -> None:
    there, hub.server = hub.server, Server("http://models.invalid", "http://127.0.0.1:9", "http://router.invalid")
    assert await hub.recommended("summarization") == RECOMMENDED["summarization"]
    hub.router.hub["/api/tasks"] = TASKS
    hub.server = there
    assert await hub.recommended("summarization") == "org/summarizer"


async def test_the_wait_for_the_hub_is_reported_too(hub: HubStandIn) -> None:
    waits: list[tuple[str, float]] = []
    hub.server = Server("http://models.invalid", "http://127.0.0.1:9", "http://router.invalid")
    await hub.client(on_wait=lambda *wait: waits.append(wait)).recommended_model("summarization")
    assert [reason for reason, _ in waits] == ["reconnecting", "reconnecting"]


async def test_the_last_answer_of_the_hub_is_preferred_to_the_table(
    hub: HubStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.router.hub["/api/tasks"] = TASKS
    await hub.recommended("summarization")
    hub.now = EXPIRY

    async def unreachable(*_: object) -> None:
        raise InferenceConnectionError("unreachable")

    monkeypatch.setattr(Transport, "send", unreachable)
    assert await hub.recommended("summarization") == "org/summarizer"


async def test_a_broken_hub_counts_as_unreachable(hub: HubStandIn) -> None:
    hub.router.hub["/api/tasks"] = Reply(b"<h1>Bad gateway</h1>", 502, "text/html")
    assert await hub.recommended("summarization") == RECOMMENDED["summarization"]


async def test_a_refusal_of_the_hub_is_raised(hub: HubStandIn) -> None:
    hub.router.hub["/api/tasks"] = Reply({"error": "Invalid token."}, 401)
    with pytest.raises(InferenceHTTPError, match=r"Invalid token\."):
        await hub.recommended("summarization")


HUB_IN_AUGUST_2026 = """
audio-classification MIT/ast-finetuned-audioset-10-10-0.4593
automatic-speech-recognition openai/whisper-large-v3
document-question-answering impira/layoutlm-invoices
feature-extraction facebook/bart-base
fill-mask distilroberta-base
image-classification google/vit-base-patch16-224
image-segmentation nvidia/segformer-b0-finetuned-ade-512-512
image-to-image Qwen/Qwen-Image
image-to-text Salesforce/blip-image-captioning-large
object-detection facebook/detr-resnet-50
question-answering deepset/roberta-base-squad2
sentence-similarity sentence-transformers/all-MiniLM-L6-v2
summarization facebook/bart-large-cnn
table-question-answering google/tapas-base-finetuned-wtq
tabular-classification scikit-learn/tabular-playground
tabular-regression scikit-learn/Fish-Weight
text-classification distilbert/distilbert-base-uncased-finetuned-sst-2-english
text-generation mistralai/Mistral-Nemo-Instruct-2407
text-to-image black-forest-labs/FLUX.1-dev
text-to-speech suno/bark
token-classification FacebookAI/xlm-roberta-large-finetuned-conll03-english
translation facebook/mbart-large-50-many-to-many-mmt
visual-question-answering dandelin/vilt-b32-finetuned-vqa
zero-shot-classification facebook/bart-large-mnli
zero-shot-image-classification google/siglip-so400m-patch14-224
"""


def test_the_table_is_the_hubs_own_and_has_a_model_for_every_task() -> None:
    hubs = dict(line.split() for line in HUB_IN_AUGUST_2026.split("\n") if line)
    # The Hub has no entry for chat.
    assert {task: model for task, model in RECOMMENDED.items() if task != "conversational"} == hubs
    assert set(RECOMMENDED) == catalogue().by_task().keys()


async def test_a_hub_that_hangs_leaves_time_for_the_call_and_is_not_asked_for_a_while(hub: HubStandIn) -> None:
    hub.router.hub["/api/tasks"] = Reply(TASKS, delay=30)
    for _ in range(3):
        async with asyncio.timeout(0.4):
            assert await hub.client(timeout=0.4).recommended_model("summarization") == RECOMMENDED["summarization"]
    assert hub.paths == ["/api/tasks"]
