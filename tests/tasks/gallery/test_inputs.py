"""Fields as components, and back: what somebody types becomes what the task function takes."""

from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import pandas as pd
import pytest

from inference_core.media.inputs import Media
from tasks.fields import Choice, Field, Language, Lines, Number, Picture, Previous, Sound, Switch, Table, Text, Words
from tasks.gallery.inputs import UnusableInput, argument, example_label, example_value, widget
from tasks.gallery.limits import MOST_MESSAGES, TooMuch
from tasks.registry import Parameter


def parameter(field: Field, kind: Any = str, *, required: bool = True) -> Parameter:
    return Parameter("the_name", kind, field, required)


async def no_download(url: str) -> Media:
    raise AssertionError(f"{url} was downloaded")


COUNT = parameter(Number("How many", 1, 9), int | None, required=False)
SHARE = parameter(Number("How much", 0, 1), float | None, required=False)


@pytest.mark.parametrize(
    ("field", "typed", "taken"),
    [
        (Text("Text"), " a\nb ", " a\nb "),
        (Words("Words"), " red, green ,,blue,", ["red", "green", "blue"]),
        (Lines("Lines"), "one\n\n  two  \r\nthree\n", ["one", "two", "three"]),
        (Table("Table"), pd.DataFrame({"a": ["1", ""], "b": ["x", ""]}), {"a": ["1"], "b": ["x"]}),
        (Table("Table"), pd.DataFrame({"a": ["1", None]}), {"a": ["1"]}),
    ],
)
def test_an_input_arrives_as_the_function_takes_it(field: Field, typed: Any, taken: Any) -> None:
    assert argument(parameter(field), typed) == taken


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (Text("Words"), ""),
        (Text("Words"), " \n "),
        (Text("Words"), None),
        (Words("Words"), " , "),
        (Lines("Words"), "\n \n"),
        (Table("Words"), pd.DataFrame({"1": ["", ""], "2": ["", None]})),
        (Table("Words"), pd.DataFrame({"1": []})),
    ],
)
def test_a_required_input_that_is_empty_is_named(field: Field, typed: Any) -> None:
    with pytest.raises(UnusableInput, match=r"^Words is empty: fill it in, or click an example\.$"):
        argument(parameter(field), typed)
    assert argument(parameter(field, required=False), typed) is None


@pytest.mark.parametrize(
    ("field", "how"), [(Picture("It"), "drop, paste or photograph"), (Sound("It"), "drop or record")]
)
def test_a_missing_file_is_named_with_every_way_to_give_it(field: Field, how: str) -> None:
    with pytest.raises(UnusableInput, match=rf"^It is empty: {how} one, give its URL, or click an example\.$"):
        argument(parameter(field), None)


def test_a_file_arrives_as_its_path() -> None:
    assert argument(parameter(Picture("It")), "folder/a.png") == Path("folder/a.png")


@pytest.mark.parametrize(
    ("example", "label"),
    [
        ([Path("folder/old_tower.jpg")], "old tower"),
        ([Path("page.png"), "What is it?"], "page: What is it?"),
        (["A text", ["a", "b"]], "A text"),
        ([{"age": ["1", "2"], "sex": ["1", "1"]}], "2 rows of age, sex"),
        ([["one text", "another"]], "one text, another"),
    ],
)
def test_an_example_is_called_after_its_file_or_its_text(example: list[Any], label: str) -> None:
    assert example_label(example) == label


def test_columns_of_the_same_name_are_refused() -> None:
    with pytest.raises(UnusableInput, match="two columns with the same name"):
        argument(parameter(Table("Table")), pd.DataFrame([["1", "2"]], columns=["a", "a"]))


@pytest.mark.parametrize(
    ("one", "value"),
    [
        (COUNT, ""),
        (COUNT, None),
        (parameter(Choice("Which"), Literal["a", "b"] | None, required=False), ""),
        (parameter(Switch("Whether"), bool | None, required=False), False),
        (parameter(Switch("Whether", default=True), bool | None, required=False), True),
        (parameter(Switch("Whether"), bool | None, required=False), None),
    ],
)
def test_a_parameter_that_nobody_changed_is_not_given(one: Parameter, value: Any) -> None:
    assert argument(one, value) is None


