"""Where a call goes: by URL, to Hugging Face, through the router to a provider, or to the provider itself."""

from collections.abc import AsyncIterator, Mapping

import pytest

from inference_core import InvalidInputError
from inference_core.http.transport import Transport
from inference_core.providers.call import Call, Direct
from inference_core.routing.hub import Hub, HubCache
from inference_core.routing.options import Options
from inference_core.routing.route import Route
from inference_core.routing.router import Router as Routes
from inference_core.routing.server import Access, Server
from tests.support.router import Reply, Router, mapping_path, routing

MODEL = "org/model"
HUB_TOKEN = "hf_x"
KEY = "key-of-a-provider"


@pytest.fixture
async def router() -> AsyncIterator[Router]:
    async with routing() as router:
        yield router


def hosted(router: Router) -> Server:
    """Servers in place of Hugging Face's."""
    return Server(f"{router.url}/hf-inference", router.url, router.url)


async def found(
    router: Router,
    task: str,
    model: str | None = None,
    *,
    own_model: str | None = None,
    provider: str | None = None,
    token: str | None = HUB_TOKEN,
    server: Server | None = None,
    headers: Mapping[str, str] = {},
    direct: Direct | None = None,
) -> Route:
    transport = Transport(10)
    options = Options(server or hosted(router), Access(token, None, (), headers), own_model, provider)
    call = Call(task, "a", bytes, direct=direct)
    try:
        return await Routes(options, Hub(options, transport, HubCache())).route(call, model)
    finally:
        await transport.sessions.close()


async def test_a_url_is_called_as_it_is_whatever_the_provider(router: Router) -> None:
    url = "https://a.example/some/path/?key=1"
    for provider in (None, "auto", "hf-inference", "fal-ai"):
        to = await found(router, "feature-extraction", url, provider=provider)
        assert (to.url, to.model) == (url, url)
        assert to.headers == {"Authorization": "Bearer hf_x"}


async def test_a_chat_with_a_url_sends_a_placeholder_as_the_model(router: Router) -> None:
    to = await found(router, "conversational", "https://a.example")
    assert (to.url, to.served.provider_id) == ("https://a.example/v1/chat/completions", "dummy")


async def test_a_chat_at_the_clients_url_names_the_model_of_the_call(router: Router) -> None:
    to = await found(router, "conversational", "some-model", own_model="https://a.example/v1")
    assert (to.url, to.served.provider_id) == ("https://a.example/v1/chat/completions", "some-model")
    to = await found(router, "conversational", "https://b.example/v1", own_model="https://a.example/v1")
    assert to.url == "https://b.example/v1/chat/completions"


async def test_hugging_faces_own_provider_has_a_route_for_each_model(router: Router) -> None:
    base = f"{router.url}/hf-inference/models/{MODEL}"
    for task, url in {
        "summarization": base,
        "feature-extraction": f"{base}/pipeline/feature-extraction",
        "sentence-similarity": f"{base}/pipeline/sentence-similarity",
        "conversational": f"{base}/v1/chat/completions",
    }.items():
        assert (await found(router, task, MODEL, provider="hf-inference")).url == url
    assert not router.hub_requests


async def test_a_chat_without_a_provider_is_left_to_the_router(router: Router) -> None:
    for provider in (None, "auto"):
        to = await found(router, "conversational", f"{MODEL}:fastest", provider=provider)
        assert (to.url, to.served.provider_id) == (f"{router.url}/v1/chat/completions", f"{MODEL}:fastest")
    assert not router.hub_requests


@pytest.mark.parametrize("provider", [None, "auto"])
@pytest.mark.parametrize("task", ["conversational", "text-to-image", "summarization"])
@pytest.mark.parametrize("model", [MODEL, None])
async def test_a_key_of_an_unknown_provider_is_not_sent(
    router: Router, task: str, model: str | None, provider: str | None
) -> None:
    router.serve(MODEL, "fal-ai", "text-to-image", "fal-ai/x")
    with pytest.raises(InvalidInputError, match="the provider it belongs to"):
        await found(router, task, model, provider=provider, token=KEY)
    assert not router.hub_requests


async def test_the_first_live_provider_that_serves_the_task_is_chosen(router: Router) -> None:
    router.serve(MODEL, "unheard-of", "text-to-image", "a")
    router.serve(MODEL, "replicate", "text-to-image", "b/c", status="error")
    router.serve(MODEL, "together", "image-to-image", "c")
    router.serve(MODEL, "fal-ai", "text-to-image", "fal-ai/d")
    to = await found(router, "text-to-image", MODEL)
    assert (to.served.provider, to.url) == ("fal-ai", f"{router.url}/fal-ai/fal-ai/d")


