"""What the snippets say: where the call goes, what was changed, and nothing of the server's."""

import inspect
from pathlib import Path
from typing import Any, Literal, get_args

import huggingface_hub
import openai
import pytest

from inference_core import AsyncInferenceClient, words
from tasks.fields import Choice, Number, Switch, Words
from tasks.gallery.code.call import client_call
from tasks.gallery.code.place import PAGE, Place, place_of
from tasks.gallery.code.request import arguments_by_name, http_request, is_chat
from tasks.gallery.code.snippets import Snippet, snippets
from tasks.registry import Parameter, Task, all_tasks
from tests.support.snippets import arguments_of

TASKS = {task.id: task for task in all_tasks()}
each_task = pytest.mark.parametrize("task", all_tasks(), ids=lambda task: task.id)


def some_value(parameter: Parameter) -> Any:
    match parameter.field:
        case Number(minimum=minimum):
            return (minimum or 0) + 1
        case Choice():
            return next(word for kind in get_args(parameter.type) for word in get_args(kind))
        case Switch(default=default):
            return not default
        case Words():
            return ["one", "two"]
    return "en"


def everything(task: Task) -> dict[str, Any]:
    """The first example with every parameter changed."""
    return arguments_of(task, task.examples[0]) | {one.name: some_value(one) for one in task.parameters}


async def by_language(task: str, place: Place, **arguments: Any) -> dict[str, Snippet]:
    found = await snippets(TASKS[task], arguments, place)
    return {snippet.language: snippet for snippet in found}


HOSTED = place_of("hosted", "org/model", None)


@each_task
async def test_there_is_a_snippet_or_a_reason_in_every_language(task: Task) -> None:
    found = await snippets(task, everything(task), HOSTED)
    assert [one.language for one in found] == words.names("code.languages")
    assert all(bool(one.source) != bool(one.reason) for one in found)


@each_task
async def test_every_changed_parameter_is_in_the_call_and_no_other(task: Task) -> None:
    own = {"model", "stream", "messages"} | {one.name for one in task.inputs}
    none_changed = await client_call(task, arguments_of(task, task.examples[0]))
    short = {"seed", "max_tokens", "max_new_tokens"}
    assert not flat(none_changed.keywords).keys() - own - short
    changed = flat((await client_call(task, everything(task))).keywords)
    assert {name: changed.get(name) for name in changed if name not in own} == {
        one.name: some_value(one) for one in task.parameters if one.name in changed
    }
    in_messages = {"system"}
    assert {one.name for one in task.parameters} - changed.keys() <= in_messages


def flat(keywords: Any) -> dict[str, Any]:
    """The arguments, with those in mappings beside the others."""
    found: dict[str, Any] = {}
    for name, value in keywords.items():
        found |= value if isinstance(value, dict) else {name: value}
    return found


@each_task
async def test_the_other_clients_have_the_method_with_these_arguments(task: Task) -> None:
    call = await client_call(task, everything(task))
    for kind in (huggingface_hub.InferenceClient, AsyncInferenceClient):
        inspect.signature(getattr(kind, call.method)).bind(None, *call.positional, **call.keywords)
    if is_chat(call):
        create = openai.OpenAI(api_key="none").chat.completions.create
        inspect.signature(create).bind(model="a", **arguments_by_name(call))


@each_task
async def test_no_snippet_names_a_folder_of_the_server(task: Task) -> None:
    arguments = everything(task)
    folders = {str(path.parent) for path in arguments.values() if isinstance(path, Path)}
    for snippet in await snippets(task, arguments, HOSTED):
        assert not [folder for folder in folders if folder in snippet.source]


async def test_what_the_local_engine_answers_is_asked_of_the_page() -> None:
    found = await by_language("text-classification", place_of("local", "builtin/vader", None), text="Good.")
    for language in ("python", "async", "huggingface_hub", "javascript", "curl"):
        assert f"{PAGE}/engine" in found[language].source
        assert "HF_TOKEN" not in found[language].source


async def test_hugging_face_gets_the_token_of_the_reader() -> None:
    found = await by_language("text-classification", HOSTED, text="Good.")
    url = "https://router.huggingface.co/hf-inference/models/org/model"
    assert 'InferenceClient("org/model")\n' in found["python"].source
    assert 'InferenceClient("org/model")\n' in found["huggingface_hub"].source
    assert f'url = "{url}";' in found["javascript"].source
    assert "`Bearer ${process.env.HF_TOKEN}`" in found["javascript"].source
    assert f"curl {url} " in found["curl"].source
    assert '"Authorization: Bearer $HF_TOKEN"' in found["curl"].source


async def test_a_chat_at_hugging_face_goes_to_its_router_for_all_providers() -> None:
    found = await by_language("conversational", HOSTED, message="Hello", conversation=[])
    assert 'base_url="https://router.huggingface.co/v1"' in found["openai"].source
    assert 'api_key=os.environ["HF_TOKEN"]' in found["openai"].source
    assert "curl https://router.huggingface.co/v1/chat/completions " in found["curl"].source
    assert "provider" not in found["curl"].source


async def test_a_model_by_url_is_called_there_and_its_secrets_stay_out() -> None:
    place = place_of("local", "https://user:secret@models.example/abc?key=secret", None)
    for snippet in (await by_language("text-classification", place, text="Good.")).values():
        assert "secret" not in snippet.source
        assert "models.example/abc" in snippet.source or snippet.reason


async def test_a_server_of_the_operators_is_named() -> None:
    place = place_of("server", "org/model", "https://models.example")
    found = await by_language("text-classification", place, text="Good.")
    assert 'InferenceClient("org/model", endpoint="https://models.example")' in found["python"].source
    assert 'InferenceClient("https://models.example/models/org/model")' in found["huggingface_hub"].source
    assert "HF_TOKEN" not in "".join(snippet.source for snippet in found.values())


async def test_a_number_that_javascript_would_round_is_left_to_the_others() -> None:
    found = await by_language("text-to-image", HOSTED, prompt="a", seed=2**53)
    assert not found["javascript"].source
    assert "seed=9007199254740992" in found["python"].source
    assert (await by_language("text-to-image", HOSTED, prompt="a", seed=2**53 - 1))["javascript"].source


async def test_the_system_prompt_and_the_turns_are_messages_of_every_client() -> None:
    turns = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]
    found = await by_language("conversational", HOSTED, message="And now?", conversation=turns, system="Be short.")
    for snippet in found.values():
        places = [snippet.source.find(f'"{text}"') for text in ("Be short.", "Hi", "Hello", "And now?")]
        assert -1 not in places
        assert places == sorted(places)


async def test_making_snippets_asks_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_: Any, **__: Any) -> Any:
        raise AssertionError("Something was sent.")

    monkeypatch.setattr("inference_core.http.sessions.Sessions.request", refuse)
    for task in all_tasks():
        for kind in get_args(Literal["local", "hosted"]):
            assert await snippets(task, everything(task), place_of(kind, "org/model", None))


async def test_the_request_is_the_one_that_the_client_makes() -> None:
    task = TASKS["image-classification"]
    call = await client_call(task, {"image": task.examples[0][0], "top_k": 3})
    request = await http_request(call, Place("server", "org/model", "http://models.example"))
    assert request.url == "http://models.example/models/org/model"
    assert request.body == {"inputs": call.files[0], "parameters": {"top_k": 3}}
