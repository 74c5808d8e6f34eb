"""The clients compared with those of the installed huggingface_hub: every difference is known, and has a reason.

A row of the tables whose difference is gone fails as much as a difference without a row.
"""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

import huggingface_hub
import msgspec
import pytest
from huggingface_hub import errors as hub_errors

import inference_core
from inference_core import (
    AsyncInferenceClient,
    InferenceClient,
    InferenceConnectionError,
    InferenceError,
    InferenceHTTPError,
    InferenceTimeoutError,
    InvalidAnswerError,
    InvalidInputError,
    errors,
)
from inference_core.answers.base import one
from tests.support.answers import event, says, streams, token_event
from tests.support.shapes import (
    Structured,
    differences,
    field_differences,
    fields_of,
    returned_by,
    sample,
    surface,
)
from tests.support.upstream import Answer, serving, silence

CLIENTS = [
    pytest.param(huggingface_hub.InferenceClient, InferenceClient, id="blocking"),
    pytest.param(huggingface_hub.AsyncInferenceClient, AsyncInferenceClient, id="asynchronous"),
]

_MOVES = "makes sound of sound or moving pictures, which none of the 26 tasks does"
_GONE = "had its place in 2023, and programs of that time call it"
_OWN = "what this client can do beyond the other"

METHODS = {
    "audio_to_audio: only there": _MOVES,
    "image_to_video: only there": _MOVES,
    "text_to_video: only there": _MOVES,
    "conversational: only here": _GONE,
    "post: only here": _GONE,
    "__init__(endpoint): only here": "one server for all routes in place of Hugging Face, such as the local engine",
    "__init__(token_hosts): only here": "the saved token goes to Hugging Face only, and to these",
    "__init__(on_wait): only here": "says why and how long a call waits",
    "__init__(max_connections): only here": "how many calls run at once",
    "__init__(replay): only here": "a recording answers in place of every server",
    "with_options: only here": _OWN,
    "recommended_model: only here": _OWN,
    "recommended_models: only here": _OWN,
    "live_models: only here": _OWN,
    "download: only here": _OWN,
    "model: only here": "an attribute of the instance there, a property of the class here",
    "timeout: only here": "an attribute of the instance there, a property of the class here",
    "provider: only here": "an attribute of the instance there, a property of the class here",
}

_BY_POSITION = "Python passes what went wrong by position"

_EXIT = {
    f"({name}): only {side}": _BY_POSITION
    for side, names in {"there": ("exc_type", "exc_value"), "here": ("kind", "error")}.items()
    for name in names
}

ONE_CLIENTS_METHODS: dict[type[Any], dict[str, str]] = {
    InferenceClient: {f"__exit__{difference}": reason for difference, reason in _EXIT.items()},
    AsyncInferenceClient: {f"__aexit__{difference}": reason for difference, reason in _EXIT.items()},
}


@pytest.mark.parametrize(("there", "here"), CLIENTS)
def test_the_methods_and_their_parameters_are_the_same_but_for_what_is_listed(
    there: type[Any], here: type[Any]
) -> None:
    theirs, ours = surface(there), surface(here)
    found = {f"{name}: only there" for name in theirs.keys() - ours.keys()}
    found |= {f"{name}: only here" for name in ours.keys() - theirs.keys()}
    for name in theirs.keys() & ours.keys():
        found |= set(differences(name, theirs[name], ours[name]))
    assert_listed(found, METHODS | ONE_CLIENTS_METHODS[here])


@pytest.mark.parametrize(("there", "here"), CLIENTS)
def test_the_name_that_openais_client_has_for_chat_takes_the_same_parameters(there: type[Any], here: type[Any]) -> None:
    theirs, ours = there().chat.completions.create, here().chat.completions.create
    assert list(differences("create", theirs, ours)) == []


_SECRET = "may hold a secret, which no attribute of a client shows"

ATTRIBUTES = {
    "token": _SECRET,
    "headers": _SECRET,
    "cookies": _SECRET,
    "exit_stack": "is its own business",
}


