"""The types of the blocking client: up to date, what the class really has, and what a type checker makes of them."""

import inspect
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

import pytest

from inference_core import InferenceClient
from tests.support.processes import ROOT
from tests.support.stubs import STUB, stub

REVEALED = {
    'client.text_generation("a")': "str",
    'client.text_generation("a", seed=1, stream=False)': "str",
    'client.text_generation("a", details=True)': "TextGenerationOutput",
    'client.text_generation("a", stream=True)': "Generator[str, None, None]",
    'client.text_generation("a", stream=True, details=True)': "Generator[TextGenerationStreamOutput, None, None]",
    "client.chat_completion([])": "ChatCompletionOutput",
    "client.chat_completion([], stream=True)": "Generator[ChatCompletionStreamOutput, None, None]",
    "next(client.chat_completion([], stream=True)).choices[0].delta.content": "str | None",
    'client.image_classification("a.png", top_k=3)[0].score': "float | None",
    'client.summarization("a").summary_text': "str",
    'client.text_to_image("a")': "Image",
    'client.feature_extraction("a")': "ndarray[tuple[Any, ...], dtype[floating[_32Bit]]]",
    "client.with_options(timeout=3)": "InferenceClient",
    "client.model": "str | None",
    "client.close()": "None",
    "client.__enter__()": "InferenceClient",
}
REFUSED = {
    'client.text_generation("a", max_token=3)': "call-overload",
    'client.text_generation("a", seed="b")': "call-overload",
    'client.sumarization("a")': "attr-defined",
    'InferenceClient(tokn="a")': "call-arg",
    'client.timeout = "long"': "misc",
}


def test_the_stub_is_up_to_date() -> None:
    assert STUB.read_text(encoding="utf-8") == stub(), "Run `python -m tests.support.stubs`."


def test_the_stub_is_in_the_style_of_the_project() -> None:
    for command in (["check"], ["format", "--check"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, str(STUB)], cwd=ROOT, check=True)


OVERLOADS: dict[str, list[Callable[..., Any]]] = defaultdict(list)


def stubbed() -> type[Any]:
    """The class of the stub, as Python itself understands it; its overloads go to `OVERLOADS`."""

    def keep(overload: Callable[..., Any]) -> Callable[..., Any]:
        OVERLOADS[overload.__name__].append(overload)
        return overload

    names: dict[str, Any] = {"keep": keep}
    exec(STUB.read_text(encoding="utf-8").replace("@overload", "@keep"), names)  # noqa: S102
    return cast("type[Any]", names[InferenceClient.__name__])


STUBBED = stubbed()
SPECIAL = {"__init__", "__enter__", "__exit__"}


def own(kind: type) -> set[str]:
    return {name for name in vars(kind) if not name.startswith("_") or name in SPECIAL}


def functions() -> list[str]:
    return sorted(name for name in own(InferenceClient) if callable(getattr(InferenceClient, name)))


def test_the_stub_has_what_the_class_has() -> None:
    assert own(STUBBED) == own(InferenceClient)
    assert inspect.getdoc(STUBBED) == inspect.getdoc(InferenceClient)


@pytest.mark.parametrize("name", sorted(own(InferenceClient) - SPECIAL))
def test_a_member_is_documented_in_the_stub(name: str) -> None:
    for written in OVERLOADS[name] or [getattr(STUBBED, name)]:
        assert inspect.getdoc(written) == inspect.getdoc(getattr(InferenceClient, name))
        assert isinstance(written, property) == (name not in functions())


@pytest.mark.parametrize("name", functions())
def test_a_function_has_the_same_parameters_in_the_stub(name: str) -> None:
    real = inspect.signature(getattr(InferenceClient, name))
    for written in map(inspect.signature, OVERLOADS[name] or [getattr(STUBBED, name)]):
        assert kinds(written) == kinds(real)
        assert defaults(written).items() <= defaults(real).items()
        assert OVERLOADS[name] or defaults(written) == defaults(real)


def kinds(signature: inspect.Signature) -> set[tuple[str, str]]:
    return {(name, parameter.kind.description) for name, parameter in signature.parameters.items()}


def defaults(signature: inspect.Signature) -> dict[str, Any]:
    parameters = signature.parameters.items()
    return {name: parameter.default for name, parameter in parameters if parameter.default is not parameter.empty}


def test_parameters_that_decide_the_type_have_overloads() -> None:
    assert {name for name in functions() if OVERLOADS[name]} == {"text_generation", "chat_completion", "post"}


def checked(folder: Path, lines: Iterable[str]) -> dict[int, list[str]]:
    """What mypy says to lines that use the client, by the number of the line."""
    program = folder / "program.py"
    start = "from inference_core import InferenceClient; client = InferenceClient()"
    program.write_text("\n".join([start, *lines]), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--hide-error-context", "--no-color-output", str(program)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout
    messages = defaultdict(list)
    for number, message in re.findall(r"program\.py:(\d+): (.*)", said):
        messages[int(number) - 1].append(message)
    return messages


@pytest.mark.slow
def test_a_type_checker_knows_what_each_call_returns(tmp_path: Path) -> None:
    said = checked(tmp_path, (f"reveal_type({call})" for call in REVEALED))
    for number, kind in enumerate(REVEALED.values(), 1):
        (message,) = said[number]
        assert re.sub(r"\b[\w.]+\.", "", message) == f'note: Revealed type is "{kind}"'


def test_a_type_checker_refuses_what_python_would_refuse(tmp_path: Path) -> None:
    said = checked(tmp_path, REFUSED)
    for number, code in enumerate(REFUSED.values(), 1):
        assert any(message.endswith(f"[{code}]") for message in said[number]), said[number]
