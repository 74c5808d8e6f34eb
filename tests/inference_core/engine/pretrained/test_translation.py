"""Translation by models of one's own, of the three ways in which a model says what languages it has."""

from typing import Any

import huggingface_hub
import pytest

from inference_core import AsyncInferenceClient
from tests.support.pretrained import refusal
from tests.support.processes import Running

TEXT = "the weather is nice"
LIMIT: dict[str, Any] = {"max_new_tokens": 12, "min_new_tokens": 12}  # a random model may end at once


async def translated(engine: Running, model: str, **parameters: Any) -> str:
    """The translation, which is the same for both clients."""
    asked = {"generate_parameters": LIMIT, **parameters}
    theirs = huggingface_hub.InferenceClient(f"{engine.url}/models/{model}").translation(TEXT, **asked)
    async with AsyncInferenceClient(model, endpoint=engine.url) as client:
        ours = await client.translation(TEXT, **asked)
    assert ours.translation_text == theirs.translation_text
    return ours.translation_text


@pytest.mark.parametrize(
    ("model", "source", "target"),
    [("tiny/en-de", "en", "de"), ("tiny/en-any", "en", "fr"), ("tiny/many-languages", "eng_Latn", "deu_Latn")],
)
async def test_a_model_takes_the_languages_that_it_has(engine: Running, model: str, source: str, target: str) -> None:
    assert await translated(engine, model, src_lang=source, tgt_lang=target)
    assert await translated(
        engine, model, src_lang=source, tgt_lang=target, clean_up_tokenization_spaces=True, truncation="only_first"
    )
    assert "src_lang" in await refusal(engine, model, TEXT, src_lang="tlh", tgt_lang=target)
    assert "tgt_lang" in await refusal(engine, model, TEXT, src_lang=source, tgt_lang="tlh")


async def test_the_target_changes_what_a_model_of_many_languages_writes(engine: Running) -> None:
    for model, source, targets in [
        ("tiny/en-any", "en", ["de", "fr"]),
        ("tiny/many-languages", "eng_Latn", ["deu_Latn", "fra_Latn"]),
    ]:
        texts = {await translated(engine, model, src_lang=source, tgt_lang=target) for target in targets}
        assert len(texts) == 2, model


async def test_a_pair_needs_no_languages_and_a_choice_does(engine: Running) -> None:
    assert await translated(engine, "tiny/en-de") == await translated(
        engine, "tiny/en-de", src_lang="en", tgt_lang="de"
    )
    assert await translated(engine, "tiny/en-any") == await translated(
        engine, "tiny/en-any", src_lang="en", tgt_lang="de"
    )
    assert "tgt_lang" in await refusal(engine, "tiny/many-languages", TEXT)


async def test_what_cannot_be_honoured_is_refused_by_name(engine: Running) -> None:
    assert "128" in await refusal(engine, "tiny/en-de", TEXT * 100)
    assert "penalty_alpha" in await refusal(engine, "tiny/en-de", TEXT, generate_parameters={"penalty_alpha": 0.6})
    assert "language" in await refusal(engine, "tiny/en-de", TEXT, 400, language="de")
