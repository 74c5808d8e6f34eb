"""Vectors and similarities by an encoder of one's own, plain or as sentence-transformers writes it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import huggingface_hub
import numpy as np
import pytest

from inference_core import AsyncInferenceClient
from inference_core.errors import InferenceHTTPError
from tests.support import processes
from tests.support.pretrained import near, posted
from tests.support.processes import Server

TEXT = "the weather is nice"
MODELS = ["tiny/encoder", "tiny/sentences"]


@pytest.fixture(scope="module")
def library(models: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(models.parent / "sentences"), device="cpu")


async def test_both_clients_get_a_text_s_vector(engine: Server) -> None:
    model = "tiny/encoder"
    theirs = huggingface_hub.InferenceClient(f"{engine.url}/models/{model}").feature_extraction(TEXT)
    async with AsyncInferenceClient(model, endpoint=engine.url) as client:
        ours = await client.feature_extraction(TEXT)
        several = await client.feature_extraction([TEXT, "a cat"])
    assert ours.shape == theirs.shape == (32,)
    assert np.array_equal(ours, theirs)
    assert several.shape == (2, 32)
    assert np.allclose(several[0], ours, atol=1e-5)
    assert near(float(np.linalg.norm(ours)), 1)


async def test_every_parameter_does_what_it_says(engine: Server, library: Any) -> None:
    async with AsyncInferenceClient("tiny/sentences", endpoint=engine.url) as client:
        raw = await client.feature_extraction(TEXT, normalize=False)
        short = await client.feature_extraction(TEXT, normalize=False, dimensions=8, encoding_format="float")
        prompted = await client.feature_extraction(TEXT, normalize=False, prompt_name="query")
        beginning = await client.feature_extraction("cat " + "weather " * 300, truncate=True)
        end = await client.feature_extraction("weather " * 300 + "cat", truncate=True, truncation_direction="left")
        other = await client.feature_extraction("weather " * 300 + "cat", truncate=True, truncation_direction="right")
    assert np.allclose(raw, library.encode(TEXT), atol=1e-5)
    assert np.array_equal(short, raw[:8])
    assert np.allclose(prompted, library.encode(TEXT, prompt_name="query"), atol=1e-5)
    assert not np.allclose(end, other, atol=1e-4)
    assert not np.allclose(beginning, other, atol=1e-4)


@pytest.mark.parametrize("model", MODELS)
async def test_the_clients_compare_sentences_alike(engine: Server, model: str, library: Any) -> None:
    others = ["sunny weather", TEXT, "an invoice"] * 7
    async with AsyncInferenceClient(model, endpoint=engine.url) as client:
        ours = await client.sentence_similarity(TEXT, others)
    if model == "tiny/sentences":  # that is its first task, which is asked for where only the model is named
        client_of_hub = huggingface_hub.InferenceClient(f"{engine.url}/models/{model}")
        assert ours == client_of_hub.sentence_similarity(TEXT, others)
        rows = library.encode([TEXT, *others], normalize_embeddings=True)
        assert all(near(one, other) for one, other in zip(ours, (rows[1:] @ rows[0]).tolist(), strict=True))
    assert near(ours[1], 1)


async def test_what_cannot_be_honoured_is_refused_by_name(engine: Server) -> None:
    async def said(model: str, status: int = 422, **body: Any) -> str:
        answered, answer = await posted(engine, model, body)
        assert answered == status, answer
        return str(answer["error"])

    long = "weather " * 300
    assert "128" in await said("tiny/sentences", inputs={"source_sentence": long, "sentences": ["a"]})
    assert "truncate" in await said("tiny/encoder", inputs=long)
    assert "prompt_name" in await said("tiny/encoder", inputs=TEXT, prompt_name="passage")
    assert "`dimensions` is 33" in await said("tiny/encoder", inputs=TEXT, dimensions=33)
    assert "pooling" in await said("tiny/encoder", 400, inputs=TEXT, pooling="cls")


def with_layer(sentences: Path, folder: Path, weights: str) -> None:
    """An encoder with a layer of its own behind it, whose weights are in a file of this name."""
    import torch
    from safetensors.torch import save_file

    shutil.copytree(sentences, folder)
    modules = json.loads((folder / "modules.json").read_text())
    kind = "sentence_transformers.models.Dense"
    modules.append({"idx": len(modules), "name": str(len(modules)), "path": "9_Dense", "type": kind})
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "9_Dense").mkdir()
    settings = {
        "in_features": 32,
        "out_features": 8,
        "bias": False,
        "activation_function": "torch.nn.modules.linear.Identity",
    }
    (folder / "9_Dense" / "config.json").write_text(json.dumps(settings))
    save = torch.save if weights.endswith(".bin") else save_file
    save({"linear.weight": torch.ones(8, 32)}, folder / "9_Dense" / weights)


@pytest.fixture(scope="module")
def layered(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = tmp_path_factory.mktemp("layered")
    tables = []
    for name, weights in {"pickled": "pytorch_model.bin", "safe": "model.safetensors"}.items():
        with_layer(models.parent / "sentences", made / name, weights)
        tables.append(f'[[model]]\nid = "acme/{name}"\ntask = "feature-extraction"\nsource = "{name}"\n')
    (made / "models.toml").write_text("\n".join(tables))
    with processes.engine("--models", str(made / "models.toml"), HF_HUB_OFFLINE="1") as server:
        yield server


async def test_a_layer_with_pickled_weights_is_refused(layered: Server) -> None:
    async with AsyncInferenceClient("acme/pickled", endpoint=layered.url) as client:
        with pytest.raises(InferenceHTTPError, match="no weights as safetensors"):
            await client.feature_extraction(TEXT)
    async with AsyncInferenceClient("acme/safe", endpoint=layered.url) as client:
        assert (await client.feature_extraction(TEXT)).shape == (8,)
