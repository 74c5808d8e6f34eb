from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest

from inference_core.engine.builtin.encoder.shared import WordHashing
from inference_core.engine.builtin.models.minilm_table_rules import MODEL, TableQuestionAnswering
from inference_core.engine.builtin.tables.table import Cell
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


def ask(engine: Engine, query: str, table: Mapping[str, Sequence[Cell]]) -> dict[str, Any]:
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
        (RIVERS, "What is the average length?", "AVERAGE > 1,504", "AVERAGE"),
        (SHOP, "What is the total price of all items?", "SUM > $87.00", "SUM"),
        (SHOP, "Which item is the cheapest?", "Mug", "NONE"),
        (SHOP, "How much does the kettle cost?", "$39.00", "NONE"),
        (SHOP, "What is the lowest price?", "$8.00", "NONE"),
        (SHOP, "How many green items are there?", "COUNT > 2", "COUNT"),
        (FILMS, "Who directed Paper Moons?", "Karim Haddad", "NONE"),
        (FILMS, "When was The Orchard released?", "1996", "NONE"),
        (FILMS, "Which films are by Lena Voss?", "Night Ferry, The Orchard", "NONE"),
        (FILMS, "What is the oldest film?", "Night Ferry", "NONE"),
        ({"Item": ["Mug", "Pan"], "Price": [1.5, 20]}, "What is the sum of the prices?", "SUM > 21.5", "SUM"),
        ({"Item": ["Mug", "Pan"], "Sold": [True, None]}, "How many items are there?", "COUNT > 2", "COUNT"),
    ],
)
def test_the_question_decides_rows_column_and_operation(
    engine: Engine, table: Mapping[str, Sequence[Cell]], query: str, answer: str, aggregator: str
) -> None:
    found = ask(engine, query, table)
    assert (found["answer"], found["aggregator"]) == (answer, aggregator)
    columns = list(table.values())
    assert found["cells"] == [str(columns[column][row]) for row, column in found["coordinates"]]


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


def asked_about(cells: list[str], query: str, header: str = "Price") -> str:
    """The answer for a table of items and one column of numbers."""
    items = [f"item{letter}" for letter in "abcdefgh"[: len(cells)]]
    answer: str = ask(TableQuestionAnswering(WordHashing()), query, {"Item": items, header: cells})["answer"]
    return answer


@pytest.mark.parametrize(
    ("cells", "total"),
    [
        (["5 ft", "20 in"], "80 in"),
        (["1 kg", "500 g"], "1500 g"),
        (["1.234", "1.234.567"], "1.235.801"),
        (["1.234,50 €", "2,00 €"], "1.236,50 €"),
        (["(100)", "50"], "-50"),
        (["1'234.50", "2"], "1'236.50"),
        (["1e3", "5"], "1005"),
        (["1\u00a0234", "5"], "1 239"),
        (["1\u202f234,5", "5"], "1 239,5"),
        (["\u22125", "7"], "2"),
        (["$1.2M", "$800k"], "$2000000"),
        (["1.2 Mio.", "3 Mrd."], "3001200000"),
        (["2 lakh", "1 crore"], "10200000"),
        (["5%", "7%"], "12%"),
        (["१२३", "५"], "128"),
        (["0.1", "0.2"], "0.3"),
        (["1,23,456", "10"], "123,466"),
        (["3 B", "4 B"], "7 B"),
        (["1,234.00 Cr", "2.50 Cr"], "1,236.50 Cr"),
        (["1,234.5[1]", "2[a]"], "1,236.5"),
        (["12345678901234567890", "1"], "12345678901234567891"),
    ],
)
def test_a_sum_is_right_in_any_notation(cells: list[str], total: str) -> None:
    assert asked_about(cells, "What is the total price?") == f"SUM > {total}"


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (["1.234", "2.345", "999"], "'1.234' in row 1, column 'Price' may mean 1234 or 1.234: write 1234 or 1.2340"),
        (["1,234", "7"], "'1,234' in row 1, column 'Price' may mean 1234 or 1.234"),
        (["5 ft", "20"], "'5 ft' and '20' cannot be compared or added"),
        (["5 ft", "3 kg"], "'5 ft' and '3 kg' cannot be compared or added"),
        (["20 °C", "70 °F"], "'20 °C' and '70 °F' cannot be"),
        (["$5", "€7"], "'\\$5' and '€7' cannot be"),
        (["5%", "7"], "'5%' and '7' cannot be"),
        (["5", "—"], "There is no number in row 2, column 'Price', only '—'"),
        (["", "5"], "The cell in row 1, column 'Price' is empty"),
        (["5", "n/a"], "There is no number in row 2, column 'Price', only 'n/a'"),
        (["5-10", "7"], "'5-10' in row 1, column 'Price' is not a number"),
        (["3", "1/2"], "'1/2' in row 2"),
        (["1st", "2nd"], "'1st' in row 1"),
        (["0x1F", "3"], "'0x1F' in row 1"),
        (["2024-05-01", "2024-06-01"], "'2024-05-01' in row 1"),
        (["5 ft 3 in", "6 ft"], "'5 ft 3 in' in row 1"),
        (["No. 5", "No. 6"], "'No. 5' in row 1"),
        (["~5", "6"], "'~5' in row 1"),
        (["5 apples", "3 pears"], "'5 apples' and '3 pears' cannot be"),
    ],
)
@pytest.mark.parametrize("query", ["What is the total price?", "What is the average price?"])
def test_numbers_that_cannot_be_added_are_refused_by_name(cells: list[str], reason: str, query: str) -> None:
    with pytest.raises(CannotAnswer, match=reason):
        asked_about(cells, query)


