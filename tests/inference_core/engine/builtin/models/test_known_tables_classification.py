from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from sklearn.datasets import load_breast_cancer, load_wine

from inference_core.engine.builtin.models.known_tables_classification import MODEL
from inference_core.engine.contract import CannotAnswer, Engine
from inference_core.engine.limits import Limits
from inference_core.engine.server.bodies.parsing import parse_task_body
from inference_core.engine.server.request_body import BadRequest

FLOWERS = {
    "sepal length (cm)": [4.9, 6.1, 7.2],
    "sepal width (cm)": [3.4, 2.7, 3.1],
    "petal length (cm)": [1.5, 4.2, 6.0],
    "petal width (cm)": [0.2, 1.3, 2.2],
}
SPECIES = ["setosa", "versicolor", "virginica"]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


def classify(engine: Engine, table: dict[str, list[Any]]) -> Any:
    body = msgspec.json.encode({"table": table, "parameters": {}})
    return engine.answer(parse_task_body(body, MODEL.tasks[0], Limits()))


def test_each_row_gets_its_label(engine: Engine) -> None:
    labels = classify(engine, FLOWERS)
    assert labels == SPECIES and all(type(label) is str for label in labels)


def test_columns_are_known_by_name_whatever_their_case_order_and_units(engine: Engine) -> None:
    renamed = dict(
        zip(["Sepal_Length", "sepalWidth", "PETAL LENGTH [cm]", "petal-width"], FLOWERS.values(), strict=True)
    )
    assert classify(engine, dict(reversed(renamed.items()))) == SPECIES


def test_ids_and_targets_are_left_aside(engine: Engine) -> None:
    assert classify(engine, {"Id": [1, 2, 3], **FLOWERS, "Species": ["?", None, "setosa"]}) == SPECIES


def test_numbers_may_be_text_and_have_a_decimal_comma(engine: Engine) -> None:
    assert classify(engine, {**FLOWERS, "petal width (cm)": ["0,2", " 1.3 ", "2,2"]}) == SPECIES


@pytest.mark.parametrize("cells", [["0.2", "1.300", "2.2"], ["２.2E-1", "\u200e1,3", "22·10^-1"], ["0.2", 1.3, "2,2"]])
def test_a_number_is_read_in_any_notation(engine: Engine, cells: list[Any]) -> None:
    assert classify(engine, {**FLOWERS, "petal width (cm)": cells}) == SPECIES


@pytest.mark.parametrize("load", [load_wine, load_breast_cancer])
def test_the_columns_choose_the_model(engine: Engine, load: Any) -> None:
    known = load()
    averages = [known.data[known.target == target].mean(axis=0).tolist() for target in range(len(known.target_names))]
    table = {name: [row[index] for row in averages] for index, name in enumerate(known.feature_names)}
    assert classify(engine, table) == list(known.target_names)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"petal width (cm)": [0.2, None, 2.2]}, "row 2, column 'petal width"),
        ({"petal width (cm)": [0.2, 1.3, " "]}, "row 3, column 'petal width.*empty"),
        ({"petal width (cm)": [0.2, "wide", 2.2]}, "'wide' in row 2, column 'petal width.*not a number"),
        ({"petal width (cm)": [0.2, True, 2.2]}, "'True' in row 2"),
        ({"petal width (cm)": [0.2, "1,300", 2.2]}, "'1,300' in row 2.*1300 or 1.3: write 1300 or 1.3\\."),
        ({"petal width (cm)": [0.2, "1.300", 2.2]}, "'1.300' in row 2.*1300 or 1.3: write 1300 or 1.3\\."),
        ({"petal width (cm)": [0.2, "1.3 cm", 2.2]}, "'1.3 cm' in row 2, column 'petal width.*has a unit"),
        ({"petal width (cm)": [0.2, "13 %", 2.2]}, "'13 %' in row 2"),
        ({"petal width (cm)": [0.2, "1-2", 2.2]}, "'1-2' in row 2"),
        ({"petal width (cm)": [2, 13, 22]}, "13 in row 2.*far from anything"),
        ({"petal width (cm)": [-0.2, 1.3, 2.2]}, "-0.2 in row 1"),
        ({"petal width (cm)": [0.2, 10**400, 2.2]}, "too large"),
        ({"stem length": [1, 2, 3]}, "The iris data has no column stem length"),
        ({"Petal Width": [1, 2, 3]}, "are the same"),
    ],
)
def test_a_table_it_could_only_guess_about_is_refused(
    engine: Engine, change: dict[str, list[Any]], complaint: str
) -> None:
    with pytest.raises(CannotAnswer, match=complaint):
        classify(engine, {**FLOWERS, **change})


def test_a_missing_column_is_named(engine: Engine) -> None:
    with pytest.raises(CannotAnswer, match=r"iris data without sepal width \(cm\)"):
        classify(engine, {name: cells for name, cells in FLOWERS.items() if name != "sepal width (cm)"})


def test_the_refusal_of_unknown_columns_names_the_known_ones(engine: Engine) -> None:
    with pytest.raises(CannotAnswer, match=r"iris data .*wine data .*breast cancer data .*17 more") as refusal:
        classify(engine, {"colour": ["red"], "weight": [3]})
    assert len(str(refusal.value)) < 900


@pytest.mark.parametrize("table", [{}, {"petal width": []}, {"a": [1], "b": [1, 2]}])
def test_a_table_without_rows_or_with_gaps_is_refused(engine: Engine, table: dict[str, list[Any]]) -> None:
    with pytest.raises(BadRequest, match=r"The table is empty|give every column one cell per row"):
        classify(engine, table)


def test_many_callers_at_once_get_the_same(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda _: classify(engine, FLOWERS), range(24))) == [SPECIES] * 24
