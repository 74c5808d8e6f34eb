"""Another package adds a family of models by an entry point: models.toml names it, and the engine runs its models."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from inference_core import AsyncInferenceClient
from inference_core.errors import InferenceHTTPError
from tests.support import processes
from tests.support.hub_files import hub

FAMILY = '''
"""Text classification by lists of words: a model is a file of lines such as `good: nice, fine`."""

from pathlib import Path

from inference_core.engine.classification_request import TextClassificationBody
from inference_core.engine.contract import Place, ServedTask
from inference_core.engine.pretrained.family import Family


class WordLists:
    def __init__(self, spec):
        (file,) = Path(spec.source).glob("*.words")
        lines = [line.partition(":") for line in file.read_text().splitlines()]
        self._words = {label: set(words.replace(",", " ").split()) for label, _, words in lines}
        self.name = f"{spec.id} (word lists)"
        self.place = Place(dtype="set")

    def answer(self, body):
        said = set(body.inputs.lower().split())
        counts = {label: len(said & words) for label, words in self._words.items()}
        total = sum(counts.values()) or 1
        rows = [{"label": label, "score": count / total} for label, count in counts.items()]
        return [sorted(rows, key=lambda row: -row["score"])[: body.parameters.top_k]]


FAMILY = Family(
    tasks=(
        ServedTask(
            id="text-classification",
            body=TextClassificationBody,
            answer=WordLists.answer,
            answered_example={"inputs": "A nice day"},
        ),
    ),
    load=WordLists,
    weights=("*.words",),
)
BROKEN = 3
'''
MODEL = '[[model]]\nid = "acme/moods"\ntask = "{task}"\nfamily = "{family}"\nsource = "moods"\n'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the package as pip would have installed it, a model, and its models.toml."""
    (tmp_path / "acme_words.py").write_text(FAMILY)
    about = tmp_path / "acme_words-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-words\nVersion: 1.0\n")
    points = {"word-lists": "acme_words:FAMILY", "broken": "acme_words:BROKEN", "missing": "acme_words:NOTHING"}
    lines = [f"{name} = {value}" for name, value in points.items()]
    (about / "entry_points.txt").write_text("\n".join(["[inference_core.families]", *lines]))
    (tmp_path / "moods").mkdir()
    (tmp_path / "moods" / "a.words").write_text("good: nice, fine\nbad: rain, cold\n")
    return tmp_path


def listed(place: Path, family: str = "word-lists", task: str = "text-classification") -> dict[str, str]:
    """The variables of an engine that sees the package, with the model in its models.toml."""
    (place / "models.toml").write_text(MODEL.format(family=family, task=task))
    return {"PYTHONPATH": os.pathsep.join([str(place), os.environ.get("PYTHONPATH", "")])}


async def test_its_models_answer_and_are_recommended(place: Path) -> None:
    variables = listed(place)
    with processes.engine("--models", str(place / "models.toml"), **variables) as engine:
        async with AsyncInferenceClient("acme/moods", endpoint=engine.url) as client:
            (best,) = await client.text_classification("A nice and fine day with rain", top_k=1)
            assert (best.label, round(best.score, 2)) == ("good", 0.67)
        async with AsyncInferenceClient(endpoint=engine.url) as client:
            assert await client.recommended_model("text-classification") == "acme/moods"


async def test_while_a_model_is_downloaded_its_callers_are_told_how_much_has_come(place: Path) -> None:
    variables = listed(place)
    models = place / "models.toml"
    models.write_text(models.read_text().replace('"moods"', f'"acme/on-the-hub"\nrevision = "{"c" * 40}"'))
    words = (place / "moods" / "a.words").read_bytes() + b" " * 30_000_000
    said: list[dict[str, Any]] = []
    with hub({"a.words": words}, seconds=6.0) as (address, _):
        variables |= {"HF_ENDPOINT": address, "HF_HOME": str(place / "home"), "HF_HUB_OFFLINE": "0"}
        with processes.engine("--models", str(models), **variables) as engine:
            async with aiohttp.ClientSession(engine.url) as session:
                while True:
                    async with session.post("/models/acme/moods", json={"inputs": "A nice day"}) as response:
                        answer = await response.json()
                    if response.status == 200:
                        break
                    said.append(answer)
                    await asyncio.sleep(0.3)
    assert answer[0][0]["label"] == "good"
    downloads = [one for one in said if one["code"] == "model_downloads"]
    half = downloads[len(downloads) // 2]
    assert re.search(r"acme/moods is being downloaded, (9|1\d|2[0-4]) of 30 MB have come", half["error"]), half
    assert 1 <= half["estimated_time"] < 60


async def test_a_model_without_files_of_the_family_is_refused(place: Path) -> None:
    (place / "moods" / "a.words").rename(place / "moods" / "a.bin")
    variables = listed(place)
    with processes.engine("--models", str(place / "models.toml"), **variables) as engine:
        async with AsyncInferenceClient("acme/moods", endpoint=engine.url) as client:
            with pytest.raises(InferenceHTTPError, match="no weights as words"):
                await client.text_classification("A nice day")


@pytest.mark.parametrize(
    ("family", "task", "sentence"),
    [
        (
            "lists",
            "text-classification",
            "is of the family lists, but those installed are: broken, missing, w",
        ),
        ("word-lists", "summarization", "The family word-lists has no task summarization."),
        ("broken", "text-classification", "The family broken is no inference_core.engine.pretrained.family.Family."),
        ("missing", "text-classification", "The family missing cannot be imported: AttributeError."),
    ],
)
def test_a_family_that_cannot_be_used_is_refused_at_the_start(
    place: Path, family: str, task: str, sentence: str
) -> None:
    variables = {**os.environ, **listed(place, family, task)}
    command = [sys.executable, "-m", "inference_core.engine", "--port", "0", "--models", str(place / "models.toml")]
    ended = subprocess.run(
        command, capture_output=True, text=True, cwd=processes.ROOT, timeout=60, check=False, env=variables
    )
    assert ended.returncode == 1
    assert sentence in ended.stderr and "Traceback" not in ended.stderr
