"""Every task: what asks for nothing changes nothing, and all that cannot be served is named in one answer."""

import json
import time
from collections.abc import Iterator, Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference_core.engine.chat_request import ChatBody
from inference_core.engine.contract import NonEmpty, Parameters, ServedTask
from inference_core.engine.limits import Limits
from inference_core.engine.server.bodies.asked import fields_of
from inference_core.engine.server.bodies.defaults import defaults_of
from inference_core.engine.server.bodies.parsing import parse_body, parse_task_body
from inference_core.engine.server.completions import CompletionBody
from inference_core.engine.server.request_body import BadRequest
from tests.support.models import catalogue, with_samples

LIMITS = Limits()
TASKS = [(model.id, task) for model in catalogue() for task in model.tasks]
EMPTY = [None, "", [], {}, [None], [""], {"a": None}, {"a": {"b": []}}]
NAMES = st.text("abcdefghijklmnop_", min_size=1, max_size=12).map(lambda name: f"new_{name}")


def example_of(task: ServedTask) -> dict[str, Any]:
    """The task's own example, as JSON."""
    body: dict[str, Any] = json.loads(json.dumps(with_samples(task.answered_example)))
    return body


def read(body: Mapping[str, Any], task: ServedTask) -> Any:
    return comparable(parse_task_body(json.dumps(body).encode(), task, LIMITS))


def comparable(value: Any) -> Any:
    """A body as plain data, files by their bytes."""
    if isinstance(value, msgspec.Struct):
        return {name: comparable(getattr(value, name)) for name in value.__struct_fields__}
    return getattr(value, "content", value)