@pytest.mark.parametrize(("there", "here"), CLIENTS)
def test_what_a_client_was_made_with_can_be_read_but_for_what_is_listed(there: type[Any], here: type[Any]) -> None:
    made_with = {"model": "some/model", "timeout": 7, "provider": "hf-inference"}
    theirs, ours = there(**made_with), here(**made_with)
    public = [name for name in vars(theirs) if not name.startswith("_")]
    assert_listed({name for name in public if not hasattr(ours, name)}, ATTRIBUTES)
    for name in public:
        if name not in ATTRIBUTES:
            assert getattr(ours, name) == getattr(theirs, name), name


_QUIRK = "a quirk of the program that wrote the classes there; no server sends it"
_SEEN = "servers send it"
_ONE_CLASS = "one class here does for two or three there"

FIELDS = {
    "FillMaskOutputElement.fill_mask_output_token_str: only there": _QUIRK,
    "ImageToTextOutput.image_to_text_output_generated_text: only there": _QUIRK,
    "TokenClassificationOutputElement.index: only here": _SEEN,
    "DocumentQuestionAnsweringOutputElement.words: only here": _SEEN,
    "DocumentQuestionAnsweringOutputElement.boxes: only here": "the local engine sends it",
    "TextGenerationOutputDetails.input_length: only here": _ONE_CLASS,
    "TextGenerationOutputPrefillToken.special: only here": _ONE_CLASS,
    "TextGenerationStreamOutputStreamDetails.best_of_sequences: only here": _ONE_CLASS,
    "TextGenerationStreamOutputStreamDetails.prefill: only here": _ONE_CLASS,
    "TextGenerationStreamOutputStreamDetails.tokens: only here": _ONE_CLASS,
    "TextGenerationStreamOutputStreamDetails.top_tokens: only here": _ONE_CLASS,
    "ChatCompletionOutputToolCall.index: only here": _ONE_CLASS,
    "ChatCompletionOutputMessage.reasoning_content: only here": "what some servers call reasoning",
    "ChatCompletionStreamOutputDelta.reasoning_content: only here": "what some servers call reasoning",
    "ChatCompletionStreamOutputFunction.description: only here": _ONE_CLASS,
}

OUTPUTS = {
    "AudioToAudioOutputElement: only there": _MOVES,
    "ConversationalOutput: only here": _GONE,
    "Media: only here": "what `download` gives",
    "LiveModel: only here": "what `live_models` gives",
}


def output_classes() -> dict[str, tuple[Structured, Structured]]:
    """The output classes of the same name, theirs and ours."""
    theirs, ours = returned_by(huggingface_hub.AsyncInferenceClient), returned_by(AsyncInferenceClient)
    return {name: (theirs[name], ours[name]) for name in sorted(theirs.keys() & ours.keys())}


def test_the_outputs_have_the_same_classes_but_for_what_is_listed() -> None:
    theirs, ours = returned_by(huggingface_hub.AsyncInferenceClient), returned_by(AsyncInferenceClient)
    found = {f"{name}: only there" for name in theirs.keys() - ours.keys()}
    assert_listed(found | {f"{name}: only here" for name in ours.keys() - theirs.keys()}, OUTPUTS)


def test_the_outputs_have_the_same_fields_but_for_what_is_listed() -> None:
    found = [field_differences(there, here) for there, here in output_classes().values()]
    assert_listed({difference for each in found for difference in each}, FIELDS)


def listed_as_only_there(kind: Structured, field: str) -> bool:
    return f"{kind.__name__}.{field}: only there" in FIELDS


@pytest.mark.parametrize("name", output_classes())
def test_every_field_of_an_output_is_an_attribute_and_a_key(name: str) -> None:
    there, here = output_classes()[name]
    answer = sample(there)
    theirs, ours = there.parse_obj_as_instance(answer), one(here)(json.dumps(answer).encode())
    assert_reads_alike(theirs, ours)


