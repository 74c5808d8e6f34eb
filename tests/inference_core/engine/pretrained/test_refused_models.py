"""What could run somebody else's program is not loaded, and what is not there is said."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from inference_core import AsyncInferenceClient
from inference_core.errors import InferenceHTTPError
from tests.support import processes
from tests.support.processes import Server

SOURCES = {"with-code": "with-code", "pickled": "pickled", "not-cached": "acme/not-cached"}


def with_code(labels: Path, folder: Path) -> None:
    """A model whose class is in a file of its own, which leaves a mark when it runs."""
    shutil.copytree(labels, folder)
    config = json.loads((folder / "config.json").read_text())
    config |= {
        "model_type": "acme",
        "auto_map": {"AutoConfig": "acme.Config", "AutoModelForSequenceClassification": "acme.Model"},
    }
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "acme.py").write_text(f"open({str(folder / 'ran')!r}, 'w')\n")


def pickled(labels: Path, folder: Path) -> None:
    """A model with its weights in the old format."""
    import torch
    from safetensors.torch import load_file

    shutil.copytree(labels, folder)
    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()


@pytest.fixture(scope="module")
def folder(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("refused")
    with_code(models.parent / "labels", made / "with-code")
    pickled(models.parent / "labels", made / "pickled")
    tables = [
        f'[[model]]\nid = "acme/{name}"\ntask = "text-classification"\nsource = "{source}"\n'
        for name, source in SOURCES.items()
    ]
    (made / "models.toml").write_text("\n".join(tables))
    return made


@pytest.fixture(scope="module")
def refusing(folder: Path) -> Iterator[Server]:
    with processes.engine("--models", str(folder / "models.toml"), HF_HUB_OFFLINE="1") as server:
        yield server


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("with-code", "needs a program of its own"),
        ("pickled", "no weights as safetensors"),
        ("not-cached", "acme/not-cached is not on this machine"),
    ],
)
async def test_it_is_refused_in_one_sentence(refusing: Server, folder: Path, name: str, reason: str) -> None:
    async with AsyncInferenceClient(f"acme/{name}", endpoint=refusing.url) as client:
        with pytest.raises(InferenceHTTPError, match=reason):
            await client.text_classification("nice weather")
    assert not (folder / name / "ran").exists()