def placed(body: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The body with a value at a path, whose objects are made if they are missing."""
    first, _, rest = path.partition(".")
    inner = body.get(first)
    return {**body, first: placed(inner if isinstance(inner, dict) else {}, rest, value) if rest else value}


def optional_fields(struct: type[msgspec.Struct], inside: str = "") -> Iterator[str]:
    """The path of each optional field of a body's type, also of those in objects."""
    for field in fields_of(struct).values():
        path = f"{inside}{field.name}"
        if not field.required:
            yield path
        if field.struct is not None and field.name != "inputs":
            yield from optional_fields(field.struct, f"{path}.")


@pytest.mark.parametrize(("id", "task"), TASKS, ids=lambda value: getattr(value, "id", value))
def test_a_field_with_nothing_in_it_changes_nothing(id: str, task: ServedTask) -> None:
    example = example_of(task)
    plain = read(example, task)
    paths = {"anything", "parameters.anything", "options", "options.anything", *defaults_of(task.id).values}
    paths |= set(optional_fields(task.body)) - defaults_of(task.id).telling_empties
    for path in paths:
        if path not in example and path.partition(".")[0] not in {"inputs", "table", "messages", *example}:
            for empty in EMPTY if path.endswith("anything") else EMPTY[:4]:
                assert read(placed(example, path, empty), task) == plain, (path, empty)
            assert all(read(placed(example, path, blank), task) for blank in EMPTY[4:6]), path


@pytest.mark.parametrize(("id", "task"), TASKS, ids=lambda value: getattr(value, "id", value))
def test_a_default_of_its_api_is_no_reason_to_refuse(id: str, task: ServedTask) -> None:
    example, defaults = example_of(task), defaults_of(task.id)
    for path, values in defaults.values.items():
        for value in values:
            assert read(placed(example, path, value), task)
    for path in defaults.read_over:
        assert read(placed(example, path, "something"), task)


@pytest.mark.parametrize(("id", "task"), TASKS, ids=lambda value: getattr(value, "id", value))
def test_all_that_cannot_be_served_is_named_at_once(id: str, task: ServedTask) -> None:
    sent = example_of(task)
    paths = ["best_before", "parameters.colour", "parameters.zoom", "options.speed", "stream_of_thought"]
    for path in paths:
        sent = placed(sent, path, [1])
    with pytest.raises(BadRequest) as refused:
        read(sent, task)
    assert (refused.value.status, refused.value.code) == (400, "fields_not_served")
    assert refused.value.arguments["fields"] == sorted(
        path if task.id != "conversational" or not path.startswith("options") else "options" for path in paths
    )
    assert all(path in str(refused.value) for path in refused.value.arguments["fields"])


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    text: NonEmpty
    count: int = 1


class Choice(Parameters):
    top_k: int | None = None
    inner: Inner | None = None


class Body(msgspec.Struct, forbid_unknown_fields=True):
    inputs: NonEmpty
    items: list[Inner] = []
    parameters: Choice = msgspec.field(default_factory=Choice)


def refusal_of(sent: Any) -> BadRequest:
    with pytest.raises(BadRequest) as refused:
        parse_body(json.dumps(sent).encode(), Body, "text-generation")
    return refused.value


WRONG = {
    "inputs": [5, [], None, ""],
    "parameters.top_k": ["x", 1.5, [1]],
    "parameters.inner.count": ["x", {"a": 1}],
    "items": [5, "x", {"a": 1}],
}


@given(
    unknown=st.lists(st.tuples(st.sampled_from(["", "parameters.", "parameters.inner."]), NAMES), max_size=5),
    wrong=st.lists(st.sampled_from(sorted(WRONG)), unique=True, max_size=4),
    data=st.data(),
)
def test_unknown_and_wrong_fields_are_named_together(
    unknown: list[tuple[str, str]], wrong: list[str], data: st.DataObject
) -> None:
    sent: dict[str, Any] = {"inputs": "x", "parameters": {"inner": {"text": "y"}}}
    for place, name in unknown:
        sent = placed(sent, place + name, data.draw(st.sampled_from([1, "x", [0], {"a": 5}, True])))
    for path in wrong:
        sent = placed(sent, path, data.draw(st.sampled_from(WRONG[path])))
    expected = sorted({place + name for place, name in unknown} | set(wrong))
    if not expected:
        assert parse_body(json.dumps(sent).encode(), Body, "text-generation")
        return
    error = refusal_of(sent)
    assert error.status == (400 if unknown else 422)
    assert named_by(error) == expected
    assert all(path.removeprefix("parameters.") in str(error) for path in expected)


def named_by(error: BadRequest) -> list[str]:
    if error.code == "unknown_parameters":
        return [f"parameters.{name}" for name in error.arguments["names"]]
    found: list[str] = error.arguments.get("fields") or [error.arguments["field"]]
    return found


def test_fields_are_named_wherever_they_are() -> None:
    sent = {"inputs": "x", "items": [{"text": "a"}, {"count": "y"}, {"text": "", "colour": 1}], "parameters": {"a": 1}}
    found = ["items[1].count", "items[1].text", "items[2].colour", "items[2].text", "parameters.a"]
    assert named_by(refusal_of(sent)) == found


def test_no_error_repeats_more_of_a_body_than_a_few_names() -> None:
    sent = {"inputs": "x", **{f"{'n' * 1000}{number}": 1 for number in range(1000)}}
    assert len(str(refusal_of(sent))) < 12_000
    sent = {"inputs": "x", "items": [{}] * 1000}
    assert len(str(refusal_of(sent))) < 12_000


def test_a_body_of_nothing_but_errors_is_refused_quickly() -> None:
    begin = time.monotonic()
    refusal_of({"inputs": "x", "items": [{}] * 300_000})
    assert time.monotonic() - begin < 2


def test_no_text_with_a_pattern_is_next_to_a_list() -> None:
    """Because msgspec 0.22 frees the pattern twice when such a type is freed, which ends the process."""
    for struct in {struct for _, task in TASKS for struct in structs_of(task.body)} | structs_of(CompletionBody):
        for field in fields_of(struct).values():
            parts = get_args(field.type) if get_origin(field.type) in (Union, UnionType) else ()
            assert not (NonEmpty in parts and any(is_container(part) for part in parts)), (struct, field.name)


def structs_of(struct: type[msgspec.Struct]) -> set[type[msgspec.Struct]]:
    inside = {inner for field in fields_of(struct).values() for inner in (field.struct, field.items) if inner}
    return {struct}.union(*map(structs_of, inside))


def is_container(kind: Any) -> bool:
    plain = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    return get_origin(plain) in (list, dict, tuple, set)


def test_a_default_is_compared_as_in_json() -> None:
    sent = {"inputs": "x", "parameters": {"watermark": 0, "best_of": True}}
    assert named_by(refusal_of(sent)) == ["parameters.best_of", "parameters.watermark"]


@pytest.mark.parametrize("parts", [{"top_k": 5.0}, {"top_k": 5}, {"inner": {"text": "a", "count": 5.0}}])
def test_a_whole_number_may_have_a_decimal_point(parts: dict[str, Any]) -> None:
    read = parse_body(json.dumps({"inputs": "x", "parameters": parts}).encode(), Body, "text-generation").parameters
    assert repr(read.top_k or read.inner.count) == "5"
    assert named_by(refusal_of({"inputs": "x", "parameters": {"top_k": 5.5}})) == ["parameters.top_k"]


def chat(**fields: Any) -> ChatBody:
    sent = {"messages": [{"role": "user", "content": "Hi"}], **fields}
    body: ChatBody = parse_body(json.dumps(sent).encode(), ChatBody, "conversational")
    return body


ASKING_FOR_NOTHING: dict[str, list[Any]] = {
    "n": [1, None],
    "logprobs": [False, None],
    "top_logprobs": [0, None],
    "tools": [[], None],
    "tool_choice": ["none", "auto", None],
    "functions": [[]],
    "function_call": ["none"],
    "response_format": [{"type": "text"}, {"type": "text", "json_schema": None, "schema": {}}, {"type": None}, None],
    "stop": [[], "", None, [""], [None]],
    "max_tokens": [-1, None],
    "include_reasoning": [True],
    "return_token_ids": [False],
    "request_id": ["a"],
    "prompt_cache_options": [{"mode": "implicit", "ttl": "30m"}],
    "logit_bias": [{}, [], None],
    "parallel_tool_calls": [True, False],
    "store": [False],
    "user": ["bo"],
    "metadata": [{"a": "b"}],
    "service_tier": ["auto", "flex"],
    "modalities": [["text"]],
    "frequency_penalty": [0, 0.0],
    "stream_options": [
        {},
        {"include_usage": False},
        {"continuous_usage_stats": False},
        {"include_usage": None, "include_obfuscation": False},
        None,
    ],
    "audio": [None],
    "prediction": [None],
    "reasoning_effort": [None, "medium"],
    "web_search_options": [None],
    "extra_body": [{}],
    "min_p": [0],
    "model": ["tgi", "builtin/x", None],
}


@pytest.mark.parametrize(("field", "values"), ASKING_FOR_NOTHING.items(), ids=ASKING_FOR_NOTHING.keys())
def test_chat_ignores_what_asks_for_nothing(field: str, values: list[Any]) -> None:
    for value in values:
        assert chat(**{field: value}).messages == chat().messages


def test_chat_names_all_that_it_cannot_do() -> None:
    tool = {"type": "function", "function": {"name": "weather"}}
    picture = {"type": "image_url", "image_url": {"url": "data:,"}}
    asked = {
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}, picture, {"type": "input_audio"}]}],
        "tools": [tool],
        "tool_choice": "required",
        "response_format": {"type": "json_object"},
        "n": 2,
        "logprobs": True,
        "store": True,
    }
    with pytest.raises(BadRequest) as refused:
        chat(**asked)
    assert refused.value.arguments["fields"] == [
        "logprobs",
        "messages[0].content[1].image_url",
        "messages[0].content[2].input_audio",
        "n",
        "response_format",
        "store",
        "tool_choice",
        "tools",
    ]


