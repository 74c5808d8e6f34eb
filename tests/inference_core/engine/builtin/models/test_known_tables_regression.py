from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from sklearn.datasets import load_diabetes

from inference_core.engine.builtin.models.known_tables_regression import MODEL
from inference_core.engine.contract import CannotAnswer, Engine
from inference_core.engine.limits import Limits
from inference_core.engine.server.bodies.parsing import parse_task_body

PATIENT = {
    "age": [52], "sex": [1], "bmi": [27.4], "bp": [95], "s1": [190], "s2": [118], "s3": [47], "s4": [4], "s5": [4.7],
    "s6": [92],
}  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


def predict(engine: Engine, table: dict[str, list[Any]]) -> Any:
    return engine.answer(parse_task_body(msgspec.json.encode({"table": table}), MODEL.tasks[0], Limits()))


def test_each_row_gets_a_number_within_reason(engine: Engine) -> None:
    scores = predict(engine, {name: cells * 3 for name, cells in PATIENT.items()})
    assert len(scores) == 3 and len(set(scores)) == 1
    assert type(scores[0]) is float and 25 < scores[0] < 346


def test_a_higher_body_mass_predicts_a_faster_progression(engine: Engine) -> None:
    slim, stout = (predict(engine, {**PATIENT, "bmi": [bmi]})[0] for bmi in (20, 36))
    assert stout - slim > 50


def test_it_explains_the_variance_it_claims(engine: Engine) -> None:
    known = load_diabetes(scaled=False)
    scores = predict(engine, {name: known.data[:, index].tolist() for index, name in enumerate(known.feature_names)})
    unexplained = sum((known.target - scores) ** 2) / sum((known.target - known.target.mean()) ** 2)
    assert 0.45 < 1 - unexplained < 0.6


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        ({"length": [23], "width": [4]}, "knows none of these columns"),
        ({"age": [50], "sex": [1]}, "data without bmi, bp, s1, s2, s3, s4, s5, s6"),
        ({**PATIENT, "sex": ["female"]}, "'female' in row 1, column 'sex'"),
        ({**PATIENT, "bmi": [274]}, "274 in row 1, column 'bmi'"),
    ],
)
def test_a_table_it_could_only_guess_about_is_refused(
    engine: Engine, table: dict[str, list[Any]], complaint: str
) -> None:
    with pytest.raises(CannotAnswer, match=complaint):
        predict(engine, table)


def test_many_callers_at_once_get_the_same(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len({tuple(scores) for scores in pool.map(lambda _: predict(engine, PATIENT), range(24))}) == 1
