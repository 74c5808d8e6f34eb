"""The local engine, used by clients that know nothing of it: huggingface_hub's, openai's, and our own."""

import asyncio
import inspect
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import huggingface_hub
import numpy as np
import openai
import pytest

from inference_core.client import AsyncInferenceClient
from tests.support.models import path_of, recommended
from tests.support.processes import Server

CONTEXT = "The lighthouse was built in 1874 by Anna Petersen. Today it houses a small museum about the herring trade."
REPORT = (
    "The city council met on Monday to discuss the new tram line. The line will connect the harbour with the "
    "university in twenty minutes. Residents of the old town fear noise during the three years of construction. "
    "The mayor promised quiet rails and free parking outside the centre. The council votes on the plan in June."
)
TABLE = {"Ship": ["Aurora", "Beatrix", "Cormorant"], "Length": ["31", "54", "12"]}
EASY = "Machine learning is so easy."
OTHERS = [
    "Deep learning is so straightforward.",
    "This is so difficult, like rocket science.",
    "I can't believe how much I struggled with this.",
]
QUESTION = [{"role": "user", "content": "Does this work without an internet connection?"}]


@dataclass
class Case:
    """A call of one task's method, and what must be true of its answer."""

    method: str
    arguments: tuple[Any, ...]
    holds: Callable[[Any], Any]
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def task(self) -> str:
        return self.method.replace("_", "-")


def is_found_in(context: str) -> Callable[[Any], bool]:
    return lambda found: found.answer == context[found.start : found.end] and 0 <= found.score <= 1


CASES = [
    Case("feature_extraction", (EASY,), lambda v: v.dtype == np.float32 and v.size == 384 and np.isfinite(v).all()),
    Case("feature_extraction", ([EASY, "Rain."],), lambda v: v.shape == (2, 384)),
    Case("feature_extraction", (EASY,), lambda v: math.isclose((v**2).sum(), 1, rel_tol=1e-4), {"normalize": True}),
    Case("fill_mask", ("He drank a cup of [MASK].",), lambda found: len(found) == 5 and found[1].token_str == "coffee"),
    Case("fill_mask", ("He drank a cup of [MASK].",), lambda found: found[0].token_str.strip() == "tea",
         {"targets": ["tea", "sand"], "top_k": 2}),
    Case("question_answering", ("When was the lighthouse built?", CONTEXT), is_found_in(CONTEXT)),
    Case("question_answering", ("When was the lighthouse built?", CONTEXT), lambda found: "1874" in found.answer),
    Case("sentence_similarity", (EASY, OTHERS),
         lambda found: np.allclose(found, [0.7785726, 0.4587626, 0.2906221], rtol=0, atol=1e-5)),
    Case("summarization", (REPORT,), lambda summary: 0 < len(summary.summary_text) < len(REPORT)),
    Case("summarization", (REPORT,), lambda summary: len(summary.summary_text.split()) <= 20,
         {"generate_parameters": {"max_length": 20}}),
    Case("table_question_answering", (TABLE, "What is the length of Beatrix?"), lambda found: "54" in found.answer),
    Case("text_classification", ("What a wonderful evening!",),
         lambda found: found[0].label == "POSITIVE" and math.isclose(sum(row.score for row in found), 1)),
    Case("text_classification", ("What a dreadful evening!",),
         lambda found: [row.label for row in found] == ["NEGATIVE"], {"top_k": 1}),
    Case("token_classification", ("We met Angela in Lisbon.",),
         lambda found: found[-1].entity_group == "LOC" and found[-1].word == "We met Angela in Lisbon."[17:23]
         and (found[-1].start, found[-1].end) == (17, 23)),
    Case("translation", ("Thank you very much.",), lambda found: "dank" in found.translation_text.lower()),
    Case("translation", ("Gracias.",), lambda found: found.translation_text == "Thank you.",
         {"src_lang": "es", "tgt_lang": "en"}),
    Case("zero_shot_classification", ("The striker scored twice in the final.", ["sports", "cooking"]),
         lambda found: found[0].label == "sports" and math.isclose(sum(row.score for row in found), 1, rel_tol=1e-6)),
    Case("zero_shot_classification", ("The striker scored twice in the final.", ["sports", "football"]),
         lambda found: all(0 <= row.score <= 1 for row in found), {"multi_label": True}),
]  # fmt: skip


def ask_hub(engine: Server, case: Case) -> Any:
    client = huggingface_hub.InferenceClient(model=f"{engine.url}{path_of(case.task)}")
    return getattr(client, case.method)(*case.arguments, **case.options)


def ask_hub_async(engine: Server, case: Case) -> Any:
    async def ask() -> Any:
        async with huggingface_hub.AsyncInferenceClient(model=f"{engine.url}{path_of(case.task)}") as client:
            return await getattr(client, case.method)(*case.arguments, **case.options)

    return asyncio.run(ask())