@pytest.mark.parametrize(
    "message",
    [
        {"role": "developer", "content": "Be kind."},
        {"role": "user", "content": [{"type": "text", "text": "Hi", "cache_control": {"type": "ephemeral"}}]},
        {"role": "user", "content": "Hi", "name": "bo"},
        {"role": "user", "content": []},
        {"role": "assistant", "content": [{"type": "refusal", "refusal": "No."}, {"type": "text", "text": None}]},
        {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}], "refusal": None, "annotations": []},
        {"role": "tool", "tool_call_id": "1", "content": "5"},
        {"role": "function", "name": "f", "content": "5"},
    ],
)
def test_any_history_of_a_conversation_is_read(message: dict[str, Any]) -> None:
    assert len(chat(messages=[message, {"role": "user", "content": "Hi"}]).messages) == 2


def test_tools_that_may_not_be_called_ask_for_nothing() -> None:
    tool = {"type": "function", "function": {"name": "weather"}}
    assert chat(tools=[tool], tool_choice="none").messages
    assert chat(functions=[{"name": "weather"}], function_call="none").messages
    with pytest.raises(BadRequest):
        chat(tools=[tool], tool_choice="auto")


def test_completions_ignore_what_asks_for_nothing() -> None:
    for path, values in defaults_of("completions").values.items():
        for value in values:
            sent = placed({"prompt": "x"}, path, value)
            assert parse_body(json.dumps(sent).encode(), CompletionBody, "completions").prompt == "x"


