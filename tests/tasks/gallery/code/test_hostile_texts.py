"""A text or a file name that looks like code arrives as it is, and nothing of it is run."""

import json
import shutil
from pathlib import Path
from typing import Any

from tasks.registry import all_tasks
from tasks.samples import sample
from tests.support.snippets import HOSTILE, PYTHON, programs, run_others, run_python
from tests.support.upstream import answers, serving

TASKS = {task.id: task for task in all_tasks()}
CLASSES = answers([{"label": "a", "score": 1.0}])


async def sent(task: str, arguments: dict[str, Any], folder: Path) -> list[tuple[dict[str, str], bytes]]:
    """What the programs in all languages send."""
    async with serving(CLASSES) as upstream:
        made = await programs(TASKS[task], arguments, upstream.url, folder)
        assert {"python", "async", "huggingface_hub", "javascript", "curl"} <= {one.language for one in made}
        await run_python([one for one in made if one.language in PYTHON])
        await run_others([one for one in made if one.language not in PYTHON])
        assert len(upstream.requests) == len(made)
        return [(headers, body) for _, headers, body in upstream.requests]


async def test_hostile_texts_arrive_as_they_are(tmp_path: Path) -> None:
    text = "\n".join(HOSTILE)
    for _, body in await sent("zero-shot-classification", {"text": text, "candidate_labels": HOSTILE}, tmp_path):
        assert json.loads(body)["inputs"] == text
        assert json.loads(body)["parameters"]["candidate_labels"] == HOSTILE
    assert not list(tmp_path.rglob("pwned*"))


async def test_hostile_texts_beside_a_file_arrive_as_they_are(tmp_path: Path) -> None:
    picture = tmp_path / "-$(touch pwned) `touch pwned`'\"; touch pwned #\u202eé:.png"
    shutil.copy(sample("poster.png"), picture)
    arguments = {"image": picture, "candidate_labels": HOSTILE}
    sent_bodies = await sent("zero-shot-image-classification", arguments, tmp_path / "runs")
    bodies = [json.loads(body) for _, body in sent_bodies]
    assert all(body == bodies[0] for body in bodies)
    assert bodies[0]["parameters"] == {"candidate_labels": HOSTILE}
    assert len(bodies[0]["inputs"]) > picture.stat().st_size
    assert not list(tmp_path.rglob("pwned*"))


async def test_a_file_with_a_hostile_name_is_sent_as_it_is(tmp_path: Path) -> None:
    names = ("-", "@-", "data:,a", "a\nb.png", "$HOME.png", "it's.png", "--output.png", " .png")
    for number, name in enumerate(names):
        picture = tmp_path / name
        shutil.copy(sample("poster.png"), picture)
        for _, body in await sent("image-classification", {"image": picture}, tmp_path / f"run {number}"):
            assert body == picture.read_bytes()