def assert_reads_alike(theirs: Any, ours: Any) -> None:
    """Whatever attribute or key of theirs is read, ours gives the same, all the way down."""
    if isinstance(theirs, list):
        assert len(ours) == len(theirs)
        for their_item, our_item in zip(theirs, ours, strict=True):
            assert_reads_alike(their_item, our_item)
    elif hasattr(theirs, "__dataclass_fields__"):
        for field in fields_of(type(theirs)):
            if not listed_as_only_there(type(theirs), field):
                assert_reads_alike(getattr(theirs, field), getattr(ours, field))
                assert_reads_alike(theirs[field], ours[field])
    elif isinstance(theirs, dict):  # parts that are read by key are no longer dataclasses
        for key in theirs:
            assert_reads_alike(theirs[key], ours[key])
    else:
        assert ours == theirs


# What docs/client.md says about exceptions and dumped outputs, one test each.

GENERATION_ERRORS = [
    "TextGenerationError",
    "ValidationError",
    "GenerationError",
    "OverloadedError",
    "IncompleteGenerationError",
    "UnknownError",
]


@pytest.mark.parametrize("name", ["InferenceTimeoutError", *GENERATION_ERRORS])
def test_an_error_keeps_its_name_and_its_place_in_the_tree(name: str) -> None:
    theirs, ours = getattr(hub_errors, name), getattr(errors, name)
    assert [base.__name__ for base in ours.__mro__ if base.__name__ in GENERATION_ERRORS] == [
        base.__name__ for base in theirs.__mro__ if base.__name__ in GENERATION_ERRORS
    ]
    assert issubclass(ours, TimeoutError) == issubclass(theirs, TimeoutError)


@pytest.mark.parametrize("name", ["InferenceTimeoutError", "InferenceHTTPError", *GENERATION_ERRORS])
def test_no_error_is_one_of_huggingface_hubs_http_library(name: str) -> None:
    http_error = hub_errors.InferenceTimeoutError.__mro__[1]
    assert http_error.__name__ == "HTTPError"
    assert not issubclass(getattr(errors, name), http_error)


def test_the_time_out_is_imported_from_where_it_was() -> None:
    assert huggingface_hub.InferenceTimeoutError is hub_errors.InferenceTimeoutError
    assert inference_core.InferenceTimeoutError is errors.InferenceTimeoutError


async def raised_by_both(answer: Answer, **options: Any) -> tuple[Exception, Exception]:
    """What huggingface_hub's client raises for a summary and what ours does."""
    async with serving(answer) as upstream:
        url = f"{upstream.url}/models/some/model"
        return await raised_by_calls(url, **options)


async def raised_by_calls(url: str, **options: Any) -> tuple[Exception, Exception]:
    async with huggingface_hub.AsyncInferenceClient(url, **options) as client:
        with pytest.raises(Exception) as theirs:
            await client.summarization("a")
    async with AsyncInferenceClient(url, **options) as client:
        with pytest.raises(InferenceError) as ours:
            await client.summarization("a")
    return theirs.value, ours.value


async def test_a_time_out_is_caught_under_either_name() -> None:
    theirs, ours = await raised_by_both(silence(30), timeout=0.2)
    assert isinstance(theirs, huggingface_hub.InferenceTimeoutError) and isinstance(theirs, TimeoutError)
    assert isinstance(ours, InferenceTimeoutError) and isinstance(ours, TimeoutError)


async def test_a_refusal_has_its_status_under_another_name_and_the_rest_under_the_same() -> None:
    refusing = says(b'{"error": "Too long."}', 422, **{"x-request-id": "r1"})
    theirs, ours = await raised_by_both(refusing)
    assert isinstance(theirs, hub_errors.HfHubHTTPError) and isinstance(theirs, OSError)
    assert isinstance(ours, InferenceHTTPError) and not isinstance(ours, OSError)
    assert theirs.response.status_code == ours.status == 422
    assert theirs.server_message == ours.server_message == "Too long."
    assert theirs.request_id == ours.request_id == "r1"


async def test_a_server_that_is_not_there_is_a_connection_error() -> None:
    theirs, ours = await raised_by_calls("http://127.0.0.1:9/models/some/model")
    assert not isinstance(theirs, ConnectionError)
    assert isinstance(ours, InferenceConnectionError) and isinstance(ours, ConnectionError)


async def test_an_invalid_answer_was_a_value_error_and_is_an_error_of_ours() -> None:
    theirs, ours = await raised_by_both(says(b"<p>Sign in</p>"))
    assert isinstance(theirs, ValueError)
    assert isinstance(ours, InvalidAnswerError) and not isinstance(ours, ValueError)