@pytest.mark.parametrize(
    ("cells", "query", "answer"),
    [
        (["1.234", "2.345"], "Which item has the highest price?", "itemb"),
        (["5 ft", "70 in"], "Which item has the highest price?", "itemb"),
        (["$900k", "$1.2M"], "Which item has the highest price?", "itemb"),
        (["(5)", "-3"], "Which item has the lowest price?", "itema"),
        (["1 kg", "500 g"], "Which item has a price over 600 g?", "itema"),
        (["1 kg", "500 g"], "Which item has a price over 2 pounds?", None),
        (["1 kg", "500 g"], "Which item has a price over 3?", None),
        (["1 kg", "3 kg"], "Which item has a price over 2?", "itemb"),
        (["60%", "40%"], "Which item has a price over 50 percent?", "itema"),
        (["1 kg", "500 g"], "Which item has a price over 3 ft?", None),
        (["1.5 million", "900,000"], "How many items have a price over 1 million?", "COUNT > 1"),
        (["1,5", "2,25"], "Which item has a price over 2?", "itemb"),
        (["1.234", "5.678"], "Which item has a price over 100?", None),
        (["0.001", "0.002", "0.002"], "What is the average price?", "AVERAGE > 0.00167"),
        (["5", "n/a"], "Which item has the highest price?", None),
    ],
)
def test_numbers_are_compared_by_what_they_mean(cells: list[str], query: str, answer: str | None) -> None:
    if answer is None:
        with pytest.raises(CannotAnswer):
            asked_about(cells, query)
    else:
        assert asked_about(cells, query) == answer


TOWNS = {
    "Town": ["Ames", "Bude", "Cork", "Deal"],
    "Price": ["24.50", "39.00", "8.00", "15.50"],
    "Area (km)": ["1,200", "7", "140", "900.5"],
}


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("How many towns have a price of 8 or more?", "COUNT > 4"),
        ("How many towns have a price of 15.5 or less?", "COUNT > 2"),
        ("How many towns have a price between 15.50 and 24.5?", "COUNT > 2"),
        ("How many towns have a price over 8 and under 30?", "COUNT > 2"),
        ("How many towns have a price not over 10?", "COUNT > 1"),
        ("How many towns have a price not more than 15.50?", "COUNT > 2"),
        ("How many towns have a price not less than 15.50?", "COUNT > 3"),
        ("How many towns have a price greater than or equal to 15.50?", "COUNT > 3"),
        ("How many towns have a price less than or equal to 15.50?", "COUNT > 2"),
        ("How many towns have a price >= 15.50?", "COUNT > 3"),
        ("How many towns have a price <15.50?", "COUNT > 1"),
        ("How many towns have a price = 8?", "COUNT > 1"),
        ("How many towns have a price of exactly 8?", "COUNT > 1"),
        ("How many towns have a price of 8?", "COUNT > 1"),
        ("Which town has an area of 1200 km?", "Ames"),
        ("Which of the 4 towns has the lowest price?", "Cork"),
        ("What is the area of the town with the highest price?", "7"),
        ("What is the price of the town with the largest area?", "24.50"),
        ("What is the total price of Ames and Cork?", "SUM > 32.50"),
    ],
)
def test_conditions_are_met_exactly(query: str, answer: str) -> None:
    assert ask(TableQuestionAnswering(WordHashing()), query, TOWNS)["answer"] == answer