def ask_own(engine: Server, case: Case) -> Any:
    async def ask() -> Any:
        async with AsyncInferenceClient(endpoint=engine.url) as client:
            return await getattr(client, case.method)(*case.arguments, **case.options)

    return asyncio.run(ask())


@pytest.mark.parametrize("ask", [ask_hub, ask_hub_async, ask_own])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.task)
def test_a_client_gets_an_answer_that_makes_sense(
    engine: Server, ask: Callable[[Server, Case], Any], case: Case
) -> None:
    answer = ask(engine, case)
    assert case.holds(answer), answer


# Text generation and chat, which can stream: huggingface_hub's client and ours have the same methods.

CLIENTS = ["hub", "own"]


@pytest.fixture(params=CLIENTS)
def client_of(request: pytest.FixtureRequest, engine: Server) -> Callable[[str], Any]:
    """A client for one task of the engine: given the model's URL, or only the engine's."""
    if request.param == "own":
        return lambda task: AsyncInferenceClient(endpoint=engine.url)
    return lambda task: huggingface_hub.AsyncInferenceClient(model=f"{engine.url}/models/{recommended(task)}")


async def test_text_generation_continues_the_prompt(client_of: Callable[[str], Any]) -> None:
    async with client_of("text-generation") as client:
        options = {"max_new_tokens": 12, "seed": 3}
        text = await client.text_generation("The captain of the", **options)
        assert isinstance(text, str) and len(text.split()) >= 6
        assert text == await client.text_generation("The captain of the", **options)
        whole = await client.text_generation("The captain of the", **options, return_full_text=True)
        assert whole == "The captain of the" + text


async def test_text_generation_with_details_lists_its_tokens(client_of: Callable[[str], Any]) -> None:
    async with client_of("text-generation") as client:
        output = await client.text_generation("The captain of the", max_new_tokens=9, seed=4, details=True)
        details = output.details
        assert output.generated_text == "".join(token.text for token in details.tokens)
        assert details.generated_tokens == len(details.tokens) <= 9
        assert details.seed == 4 and details.finish_reason in ("length", "eos_token")
        assert all(token.logprob < 0 for token in details.tokens)


async def test_text_generation_streams_the_same_text_it_gives_at_once(client_of: Callable[[str], Any]) -> None:
    async with client_of("text-generation") as client:
        options = {"max_new_tokens": 30, "seed": 5}
        pieces = [piece async for piece in await client.text_generation("My neighbour", **options, stream=True)]
        assert len(pieces) > 5
        assert "".join(pieces) == await client.text_generation("My neighbour", **options)


async def test_the_last_event_of_a_stream_with_details_carries_text_and_reason(client_of: Callable[[str], Any]) -> None:
    async with client_of("text-generation") as client:
        stream = await client.text_generation("My neighbour", max_new_tokens=20, seed=6, stream=True, details=True)
        *before, last = [event async for event in stream]
        assert last.generated_text == "".join(event.token.text for event in [*before, last])
        assert last.details.generated_tokens == len(before) + 1
        assert last.details.seed == 6 and last.details.finish_reason in ("length", "eos_token")
        assert all(event.details is None and event.generated_text is None for event in before)


async def test_unsupported_arguments_are_dropped_with_a_warning(engine: Server) -> None:
    # huggingface_hub remembers that this model is "not TGI", and then streams nothing from it any more; if the model is
    # not named in the call, from none.
    url = f"{engine.url}/models/builtin/trigram-en-us?not-tgi"
    async with huggingface_hub.AsyncInferenceClient() as client:
        with pytest.warns(UserWarning, match="best_of, watermark|watermark, best_of"):
            text = await client.text_generation("The captain", model=url, watermark=True, best_of=2, max_new_tokens=9)
    assert 0 < len(text.split()) <= 9


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
async def test_our_client_drops_unsupported_arguments_with_a_warning(engine: Server, stream: bool) -> None:
    async with AsyncInferenceClient(endpoint=engine.url) as client:
        with pytest.warns(UserWarning, match="best_of, watermark"):
            answer = await client.text_generation("The captain", watermark=True, best_of=2, seed=1, stream=stream)
        text = "".join([piece async for piece in answer]) if stream else answer
        assert text == await client.text_generation("The captain", watermark=True, best_of=2, seed=1)


async def test_huggingface_hub_may_name_the_model_of_a_table_question_in_the_call(engine: Server) -> None:
    async with huggingface_hub.AsyncInferenceClient() as client:
        url = f"{engine.url}/models/builtin/minilm-table-rules"
        assert (
            "54" in (await client.table_question_answering(TABLE, "What is the length of Beatrix?", model=url)).answer
        )


async def test_chat_answers_from_the_language_model(client_of: Callable[[str], Any], engine: Server) -> None:
    async with client_of("conversational") as client:
        output = await client.chat_completion(QUESTION, seed=1)
        (choice,) = output.choices
        assert choice.message.role == "assistant" and choice.finish_reason in ("stop", "length")
        assert len(choice.message.content.split()) > 5
        assert output.usage.total_tokens == output.usage.prompt_tokens + output.usage.completion_tokens
        assert "SmolLM2" in output.model


