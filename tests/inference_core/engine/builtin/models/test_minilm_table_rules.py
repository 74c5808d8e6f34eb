from typing import Any

import msgspec
import pytest

from inference_core.engine.builtin.encoder.shared import WordHashing
from inference_core.engine.builtin.models.minilm_table_rules import MODEL, TableQuestionAnswering
from inference_core.engine.contract import CannotAnswer, Engine

RIVERS = {
    "River": ["Danube", "Rhine", "Ebro", "Loire"],
    "Length (km)": ["2,850", "1,230", "930", "1,006"],
    "Mouth": ["Black Sea", "North Sea", "Mediterranean", "Atlantic"],
    "Bridges": ["140", "95", "60", "88"],
}
SHOP = {
    "Item": ["Teapot", "Kettle", "Mug", "Tray"],
    "Colour": ["green", "black", "green", "white"],
    "Price": ["$24.50", "$39.00", "$8.00", "$15.50"],
    "In stock": ["12", "7", "140", "0"],
}
FILMS = {
    "Film": ["Night Ferry", "Paper Moons", "The Orchard"],
    "Director": ["Lena Voss", "Karim Haddad", "Lena Voss"],
    "Year": ["1987", "2004", "1996"],
}


@pytest.fixture(scope="module")
def engine() -> Engine:
    engine = MODEL.load()
    if "MiniLM" not in engine.name:
        pytest.skip("the encoder's files are not on this machine")
    return engine


def ask(engine: Engine, query: str, table: dict[str, list[str]]) -> dict[str, Any]:
    found: dict[str, Any] = engine.answer(
        msgspec.convert({"inputs": {"query": query, "table": table}}, MODEL.tasks[0].body)
    )
    return found


@pytest.mark.parametrize(
    ("table", "query", "answer", "aggregator"),
    [
        (RIVERS, "Which river is the longest?", "Danube", "NONE"),
        (RIVERS, "How long is the Rhine?", "1,230", "NONE"),
        (RIVERS, "Where does the Loire end, at which mouth?", "Atlantic", "NONE"),
        (RIVERS, "Which river has the highest number of bridges?", "Danube", "NONE"),
        (RIVERS, "How many rivers are longer than 1000 km?", "COUNT > 3", "COUNT"),
        (RIVERS, "What is the average length?", "AVERAGE > 1504", "AVERAGE"),
        (SHOP, "What is the total price of all items?", "SUM > 87", "SUM"),
        (SHOP, "Which item is the cheapest?", "Mug", "NONE"),
        (SHOP, "How much does the kettle cost?", "$39.00", "NONE"),
        (SHOP, "What is the lowest price?", "$8.00", "NONE"),
        (SHOP, "How many green items are there?", "COUNT > 2", "COUNT"),
        (FILMS, "Who directed Paper Moons?", "Karim Haddad", "NONE"),
        (FILMS, "When was The Orchard released?", "1996", "NONE"),
        (FILMS, "Which films are by Lena Voss?", "Night Ferry, The Orchard", "NONE"),
        (FILMS, "What is the oldest film?", "Night Ferry", "NONE"),
    ],
)
def test_the_question_decides_rows_column_and_operation(
    engine: Engine, table: dict[str, list[str]], query: str, answer: str, aggregator: str
) -> None:
    found = ask(engine, query, table)
    assert (found["answer"], found["aggregator"]) == (answer, aggregator)
    columns = list(table.values())
    assert found["cells"] == [columns[column][row] for row, column in found["coordinates"]]


def test_rows_that_share_the_most_are_all_named(engine: Engine) -> None:
    table = {"Team": ["Reds", "Blues", "Greens"], "Points": ["9", "12", "12"]}
    assert ask(engine, "Which team has the most points?", table)["cells"] == ["Blues", "Greens"]


@pytest.mark.parametrize(
    ("table", "query"),
    [
        (RIVERS, "What is the boiling point of water?"),
        (SHOP, "Who painted the Mona Lisa?"),
        (FILMS, "How many moons does Jupiter have?"),
    ],
)
def test_a_question_about_something_else_is_refused(engine: Engine, table: dict[str, list[str]], query: str) -> None:
    with pytest.raises(CannotAnswer, match="does not seem to be about this table: ask about"):
        ask(engine, query, table)


def test_a_ragged_table_is_refused_with_the_name_of_the_column(engine: Engine) -> None:
    with pytest.raises(CannotAnswer, match="Column 'Price' has 1 cells but column 'Item' has 2"):
        ask(engine, "Which item is cheapest?", {"Item": ["Mug", "Tray"], "Price": ["3"]})


@pytest.mark.parametrize("table", [{}, {"Item": []}])
def test_an_empty_table_is_refused(engine: Engine, table: dict[str, list[str]]) -> None:
    with pytest.raises(CannotAnswer, match="The table is empty"):
        ask(engine, "Which item is cheapest?", table)


def test_an_average_without_numbers_is_refused(engine: Engine) -> None:
    with pytest.raises(CannotAnswer, match="no column of the table holds only numbers"):
        ask(engine, "What is the average mug?", {"Item": ["Mug", "Tray"], "Colour": ["red", "blue"]})


def test_names_that_no_row_has_together_are_refused(engine: Engine) -> None:
    with pytest.raises(CannotAnswer, match="No row of the table matches"):
        ask(engine, "What is the price of the black mug?", SHOP)


def test_the_fallback_says_so_and_goes_by_names() -> None:
    engine = TableQuestionAnswering(WordHashing())
    assert engine.name == "table rules on word-hashing fallback (no encoder files)"
    assert ask(engine, "What is the price of the tray?", SHOP)["answer"] == "$15.50"
    with pytest.raises(CannotAnswer, match="ask about River, Length"):
        ask(engine, "Who painted the Mona Lisa?", RIVERS)