@pytest.mark.parametrize(
    "query",
    [
        "What is the median price?",
        "What is the second highest price?",
        "Which are the top 2 towns by price?",
        "What are the two lowest prices?",
        "What is the sum of the highest and the lowest price?",
        "Which towns do not have a price over 10?",
        "Which towns don't have the highest price?",
        "What is the total price without Cork?",
        "How many towns have a lower price than Cork?",
        "What is the difference in price of Ames and Cork?",
        "How many different prices are there?",
        "Which town has the highest price with an area below 900?",
        "What is the total price of towns with an area below 900?",
        "How many towns have a price over ten?",
        "How many towns have a price of 9?",
        "What was the total price in 2020?",
        "What is the price for each town?",
    ],
)
def test_what_is_not_done_is_refused_rather_than_left_out(query: str) -> None:
    with pytest.raises(CannotAnswer) as refused:
        ask(TableQuestionAnswering(WordHashing()), query, TOWNS)
    assert refused.value.code in ("question_asks_for_more", "question_number_unknown")


PEOPLE = ["545,000", "232,000", "193,000"]


@pytest.mark.parametrize(
    ("header", "cells", "query", "answer"),
    [
        ("Population", PEOPLE, "What is the total population?", "SUM > 970,000"),
        ("Population", PEOPLE, "What is the average population?", "AVERAGE > 323,333.33"),
        ("Population 2021", ["1,234", "5"], "What is the total population?", "SUM > 1,239"),
        ("Number of visitors", PEOPLE, "What is the average number of visitors?", "AVERAGE > 323,333.33"),
        # Written with the column's groups, a sum is the same text whatever the comma means.
        ("Weight", PEOPLE, "What is the total weight?", "SUM > 970,000"),
        ("Weight", ["545.000", "232.000"], "What is the total weight?", "SUM > 777.000"),
        # Whoever asks writes numbers as the table does.
        ("Weight", PEOPLE, "How many items have a weight over 200,000?", "COUNT > 2"),
        ("Weight", PEOPLE, "How many items have a weight between 200,000 and 1,000,000?", "COUNT > 2"),
        ("Weight", PEOPLE, "Which item has the highest weight?", "itema"),
        # German: three decimals.
        ("Weight", PEOPLE, "What is the average weight?", None),
        ("Weight", ["945,000", "232,000"], "What is the total weight?", None),
        ("Weight", ["1,234", "7"], "What is the total weight?", None),
        ("Weight", PEOPLE, "How many items have a weight over 200?", None),
        ("Price of petrol", ["1,799", "1,659"], "Which item has a price of petrol over 1.7?", None),
        ("Population (millions)", PEOPLE, "What is the average population?", None),
        ("Population growth", PEOPLE, "What is the average population?", None),
        ("Population", ["545.000", "232.000", "193.000"], "What is the average population?", None),
        ("Population", ["0,123", "1,234"], "What is the total population?", "SUM > 1,357"),
        ("Population", ["1.234,5", "1,234"], "What is the total population?", "SUM > 1.235,734"),
    ],
)
def test_a_comma_before_three_digits_is_understood_only_where_something_shows_it(
    header: str, cells: list[str], query: str, answer: str | None
) -> None:
    if answer is None:
        with pytest.raises(CannotAnswer):
            asked_about(cells, query, header)
    else:
        assert asked_about(cells, query, header) == answer


def test_another_column_with_decimal_commas_decides_before_the_header() -> None:
    table = {"City": ["Ulm", "Bonn"], "Population": ["126,329", "331,885"], "Area": ["118,7", "141,1"]}
    found = ask(TableQuestionAnswering(WordHashing()), "What is the average population?", table)
    assert found["answer"] == "AVERAGE > 229,107"


def test_a_missing_number_is_quoted_where_the_highest_is_asked_for() -> None:
    with pytest.raises(CannotAnswer, match="There is no number in row 2, column 'Price', only 'n/a'"):
        asked_about(["5", "n/a"], "Which item has the highest price?")


CITIES = {
    "City": ["Lisbon", "Porto", "Braga"],
    "Population": ["545000", "232000", "193000"],
    "Area (km2)": ["100", "41", "183"],
    "Region": ["South", "North", "North"],
}
ROOMS = {
    "Room": ["double", "single"],
    "Status": ["missing", "found"],
    "Price per night": ["120", "80"],
    "Rank": ["1", "2"],
    "Last name": ["Haddad", "Voss"],
}