async def test_chat_streams_the_same_answer_it_gives_at_once(client_of: Callable[[str], Any]) -> None:
    async with client_of("conversational") as client:
        stream = await client.chat_completion(QUESTION, stream=True, seed=1, max_tokens=20)
        chunks = [chunk async for chunk in stream]
        said = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        whole = await client.chat_completion(QUESTION, seed=1, max_tokens=20)
        assert said == whole.choices[0].message.content
        assert chunks[0].choices[0].delta.role == "assistant"
        assert [chunk.choices[0].finish_reason for chunk in chunks][-2:] == [None, "length"]
        assert len({chunk.id for chunk in chunks}) == 1


async def test_chat_stops_at_the_limit_of_tokens(client_of: Callable[[str], Any]) -> None:
    async with client_of("conversational") as client:
        output = await client.chat_completion(QUESTION, max_tokens=3)
        assert output.choices[0].finish_reason == "length"
        assert output.usage.completion_tokens == 3


async def test_huggingface_hub_chats_by_base_url(engine: Server) -> None:
    async with huggingface_hub.AsyncInferenceClient(base_url=f"{engine.url}/v1") as client:
        whole = await client.chat_completion(QUESTION, seed=1, max_tokens=20)
        stream = await client.chat_completion(QUESTION, seed=1, max_tokens=20, stream=True)
        said = [chunk.choices[0].delta.content or "" async for chunk in stream]
        assert "".join(said) == whole.choices[0].message.content


def test_the_blocking_client_generates_and_chats(engine: Server) -> None:
    writer = huggingface_hub.InferenceClient(model=f"{engine.url}/models/builtin/trigram-en-us")
    options = {"max_new_tokens": 10, "seed": 7}
    assert "".join(writer.text_generation("We walked", **options, stream=True)) == writer.text_generation(
        "We walked", **options
    )
    helper = huggingface_hub.InferenceClient(model=f"{engine.url}/models/builtin/gallery-help")
    said = [chunk.choices[0].delta.content or "" for chunk in helper.chat_completion(QUESTION, stream=True)]
    assert "".join(said) == helper.chat_completion(QUESTION).choices[0].message.content


async def test_our_client_converses_in_the_form_of_2023(engine: Server) -> None:
    async with AsyncInferenceClient(endpoint=engine.url) as client:
        first = await client.conversational("Does this work without an internet connection?")
        assert first.generated_text == first.conversation.generated_responses[-1]
        second = await client.conversational(
            "And why?", generated_responses=[first.generated_text], past_user_inputs=["Does it work offline?"]
        )
        assert len(second.conversation.generated_responses) == len(second.conversation.past_user_inputs) == 2


@pytest.fixture
async def openai_client(engine: Server) -> Any:
    async with openai.AsyncOpenAI(base_url=f"{engine.url}/v1", api_key="x") as client:
        yield client


async def test_openai_lists_the_models(openai_client: openai.AsyncOpenAI) -> None:
    models = [model async for model in openai_client.models.list()]
    assert {"builtin/gallery-help", "builtin/trigram-en-us"} <= {model.id for model in models}


async def test_openai_chats(openai_client: openai.AsyncOpenAI) -> None:
    whole = await openai_client.chat.completions.create(model="builtin/gallery-help", messages=QUESTION)
    assert whole.choices[0].message.content and whole.choices[0].finish_reason == "stop"
    assert whole.usage and whole.usage.completion_tokens > 5
    stream = await openai_client.chat.completions.create(
        model="builtin/gallery-help", messages=QUESTION, stream=True, stream_options={"include_usage": True}
    )
    *chunks, last = [chunk async for chunk in stream]
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.choices[0].message.content
    assert last.choices == [] and last.usage == whole.usage
    assert all(chunk.usage is None for chunk in chunks)


async def test_openais_client_gets_the_reason_of_a_refusal(openai_client: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="no model 'gpt-9' here; /v1/models lists"):
        await openai_client.chat.completions.create(model="gpt-9", messages=QUESTION)
    with pytest.raises(openai.UnprocessableEntityError, match="messages"):
        await openai_client.chat.completions.create(model="builtin/gallery-help", messages=[])


def test_every_text_task_of_huggingface_hub_is_tried_here(engine: Server) -> None:
    other_media = ("audio_", "automatic_speech", "document_", "image_", "object_", "text_to_", "visual_", "tabular_")
    methods = [
        name
        for name, method in inspect.getmembers(huggingface_hub.AsyncInferenceClient, inspect.iscoroutinefunction)
        if "model" in inspect.signature(method).parameters and not name.startswith((*other_media, "zero_shot_image"))
    ]
    tried = {case.method for case in CASES} | {"text_generation", "chat_completion"}
    assert set(methods) - {"health_check", "get_endpoint_info"} == tried
