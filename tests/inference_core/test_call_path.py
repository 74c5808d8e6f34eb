"""How many steps a call takes inside the client, and what it asks the Hub."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

import inference_core
from inference_core import AsyncInferenceClient
from tests.support.answers import asking, by_path
from tests.support.router import Reply, Router, mapping_path, routing
from tests.support.tracing import Trace, traced
from tests.support.upstream import answers, serving, tokens

MODEL = "org/model"
CLASSES = [[{"label": "yes", "score": 0.5}]]


async def third_call(answer: Any, call: Any) -> Trace:
    """The trace of a call of a client that has made it twice before."""
    async with serving(answer) as upstream, AsyncInferenceClient(upstream.url, token="hf_x") as client:
        await call(client)
        await call(client)
        return await traced(inference_core, call(client))


async def classify(client: AsyncInferenceClient) -> None:
    await client.text_classification("a")


async def stream(client: AsyncInferenceClient) -> None:
    assert [text async for text in await client.text_generation("a", stream=True)] == [" word0"]


async def test_a_call_by_url_changes_the_file_at_most_20_times_and_enters_the_base_twice() -> None:
    trace = await third_call(answers(CLASSES), classify)
    way = "\n".join(trace.way())
    assert trace.file_changes <= 20, way
    assert trace.entries_into("methods/base.py") <= 2, way
    assert trace.functions > 20  # it was traced at all


async def test_a_stream_enters_the_base_twice_too() -> None:
    trace = await third_call(tokens(1, 0), stream)
    assert trace.entries_into("methods/base.py") <= 2, "\n".join(trace.way())


@pytest.fixture
async def hub(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Router]:
    """A server in the place of the Hub and of Hugging Face's models."""
    async with routing() as router:
        monkeypatch.setenv("HF_ENDPOINT", router.url)
        monkeypatch.setenv("HF_INFERENCE_ENDPOINT", router.url)
        router.other = Reply(CLASSES)
        yield router


async def paths_asked_for(hub: Router, model: str | None, provider: str | None) -> list[str]:
    async with AsyncInferenceClient(model, provider=provider, token="hf_x") as client:
        await client.text_classification("a")
    return [asked.path for asked in hub.hub_requests]


@pytest.mark.parametrize(("provider", "questions"), [("auto", 1), ("hf-inference", 0), (None, 0)])
async def test_with_a_model_the_hub_is_asked_at_most_once(hub: Router, provider: str | None, questions: int) -> None:
    hub.serve(MODEL, "hf-inference", "text-classification", MODEL)
    assert await paths_asked_for(hub, MODEL, provider) == [mapping_path(MODEL)] * questions


@pytest.mark.parametrize("search", [[], [{"id": "org/live"}], Reply({"error": "Not now."}, 500)])
@pytest.mark.parametrize("tasks", [{}, {"text-classification": {"widgetModels": [MODEL]}}, Reply(b"", 502)])
@pytest.mark.parametrize("is_served", [True, False])
async def test_without_a_model_nothing_is_asked_twice(hub: Router, tasks: Any, search: Any, is_served: bool) -> None:
    hub.hub["/api/tasks"] = tasks
    hub.hub["/api/models?pipeline_tag=text-classification&inference_provider=all&limit=1"] = search
    if is_served:
        hub.serve(MODEL, "hf-inference", "text-classification", MODEL)
        hub.serve("org/live", "hf-inference", "text-classification", "org/live")
    if tasks == {} and search == []:
        with pytest.raises(inference_core.InvalidInputError, match="no recommended model"):
            await paths_asked_for(hub, None, "auto")
    else:
        await paths_asked_for(hub, None, "auto")
    asked = [question.path for question in hub.hub_requests]
    assert len(asked) == len(set(asked)) >= 1


async def test_a_conversation_in_the_old_form_goes_to_the_model_that_was_looked_up_for_the_chat() -> None:
    tasks = answers({"conversational": {"widgetModels": [MODEL]}})
    old = answers({"generated_text": "Ho"})
    no_chat = answers({"error": "Not Found"}, 404)
    said = by_path(lambda path: tasks if path == "/api/tasks" else no_chat if path.endswith("completions") else old)
    async with asking(said, None, lists_tasks=True) as (client, upstream):
        assert (await client.conversational("Hi")).generated_text == "Ho"
    paths = [path for path, _, _ in upstream.requests]
    assert paths == ["/api/tasks", f"/models/{MODEL}/v1/chat/completions", f"/models/{MODEL}"]