async def test_a_provider_that_may_fail_is_better_than_none(router: Router, caplog: pytest.LogCaptureFixture) -> None:
    router.serve(MODEL, "replicate", "text-to-image", "b/c", status="error")
    assert (await found(router, "text-to-image", MODEL, provider="auto")).served.provider == "replicate"
    assert "the call may fail" in caplog.text


async def test_hugging_face_itself_may_be_the_provider(router: Router) -> None:
    router.serve(MODEL, "hf-inference", "summarization", MODEL)
    assert (await found(router, "summarization", MODEL)).url == f"{router.url}/hf-inference/models/{MODEL}"


async def test_a_model_that_nobody_serves_is_refused_in_a_sentence(router: Router) -> None:
    router.hub[mapping_path(MODEL)] = {"id": MODEL}
    with pytest.raises(InvalidInputError, match=f"No provider serves {MODEL} for summarization"):
        await found(router, "summarization", MODEL)
    with pytest.raises(InvalidInputError, match="served by: nobody right now"):
        await found(router, "text-to-image", MODEL, provider="fal-ai")


async def test_a_model_that_the_hub_does_not_show_is_refused_in_a_sentence(router: Router) -> None:
    with pytest.raises(InvalidInputError, match=f"The model '{MODEL}' was not found on the Hub"):
        await found(router, "summarization", MODEL)


async def test_while_the_hub_is_unreachable_hugging_face_is_the_provider(router: Router) -> None:
    server = Server(f"{router.url}/hf-inference", "http://127.0.0.1:9", router.url)
    to = await found(router, "summarization", MODEL, server=server)
    assert to.url == f"{router.url}/hf-inference/models/{MODEL}"


async def test_while_the_hub_is_broken_hugging_face_is_the_provider(router: Router) -> None:
    router.hub[mapping_path(MODEL)] = Reply(b"<h1>Bad gateway</h1>", 502, "text/html")
    assert (await found(router, "summarization", MODEL)).url == f"{router.url}/hf-inference/models/{MODEL}"


async def test_a_provider_is_reached_through_the_router_with_a_hub_token(router: Router) -> None:
    router.serve(MODEL, "fal-ai", "image-to-image", "fal-ai/x", in_list=True)
    to = await found(router, "image-to-image", MODEL, provider="fal-ai")
    assert (to.url, to.base) == (f"{router.url}/fal-ai/fal-ai/x?_subdomain=queue", f"{router.url}/fal-ai")
    assert to.headers == {"Authorization": "Bearer hf_x"}
    assert router.hub_requests[0].headers["authorization"] == "Bearer hf_x"


async def test_a_provider_is_called_itself_with_its_own_key(router: Router) -> None:
    router.serve(MODEL, "fal-ai", "image-to-image", "fal-ai/x")
    to = await found(router, "image-to-image", MODEL, provider="fal-ai", token=KEY)
    assert (to.url, to.base) == ("https://queue.fal.run/fal-ai/x", "https://queue.fal.run")
    assert to.headers == {"Authorization": f"Key {KEY}"}


async def test_a_providers_key_is_not_sent_to_the_hub(router: Router) -> None:
    router.serve(MODEL, "fal-ai", "image-to-image", "fal-ai/x")
    await found(router, "image-to-image", MODEL, provider="fal-ai", token=KEY)
    assert "authorization" not in router.hub_requests[0].headers


async def test_a_provider_without_a_token_is_refused_in_a_sentence(router: Router) -> None:
    router.serve(MODEL, "fal-ai", "text-to-image", "fal-ai/x")
    with pytest.raises(InvalidInputError, match="needs a token"):
        await found(router, "text-to-image", MODEL, provider="fal-ai", token=None)
    assert not router.hub_requests


@pytest.mark.parametrize(
    ("task", "provider", "words"),
    [
        ("summarization", "nobody", "There is no provider 'nobody': use 'auto' or one of"),
        ("summarization", "fal-ai", "does not serve summarization, only automatic-speech-recognition"),
        ("text-to-image", "fal-ai", "serves org/model for image-to-image, not for text-to-image"),
        ("text-to-image", "together", "does not serve org/model; served by: fal-ai"),
        ("conversational", "openai", "only accepts its own keys"),
    ],
)
async def test_a_provider_that_cannot_do_the_task_is_refused_in_a_sentence(
    router: Router, task: str, provider: str, words: str
) -> None:
    router.serve(MODEL, "fal-ai", "image-to-image", "fal-ai/x")
    with pytest.raises(InvalidInputError, match=words):
        await found(router, task, MODEL, provider=provider)


