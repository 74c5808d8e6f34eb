"""The code blocks of the guide this client follows, run as they stand on the local engine.

The guide is not part of the project. Where it is next to the checkout, its blocks are taken out, `huggingface_hub` in
them becomes `inference_core`, and the table fills in what a block leaves open or what no longer exists.
"""

import ast
import asyncio
import doctest
import inspect
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tasks.samples import sample
from tests.support.folders import served
from tests.support.processes import ROOT, Server

GUIDE = ROOT.parent / "shared/reference/guide-de.md"
pytestmark = pytest.mark.skipif(not GUIDE.is_file(), reason=f"The guide {GUIDE.name} does not lie beside the checkout.")

_BLOCK = re.compile(r"^```py(?:thon)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"^#.*\n", re.MULTILINE)
_RETIRED_ENDPOINT = "https://uu149rez6gw9ehej.eu-west-1.aws.endpoints.huggingface.cloud/deepfloyd-if"
_DISTANT_PICTURE = "https://upload.wikimedia.org/wikipedia/commons/thumb/4/43/Cute_dog.jpg/320px-Cute_dog.jpg"


def substitutions(engine: str, files: str) -> dict[str, str]:
    """The text in a block, and the text that replaces it."""
    return {
        "huggingface_hub": "inference_core",
        "text_to_image(...": 'text_to_image("A lighthouse in the fog."',
        "prompthero/openjourney-v4": "builtin/scene-drawing",
        _RETIRED_ENDPOINT: f"{engine}/models/builtin/scene-drawing",
        _DISTANT_PICTURE: f"{files}/photo.jpg",
    }


def blocks() -> list[str]:
    """The code of the guide, block by block, without the comments between the prompts."""
    text = GUIDE.read_text(encoding="utf-8") if GUIDE.is_file() else ""
    return [_COMMENT.sub("", block) for block in _BLOCK.findall(text)]


def first_call(block: str) -> str:
    """A name for a block: its last line of code."""
    return [example.source for example in doctest.DocTestParser().get_examples(block)][-1].splitlines()[0][:60]


@pytest.fixture
def files(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "served"
    folder.mkdir()
    shutil.copy(sample("lion.jpg"), folder / "photo.jpg")
    with served(folder) as url:
        yield url


@pytest.fixture
def at_home(engine: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The local engine in place of Hugging Face for a client without arguments, and a folder to write to."""
    monkeypatch.setenv("HF_ENDPOINT", engine.url)
    monkeypatch.setenv("HF_INFERENCE_ENDPOINT", engine.url)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("block", blocks(), ids=first_call)
def test_a_block_of_the_guide_runs(
    block: str, engine: Server, files: str, at_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for there, here in substitutions(engine.url, files).items():
        block = block.replace(there, here)
    names: dict[str, Any] = {}
    with asyncio.Runner() as runner:
        for example in doctest.DocTestParser().get_examples(block):
            value = last_value(example.source, names, runner)
            printed = capsys.readouterr().out
            if example.want:
                assert_is_like(printed if value is None else value, example.want)
    for name in re.findall(r'\.save\("(.+?)"\)', block):
        with Image.open(at_home / name) as saved:
            assert saved.size > (1, 1)


def last_value(source: str, names: dict[str, Any], runner: asyncio.Runner) -> Any:
    """Run statements as `python -m asyncio` does; what the last one gives if it is an expression."""
    value = None
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Expr):
            tree: ast.Expression | ast.Module = ast.Expression(statement.value)
        else:
            tree = ast.Module([statement], [])
        mode = "eval" if isinstance(tree, ast.Expression) else "exec"
        code = compile(tree, "<guide>", mode, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        value = eval(code, names)  # noqa: S307  # the guide's own code is what is tested
        if code.co_flags & inspect.CO_COROUTINE:
            value = runner.run(value)
    return value


def assert_is_like(given: Any, shown: str) -> None:
    """The answer is of the kind that the guide shows: text for text, a list of scored labels for one."""
    if not shown.startswith("["):
        assert isinstance(given, str)
        assert given.strip()
        return
    expected = ast.literal_eval(shown)[0]
    assert given
    for element in given:
        assert {key: type(element[key]) for key in expected} == {key: type(value) for key, value in expected.items()}
    scores = [element["score"] for element in given]
    assert scores == sorted(scores, reverse=True)


def test_the_table_has_no_row_that_the_guide_does_not_need() -> None:
    code = "".join(blocks())
    assert [there for there in substitutions("", "") if there not in code] == []


def test_the_guide_has_blocks_of_both_clients() -> None:
    imported = set(re.findall(r"import (\w+)", "".join(blocks())))
    assert imported == {"InferenceClient", "AsyncInferenceClient"}