def test_arguments_that_cannot_be_sent_stay_a_value_error() -> None:
    for client in (huggingface_hub.AsyncInferenceClient, AsyncInferenceClient):
        with pytest.raises(ValueError, match="model"):
            client("some/model", base_url="https://example.com")
    assert issubclass(InvalidInputError, ValueError)


async def test_an_error_in_a_stream_has_the_same_class_name_and_words() -> None:
    broken = streams(token_event("a"), event({"error": "Busy.", "error_type": "overloaded"}))
    async with serving(broken) as upstream:
        async with huggingface_hub.AsyncInferenceClient(upstream.url) as client:
            with pytest.raises(hub_errors.OverloadedError, match="Busy"):
                [token async for token in await client.text_generation("a", stream=True)]
        async with AsyncInferenceClient(upstream.url) as client:
            with pytest.raises(errors.OverloadedError, match="Busy"):
                [token async for token in await client.text_generation("a", stream=True)]


async def test_a_refused_generation_keeps_its_status_where_huggingface_hub_names_only_its_kind() -> None:
    refusing = says(b'{"error": "Too long.", "error_type": "validation"}', 422)
    async with serving(refusing) as upstream:
        async with huggingface_hub.AsyncInferenceClient(upstream.url) as client:
            with pytest.raises(hub_errors.ValidationError, match="Too long"):
                await client.text_generation("a")
        async with AsyncInferenceClient(upstream.url) as client:
            with pytest.raises(InferenceHTTPError, match="Too long") as refused:
                await client.text_generation("a")
    assert refused.value.status == 422


ENTITY = {"word": "Rome", "score": 0.9, "start": 0, "end": 4, "entity_group": "LOC", "more": [1]}


def entities() -> tuple[Any, Any]:
    there, here = output_classes()["TokenClassificationOutputElement"]
    return there.parse_obj_as_instance(ENTITY), one(here)(json.dumps(ENTITY).encode())


def test_an_output_is_a_mapping_and_not_a_dict_or_dataclass() -> None:
    theirs, ours = entities()
    assert isinstance(theirs, dict) and dataclasses.is_dataclass(theirs)
    assert isinstance(ours, Mapping) and not isinstance(ours, dict) and not dataclasses.is_dataclass(ours)


def test_json_dumps_needs_one_more_argument() -> None:
    theirs, ours = entities()
    assert json.loads(json.dumps(theirs)).items() >= ENTITY.items()
    with pytest.raises(TypeError):
        json.dumps(ours)
    assert json.loads(json.dumps(ours, default=dict)).items() <= ENTITY.items()
    assert json.loads(json.dumps(ours.raw)) == ENTITY


def test_parts_of_an_output_are_dumped_with_it() -> None:
    _, here = output_classes()["ObjectDetectionOutputElement"]
    detected = {"label": "cup", "score": 0.5, "box": {"xmin": 1, "ymin": 2, "xmax": 3, "ymax": 4}}
    output = one(here)(msgspec.json.encode(detected))
    assert json.loads(json.dumps(output, default=dict)) == detected
    with pytest.raises(TypeError):
        dataclasses.asdict(output)


def test_a_field_without_a_value_is_none_and_not_dumped() -> None:
    theirs, ours = entities()
    assert theirs.entity is ours.entity is theirs["entity"] is ours["entity"] is None
    assert "entity" in dict(theirs) and "entity" not in dict(ours) and "entity" not in ours


def test_unknown_fields_are_only_in_raw() -> None:
    theirs, ours = entities()
    assert theirs["more"] == ours.raw["more"] == [1]
    assert "more" not in ours and not hasattr(ours, "more")


def test_a_key_cannot_be_assigned() -> None:
    theirs, ours = entities()
    theirs["word"] = "Paris"
    with pytest.raises(TypeError):
        ours["word"] = "Paris"


def assert_listed(found: set[str], listed: Mapping[str, str]) -> None:
    """All differences are listed, and every listed one exists."""
    assert found - listed.keys() == set(), "not listed"
    assert listed.keys() - found == set(), "listed, but no difference any more"
