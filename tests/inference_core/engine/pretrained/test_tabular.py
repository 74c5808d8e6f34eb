"""Labels and numbers for rows by models of scikit-learn: their columns, their cells, and files that are not loaded."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest

from inference_core import AsyncInferenceClient
from inference_core.errors import InferenceHTTPError
from tests.support import processes
from tests.support.pretrained import near, posted
from tests.support.processes import Server

IRISES, FISHES = "tiny/irises", "tiny/fish"
IRIS = {
    "sepal length (cm)": ["5.1", 6.3],
    "sepal width (cm)": [3.5, "2,9"],
    "petal length (cm)": [1.4, 5.6],
    "petal width (cm)": [0.2, 1.8],
}
FISH = {"Height": [11.5, 5.2, 6.5], "Species": ["Bream", "Perch", "Pike"], "Length": ["25.4", 18, 40.1]}


def loaded(models: Path, name: str) -> Any:
    import skops.io

    return skops.io.load(models.parent / name / "model.skops", trusted=[])


async def refusal(engine: Server, model: str, table: dict[str, Any], status: int = 422) -> str:
    answered, said = await posted(engine, model, {"table": table})
    assert answered == status, said
    return str(said["error"])


async def test_both_clients_get_the_labels_of_the_rows(engine: Server, models: Path) -> None:
    import pandas

    theirs = huggingface_hub.InferenceClient(f"{engine.url}/models/{IRISES}").tabular_classification(IRIS)
    async with AsyncInferenceClient(IRISES, endpoint=engine.url) as client:
        ours = await client.tabular_classification(IRIS)
    rows = pandas.DataFrame({"": [5.1, 3.5, 1.4, 0.2], " ": [6.3, 2.9, 5.6, 1.8]}).T.set_axis(list(IRIS), axis=1)
    assert ours == theirs == loaded(models, "irises").predict(rows).tolist() == ["setosa", "virginica"]


async def test_each_row_gets_a_number_whatever_the_order_of_the_columns(engine: Server, models: Path) -> None:
    import pandas

    # huggingface_hub sends this task to no server of one's own.
    async with AsyncInferenceClient(FISHES, endpoint=engine.url) as client:
        ours = await client.tabular_regression(FISH)
    rows = pandas.DataFrame({**FISH, "Length": [25.4, 18, 40.1]})[["Species", "Length", "Height"]]
    expected = loaded(models, "fish").predict(rows).tolist()
    assert all(near(one, other) for one, other in zip(ours, expected, strict=True))


async def test_a_long_table_has_an_answer_for_each_row(engine: Server) -> None:
    async with AsyncInferenceClient(IRISES, endpoint=engine.url) as client:
        labels = await client.tabular_classification({name: cells * 1200 for name, cells in IRIS.items()})
    assert labels == ["setosa", "virginica"] * 1200


async def test_a_cell_may_be_empty_only_where_the_model_fills_it(engine: Server) -> None:
    status, answer = await posted(engine, FISHES, {"table": {**FISH, "Length": [25.4, 18, 40.1]}})
    assert status == 200 and all(isinstance(number, float) for number in answer)
    for model, table in ((FISHES, FISH), (IRISES, IRIS)):
        column = next(iter(table))
        assert f"row 2, column '{column}'" in await refusal(
            engine, model, {**table, column: [1, None, *([2] if model == FISHES else [])]}
        )


async def test_columns_and_cells_that_do_not_fit_are_named(engine: Server) -> None:
    without = {name: cells for name, cells in FISH.items() if name != "Length"}
    assert "lacks columns that the model needs: Length" in await refusal(engine, FISHES, without)
    assert "does not have: id" in await refusal(engine, FISHES, {**FISH, "id": [1, 2, 3]})
    assert "'long' in row 3, column 'Length'" in await refusal(engine, FISHES, {**FISH, "Length": [1, 2, "long"]})
    assert "7 in row 1, column 'Species'" in await refusal(engine, FISHES, {**FISH, "Species": [7, "Pike", "Pike"]})
    said = await refusal(engine, FISHES, {**FISH, "Species": ["Pike", "Shark", "Pike"]})
    assert "'Shark' in row 2" in said and "Bream, Perch, Pike" in said
    assert "row 1, column 'Species' is empty" in await refusal(engine, FISHES, {**FISH, "Species": [None, "Pike", ""]})
    assert "no number" in await refusal(engine, FISHES, {**FISH, "Length": [1e308, 1e308, 1], "Height": [1e308] * 3})


def refused_files(folder: Path) -> dict[str, tuple[str, str, str]]:
    """Files that are not served: the task, the source, and what is said of it."""
    import pandas
    import skops.io
    from sklearn.dummy import DummyClassifier
    from sklearn.linear_model import Ridge
    from sklearn.tree import DecisionTreeClassifier

    table = pandas.DataFrame({"a": [1.0, 2.0, 3.0]})
    made = {
        "tree": DecisionTreeClassifier().fit(table, [0, 1, 1]),
        "numbers": Ridge().fit(table, [1.0, 2.0, 3.0]),
        "nameless": DummyClassifier().fit(table.to_numpy(), [0, 1, 1]),
        "pairs": Ridge().fit(table, [[1.0, 2.0]] * 3),
    }
    for name, model in made.items():
        skops.io.dump(model, folder / f"{name}.skops")
    (folder / "text.skops").write_text("no zip")
    two = folder / "two"
    two.mkdir()
    for name in ("numbers", "pairs"):
        (two / f"{name}.skops").write_bytes((folder / f"{name}.skops").read_bytes())
    classification, regression = "tabular-classification", "tabular-regression"
    return {
        "tree": (classification, "tree.skops", "sklearn.tree._tree.Tree"),
        "numbers": (classification, "numbers.skops", f"not made for {classification}"),
        "nameless": (classification, "nameless.skops", "does not know the names of its columns"),
        "pairs": (regression, "pairs.skops", "2 values for each row"),
        "text": (regression, "text.skops", "not a file that skops wrote"),
        "two": (regression, "two", "exactly one"),
    }


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, dict[str, tuple[str, str, str]]]]:
    folder = tmp_path_factory.mktemp("skops")
    files = refused_files(folder)
    tables = [
        f'[[model]]\nid = "acme/{name}"\ntask = "{task}"\nsource = "{source}"\n'
        for name, (task, source, _) in files.items()
    ]
    (folder / "models.toml").write_text("\n".join(tables))
    with processes.engine("--models", str(folder / "models.toml"), HF_HUB_OFFLINE="1") as server:
        yield server, files


@pytest.mark.parametrize("name", ["tree", "numbers", "nameless", "pairs", "text", "two"])
async def test_what_is_not_served_is_said(refused: tuple[Server, dict[str, tuple[str, str, str]]], name: str) -> None:
    server, files = refused
    task, _, reason = files[name]
    async with AsyncInferenceClient(f"acme/{name}", endpoint=server.url) as client:
        ask = client.tabular_classification if task == "tabular-classification" else client.tabular_regression
        with pytest.raises(InferenceHTTPError, match=reason):
            await asyncio.wait_for(ask({"a": [1]}), 60)
