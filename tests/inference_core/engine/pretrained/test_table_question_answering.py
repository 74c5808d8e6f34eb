"""Questions to tables by a model of one's own: cells, their places, and tables that are too long."""

from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

from inference_core import AsyncInferenceClient
from tests.support.pretrained import posted, refusal
from tests.support.processes import Running

MODEL = "tiny/tables"
QUESTION = "how many stars does the repository have"
TABLE = {"repository": ["cat", "dog", "fox"], "stars": ["42", "7", "19"]}


@pytest.fixture(scope="module")
def pipeline(models: Path) -> Any:
    import transformers

    return transformers.pipeline("table-question-answering", model=str(models.parent / "tables"), device="cpu")


@pytest.mark.parametrize(
    "asked", [{}, {"sequential": True}, {"padding": "max_length"}, {"padding": "longest"}, {"truncation": True}]
)
async def test_it_answers_as_the_library_does(engine: Running, pipeline: Any, asked: dict[str, Any]) -> None:
    theirs: Any = huggingface_hub.InferenceClient(f"{engine.url}/models/{MODEL}").table_question_answering(
        TABLE, QUESTION, **asked
    )
    async with AsyncInferenceClient(MODEL, endpoint=engine.url) as client:
        ours = await client.table_question_answering(TABLE, QUESTION, **asked)
    expected = pipeline(table=TABLE, query=QUESTION, **{**asked, "truncation": "drop_rows_to_fit"})
    assert (ours.answer, ours.cells, ours.aggregator) == (theirs.answer, theirs.cells, theirs.aggregator)
    assert (ours.answer, ours.cells, ours.aggregator) == (
        expected["answer"],
        expected["cells"],
        expected["aggregator"],
    )
    assert [tuple(place) for place in ours.coordinates] == expected["coordinates"]


async def test_cells_may_be_any_values(engine: Running) -> None:
    table = {"repository": ["cat", None, True], "stars": [42, 7.5, 19]}
    status, answer = await posted(engine, MODEL, {"inputs": {"query": QUESTION, "table": table}})
    assert status == 200
    assert set(answer) == {"answer", "coordinates", "cells", "aggregator"}


async def test_a_long_table_is_cut_only_if_it_may_be(engine: Running) -> None:
    inputs = {"query": QUESTION, "table": {name: cells * 30 for name, cells in TABLE.items()}}
    assert "truncation" in await refusal(engine, MODEL, inputs)
    assert "truncation" in await refusal(engine, MODEL, inputs, truncation=False)
    status, _ = await posted(engine, MODEL, {"inputs": inputs, "parameters": {"truncation": True}})
    assert status == 200


async def test_what_is_no_table_is_refused(engine: Running) -> None:
    assert "empty" in await refusal(engine, MODEL, {"query": QUESTION, "table": {"stars": []}})
    assert "stars" in await refusal(engine, MODEL, {"query": QUESTION, "table": {"cat": ["a", "b"], "stars": ["1"]}})
    assert "rows" in await refusal(engine, MODEL, {"query": QUESTION, "table": TABLE}, 400, rows=1)