@pytest.mark.parametrize(
    ("one", "value", "taken"),
    [
        (COUNT, 3, 3),
        (COUNT, 3.0, 3),
        (SHARE, 0, 0),
        (SHARE, 0.25, 0.25),
        (parameter(Switch("Whether", default=True), bool | None, required=False), False, False),
        (parameter(Choice("Which"), Literal["a", "b"] | None, required=False), "b", "b"),
    ],
)
def test_a_parameter_that_was_changed_is_given(one: Parameter, value: Any, taken: Any) -> None:
    given = argument(one, value)
    assert given == taken and type(given) is type(taken)


@pytest.mark.parametrize("value", [0, 10, -1, 2.5, float("nan"), float("inf"), "many"])
def test_a_whole_number_out_of_range_is_named_with_its_range(value: Any) -> None:
    with pytest.raises(UnusableInput, match=r"^the_name must be a whole number from 1 to 9: change it"):
        argument(COUNT, value)


def test_a_number_is_compared_with_the_bounds_it_has() -> None:
    at_least = parameter(Number("Seed", 0), int | None, required=False)
    with pytest.raises(UnusableInput, match="must be a whole number at least 0"):
        argument(at_least, -1)
    assert argument(at_least, 2**40) == 2**40
    assert argument(parameter(Number("Any"), float | None, required=False), -1e9) == -1e9


def test_the_messages_of_a_conversation_lose_what_only_the_page_needs() -> None:
    shown = [
        {"role": "user", "content": [{"type": "text", "text": "Hello"}], "metadata": None, "options": None},
        {"role": "assistant", "content": [{"type": "text", "text": "Hi"}, {"type": "text", "text": "!"}]},
    ]
    assert argument(parameter(Previous()), shown) == [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": "Hi!"},
    ]
    assert argument(parameter(Previous()), None) == []


def test_a_conversation_that_is_too_long_does_not_reach_the_task() -> None:
    with pytest.raises(TooMuch):
        argument(parameter(Previous()), [{"role": "user", "content": "a"}] * (MOST_MESSAGES + 1))


def test_a_number_box_starts_empty_and_shows_its_range() -> None:
    box = widget(COUNT, no_download)
    assert (box.value, box.info) == ("", "How many, from 1 to 9")
    assert box.preprocess("") == ""


def test_a_choice_offers_its_words_and_to_leave_it() -> None:
    box = widget(parameter(Choice("Which"), Literal["a", "b"] | None, required=False), no_download)
    assert [value for _, value in box.choices] == ["", "a", "b"]
    assert box.value == ""


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        (Text("Text"), "a", "a"),
        (Words("Words"), ["a", "b"], "a, b"),
        (Lines("Lines"), ["a", "b"], "a\nb"),
        (Table("Table"), {"x": ["1", "2"], "y": ["3", "4"]}, {"headers": ["x", "y"], "data": [["1", "3"], ["2", "4"]]}),
    ],
)
def test_an_example_is_written_as_somebody_would_type_it(field: Field, value: Any, shown: Any) -> None:
    assert example_value(field, value) == shown


def test_every_field_has_a_component() -> None:
    fields: list[Annotated[Field, "with its type"]] = [
        Text("a"), Words("a"), Lines("a"), Table("a"), Picture("a"), Sound("a"), Number("a"), Switch("a"), Choice("a"),
        Language("a", "b", empty="c"),
    ]  # fmt: skip
    kinds = {Choice: Literal["x"] | None, Number: int | None}
    assert {type(field) for field in fields} == {*get_args(Field)} - {Previous}
    for field in fields:
        assert widget(parameter(field, kinds.get(type(field), str)), no_download).label in ("a", "the_name")


@pytest.mark.parametrize("typed", [1e20, 2**63, 1e300])
def test_a_whole_number_beyond_64_bits_is_refused(typed: float) -> None:
    seed = parameter(Number("The same seed", 0), int | None, required=False)
    with pytest.raises(UnusableInput, match=r"^the_name must be a whole number at least 0, below 2\^63: change it"):
        argument(seed, typed)