PARAMETERS_OF_GENERATE = {"do_sample": False, "max_length": 20, "min_length": 0, "num_beams": 1, "temperature": 1.0}


@pytest.mark.parametrize(
    ("task", "sent"),
    [
        *(
            (task, {"parameters": {**PARAMETERS_OF_GENERATE, place: PARAMETERS_OF_GENERATE}})
            for task in ("automatic-speech-recognition", "text-to-speech", "image-to-text")
            for place in ("generation_parameters", "generate_kwargs")
        ),
        ("summarization", {"parameters": {"generate_parameters": {"do_sample": False, "min_length": 0}}}),
        ("translation", {"parameters": {**PARAMETERS_OF_GENERATE, "return_text": True}}),
        ("summarization", {"parameters": {**PARAMETERS_OF_GENERATE, "return_tensors": False}}),
        ("feature-extraction", {"parameters": {"normalize": True, "truncate": False}, "dimensions": None}),
        ("audio-classification", {"parameters": {"function_to_apply": "softmax"}}),
        ("image-to-image", {"parameters": {"target_size": {"width": None, "height": None}}}),
    ],
)
def test_what_older_callers_send_by_default_changes_nothing(task: str, sent: dict[str, Any]) -> None:
    for _, served in TASKS:
        if served.id == task:
            example = {**example_of(served), "parameters": {}}
            assert read({**example, **sent}, served) == read(example, served)


@pytest.mark.parametrize(
    ("task", "sent", "same"),
    [
        ("question-answering", {"question": "q", "context": "c"}, {"inputs": {"question": "q", "context": "c"}}),
        (
            "table-question-answering",
            {"query": "q", "table": {"a": ["1"]}},
            {"inputs": {"query": "q", "table": {"a": ["1"]}}},
        ),
        (
            "sentence-similarity",
            {"source_sentence": "a", "sentences": ["b"]},
            {"inputs": {"source_sentence": "a", "sentences": ["b"]}},
        ),
        (
            "feature-extraction",
            {"inputs": "a", "truncation_direction": "Left"},
            {"inputs": "a", "truncation_direction": "left"},
        ),
        ("tabular-regression", {"inputs": {"data": {"a": ["1"]}}}, {"table": {"a": ["1"]}}),
        ("tabular-classification", {"inputs": {"data": {"a": ["1"]}}}, {"table": {"a": ["1"]}}),
    ],
)
def test_other_clients_forms_are_read(task: str, sent: dict[str, Any], same: dict[str, Any]) -> None:
    served = next(served for _, served in TASKS if served.id == task)
    assert read(sent, served) == read(same, served)
    assert read({**sent, "parameters": {}}, served) == read(same, served)