@pytest.mark.parametrize(
    "query",
    [
        "List cities sorted by population",
        "List the cities in descending order of area",
        "Rank the cities by population",
        "List the cities by area",
        "List the cities by size",
        "Which city is largest by size?",
        "Which city has the largest population by area?",
        "What is the highest population of area?",
        "What is the total population by region?",
        "What is the average area grouped by region?",
        "What is half the population of Porto?",
        "What is twice the population of Porto?",
        "What is double the area of Braga?",
        "What is a third of the area of Porto?",
        "What would the population of Porto be if it doubled?",
        "What is the total population per area?",
        "What is the population density of Porto?",
        "Which cities have no area?",
        "Which cities lack a population?",
        "Which cities are missing an area?",
        "What is the total area of non-northern cities?",
        "What is the population of all cities but Porto?",
        "What is the total population of the other cities?",
        "What is the total area including water?",
        "Which city has a larger population, Porto or Braga?",
        "How much bigger is Lisbon compared to Porto in population?",
        "Is the population of Lisbon as large as Porto?",
        "What is the population of Porto minus Braga?",
        "What is the population of Porto plus the population of Braga?",
        "How many times larger is Lisbon's population?",
        "What proportion of the population is in Porto?",
        "Which is the last city by population?",
        "What are the first two cities?",
        "Which city came out first in population?",
        "Which cities start with B?",
        "Which city is closest to Porto?",
        "What is the most common region?",
        "What is the cumulative population?",
        "What is the weighted average of the area?",
        "How much did the population of Porto grow?",
        "What is the area of Porto in hectares?",
        "Which cities are in the South or have an area over 150?",
        "Which cities have an area over 150 or a population under 240000?",
    ],
)
def test_no_word_that_changes_the_answer_is_left_out(query: str) -> None:
    with pytest.raises(CannotAnswer) as refused:
        ask(TableQuestionAnswering(WordHashing()), query, CITIES)
    assert refused.value.code == "question_asks_for_more"


@pytest.mark.parametrize(
    ("table", "query", "answer"),
    [
        (CITIES, "Which city is largest by area, Porto or Lisbon?", "Lisbon"),
        (CITIES, "Which city is by far the largest by population?", "Lisbon"),
        (CITIES, "What is the region of the city with the largest area?", "North"),
        (CITIES, "What is the sum of the areas of Porto and Braga?", "SUM > 224"),
        (CITIES, "What is the population of Porto or Braga?", "232000, 193000"),
        (CITIES, "Which cities have a population of no more than 200000?", "Braga"),
        (CITIES, "What is the area of Porto in km2?", "41"),
        (FILMS, "Which films are by Lena Voss?", "Night Ferry, The Orchard"),
        (FILMS, "Which films are by director Lena Voss?", "Night Ferry, The Orchard"),
        (FILMS, "Which film by Lena Voss is the oldest by year?", "Night Ferry"),
        (FILMS, "In which year was The Orchard first released?", "1996"),
        (SHOP, "Which items are green or black?", "Teapot, Kettle, Mug"),
        (SHOP, "How many items have a price of 15 or more?", "COUNT > 3"),
        (SHOP, "What is the maximum price in dollars?", "$39.00"),
        (ROOMS, "What is the price per night of the double room?", "120"),
        (ROOMS, "Which room is missing?", "double"),
        (ROOMS, "What is the rank of the single room?", "2"),
        (ROOMS, "What is the last name for the single room?", "Voss"),
    ],
)
def test_words_that_the_table_has_or_that_change_nothing_are_no_hindrance(
    table: dict[str, list[str]], query: str, answer: str
) -> None:
    assert ask(TableQuestionAnswering(WordHashing()), query, table)["answer"] == answer


@pytest.mark.parametrize("cells", [["V", "VI"], ["½", "¼"], ["five", "six"], ["true", "false"], ["∞", "∞"]])
def test_a_total_of_what_is_no_number_is_refused(cells: list[str]) -> None:
    with pytest.raises(CannotAnswer, match=f"'{cells[0]}' in row 1, column 'Price' is not a number"):
        asked_about(cells, "What is the total price?")


@pytest.mark.parametrize(("limit", "answer"), [("1,000 miles", "itemb"), ("1,000 km", "itema, itemb")])
def test_the_unit_of_the_header_counts(limit: str, answer: str) -> None:
    assert asked_about(["1200", "3000"], f"Which items have a length over {limit}?", "Length (km)") == answer
