"""Table question answering: ask a table."""

from typing import Annotated

from inference_core import AsyncInferenceClient
from inference_core.answers.base import TableQuestionAnsweringOutputElement
from inference_core.words import text
from tasks.acceptable import Example, Says
from tasks.fields import Table, Text
from tasks.registry import Domain, task
from tasks.views import Grid

_OPERATIONS = ("SUM", "AVERAGE", "COUNT")
_CITIES = {
    "City": ["Lisbon", "Porto", "Braga"],
    "Population": ["545000", "232000", "193000"],
    "Note": ["invented round figures", "invented round figures", "invented round figures"],
}
_FURNITURE = {
    "Product": ["Lamp", "Chair", "Desk"],
    "Units": ["120", "45", "30"],
    "Price": ["19", "85", "240"],
}


@task(
    title="Table Question Answering",
    verb="Ask a table",
    search_words="spreadsheet, excel, csv, question about a table, query a table, sql, sum, average, tapas, table qa, "
    "count rows, data analysis, ask data, analyse data, add up",
    domain=Domain.LANGUAGE,
    examples=[
        Example(["Which city is largest?", _CITIES], Says(["Lisbon"])),
        Example(["How many units in total?", _FURNITURE], Says(["195"])),
        Example(["What is the price of the desk?", _FURNITURE], Says(["240"])),
    ],
)
async def table_question_answering(
    client: AsyncInferenceClient,
    query: Annotated[str, Text("Question", placeholder="What do you want to know?")],
    table: Annotated[dict[str, list[str]], Table("Table")],
) -> Grid:
    """Answer a question about a table, and show the cells the answer comes from."""
    found = await client.table_question_answering(table, query)
    marked = [(cell[0], cell[1]) for cell in found.coordinates if len(cell) == 2]
    return Grid(list(table), list(zip(*table.values(), strict=True)), marked, _in_words(found, list(table), marked))


def _in_words(found: TableQuestionAnsweringOutputElement, headers: list[str], marked: list[tuple[int, int]]) -> str:
    """The answer with what was done to the cells: "Sum of Units: 195" for "SUM > 195"."""
    kind, arrow, answer = found.answer.partition(" > ")
    if not arrow or kind != found.aggregator or kind not in _OPERATIONS:
        return text("results.notes.answer", answer=found.answer)
    columns = {headers[column] for _, column in marked if 0 <= column < len(headers)}
    of = columns.pop() if len(columns) == 1 else text("results.table.column")
    if len(found.cells) > 1 and answer == ", ".join(found.cells):
        answer = text("results.table.uncomputed", answer=answer)
    return text(f"results.table.{kind.lower()}", of=of, answer=answer)
