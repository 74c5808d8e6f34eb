"""Servers leave out, null and retype side fields of their answers; the answer comes out the same."""

import json
import types
import typing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference_core.answers.base import Output, Part
from tests.inference_core.test_architecture import TASK_IDS
from tests.support.deviations import GoodAnswer, deviated, deviations
from tests.support.good_answers import GOOD_ANSWERS, OF_PROVIDERS
from tests.support.shapes import fields_of

every_answer = pytest.mark.parametrize("good", GOOD_ANSWERS, ids=lambda good: good.name)
choices = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 100)), min_size=1, max_size=6)


def assert_the_same(good: GoodAnswer, body: Any) -> None:
    found = good.read(body)
    assert good.answer(found) == good.answer(good.read(good.body))
    assert_of_its_types(found)


def assert_of_its_types(value: Any) -> None:
    """Every field of an output has the type that it is declared with, never what the server sent instead."""
    if isinstance(value, list):
        for item in value:
            assert_of_its_types(item)
    if isinstance(value, Part):
        for name, kind in fields_of(type(value)).items():
            assert has_type(getattr(value, name), kind), f"{name} is {getattr(value, name)!r}"
    if isinstance(value, Output) and value._body:
        assert value.raw is not None


def has_type(value: Any, kind: Any) -> bool:
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return any(has_type(value, member) for member in arguments)
    if origin is list:
        return isinstance(value, list) and all(has_type(item, arguments[0]) for item in value)
    if isinstance(kind, type) and issubclass(kind, Part):
        return isinstance(value, kind) and all(
            has_type(getattr(value, name), of) for name, of in fields_of(kind).items()
        )
    return kind is Any or (isinstance(value, kind) and not (kind in (int, float) and isinstance(value, bool)))


def test_every_task_that_answers_in_json_is_tried() -> None:
    files = {"image-to-image", "text-to-image", "text-to-speech"}
    assert {good.name.partition(",")[0] for good in GOOD_ANSWERS} >= TASK_IDS - files


@every_answer
def test_a_good_answer_is_one(good: GoodAnswer) -> None:
    assert_the_same(good, good.body)
    assert good.answer(good.read(good.body)) is not None


@every_answer
@settings(max_examples=12, deadline=None)
@given(choices=choices)
def test_wrong_side_fields_leave_the_answer_the_same(good: GoodAnswer, choices: list[tuple[int, int]]) -> None:
    assert_the_same(good, deviated(good, choices))


@pytest.mark.slow
@every_answer
def test_any_wrong_side_field_leaves_the_answer_the_same(good: GoodAnswer) -> None:
    for body in deviations(good):
        assert_the_same(good, body)


def top_level_fields() -> list[Any]:
    answers = [good for good in GOOD_ANSWERS if good not in OF_PROVIDERS]
    found = [(good, name) for good in answers for name in first_object(good.body)]
    return [pytest.param(good, name, id=f"{good.name}-{name}") for good, name in found if is_alone(good, name)]


def first_object(value: Any) -> dict[str, Any]:
    while isinstance(value, list) and value:
        value = value[0]
    return value if isinstance(value, dict) else {}


def is_alone(good: GoodAnswer, name: str) -> bool:
    place = next(place for place in good.side_places(good.body) if place[-1] == "unknown")
    return good.is_side((*place[:-1], name)) and name != "scores"


@pytest.mark.parametrize(("good", "name"), top_level_fields())
@pytest.mark.parametrize("wrong", [{"wrong": 1}, [["wrong"]], None], ids=json.dumps)
def test_a_wrong_field_costs_no_other(good: GoodAnswer, name: str, wrong: Any) -> None:
    body = json.loads(json.dumps(good.body))
    first_object(body)[name] = wrong
    before, after = first_output(good.read(good.body)), first_output(good.read(body))
    assert {key: before[key] for key in before if key != name} == {key: after[key] for key in after if key != name}


def first_output(found: Any) -> Any:
    while isinstance(found, list):
        found = found[0]
    return found