async def test_openai_is_not_looked_up_in_the_hub(router: Router) -> None:
    to = await found(router, "conversational", "gpt-x", provider="openai", token=KEY)
    assert to.url == "https://api.openai.com/v1/chat/completions"
    assert to.headers == {"Authorization": f"Bearer {KEY}"}
    with pytest.raises(InvalidInputError, match="name one with model="):
        await found(router, "conversational", provider="openai", token=KEY)


async def test_a_server_of_the_callers_gets_the_routes_of_all_providers(router: Router) -> None:
    server = Server.at(router.url)
    router.serve(MODEL, "fal-ai", "text-to-image", "fal-ai/x")
    for provider, url in {
        None: f"{router.url}/models/{MODEL}",
        "auto": f"{router.url}/fal-ai/fal-ai/x",
        "hf-inference": f"{router.url}/models/{MODEL}",
        "fal-ai": f"{router.url}/fal-ai/fal-ai/x",
    }.items():
        to = await found(router, "text-to-image", MODEL, provider=provider, server=server, token="key")
        assert (to.url, to.headers) == (url, {"Authorization": "Bearer key"})
    assert (await found(router, "conversational", MODEL, server=server)).url.startswith(f"{router.url}/models/")


async def test_a_task_without_a_model_takes_the_recommended_one(router: Router) -> None:
    router.hub["/api/tasks"] = {"summarization": {"widgetModels": [MODEL]}}
    assert (await found(router, "summarization")).url == f"{router.url}/hf-inference/models/{MODEL}"


async def test_the_recommended_model_is_asked_for_where_it_is_served(router: Router) -> None:
    router.hub["/api/tasks"] = {"summarization": {"widgetModels": [MODEL]}, "text-to-image": {"widgetModels": [MODEL]}}
    router.serve(MODEL, "together", "text-to-image", "its/model")
    assert (await found(router, "text-to-image")).url == f"{router.url}/together/v1/images/generations"
    assert [asked.path for asked in router.hub_requests] == ["/api/tasks", mapping_path(MODEL)]


async def test_a_recommended_model_that_nobody_serves_is_replaced_by_one_that_is_live(router: Router) -> None:
    router.hub["/api/tasks"] = {"text-to-image": {"widgetModels": ["org/retired"]}}
    router.hub[mapping_path("org/retired")] = {"id": "org/retired", "inferenceProviderMapping": {}}
    router.hub["/api/models?pipeline_tag=text-to-image&inference_provider=all&limit=1"] = [{"id": MODEL}]
    router.serve(MODEL, "hf-inference", "text-to-image", MODEL)
    to = await found(router, "text-to-image", token=None)
    assert (to.url, to.served.model) == (f"{router.url}/hf-inference/models/{MODEL}", MODEL)


async def test_a_provider_without_a_model_takes_a_popular_one_that_it_serves(router: Router) -> None:
    router.hub["/api/models?pipeline_tag=text-to-image&inference_provider=fal-ai&limit=1"] = [{"id": MODEL}]
    router.serve(MODEL, "fal-ai", "text-to-image", "fal-ai/x")
    assert (await found(router, "text-to-image", provider="fal-ai")).url == f"{router.url}/fal-ai/fal-ai/x"


async def test_a_post_goes_to_the_route_of_the_model(router: Router) -> None:
    async def url(task: str, model: str | None) -> str:
        return (await found(router, task, model, token=None, direct=Direct())).url

    router.hub["/api/tasks"] = {"summarization": {"widgetModels": ["org/other"]}}
    assert await url("", MODEL) == f"{router.url}/hf-inference/models/{MODEL}"
    assert await url("no-such-task", MODEL) == f"{router.url}/hf-inference/models/{MODEL}"
    assert await url("sentence-similarity", MODEL) == (
        f"{router.url}/hf-inference/models/{MODEL}/pipeline/sentence-similarity"
    )
    assert await url("summarization", None) == f"{router.url}/hf-inference/models/org/other"
    assert await url("", "https://a.example/x") == "https://a.example/x"


async def test_a_post_does_not_take_a_providers_key_to_hugging_face(router: Router) -> None:
    with pytest.raises(InvalidInputError, match="give a URL as model"):
        await found(router, "", MODEL, provider="fal-ai", token=KEY, direct=Direct())


async def test_the_callers_own_headers_are_not_sent_to_the_hub(router: Router) -> None:
    router.serve(MODEL, "fal-ai", "text-to-image", "fal-ai/x")
    to = await found(router, "text-to-image", MODEL, provider="fal-ai", headers={"X-Own": "1"})
    assert to.headers == {"Authorization": "Bearer hf_x", "X-Own": "1"}
    assert "x-own" not in router.hub_requests[0].headers
    assert router.hub_requests[0].headers["authorization"] == "Bearer hf_x"
