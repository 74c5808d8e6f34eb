"""Tabular classification: put the rows of a table into classes."""

from typing import Annotated

from inference_core import AsyncInferenceClient
from tasks.fields import Table
from tasks.registry import Domain, task
from tasks.tabular.predictions import with_predictions
from tasks.views import Grid

_IRISES = {
    "sepal length (cm)": ["5.1", "6.3", "5.8"],
    "sepal width (cm)": ["3.5", "2.9", "2.7"],
    "petal length (cm)": ["1.4", "5.6", "4.1"],
    "petal width (cm)": ["0.2", "1.8", "1.2"],
}
_WIDE_IRISES = {
    "petal length": ["1.6", "4.7", "6.1"],
    "petal width": ["0.3", "1.5", "2.3"],
    "sepal length": ["4.9", "6.7", "7.4"],
    "sepal width": ["3.1", "3.1", "2.8"],
}


@task(
    title="Tabular Classification",
    verb="Sort the rows of a table",
    search_words="classify rows, predict a category, categorise, categorize, csv, spreadsheet, excel, "
    "structured data, predict a class, classifier, machine learning, label rows, classify data",
    domain=Domain.TABULAR,
    examples=[[_IRISES], [_WIDE_IRISES]],
)
async def tabular_classification(
    client: AsyncInferenceClient, table: Annotated[dict[str, list[str]], Table("Table")]
) -> Grid:
    """Put every row of a table into a class."""
    return with_predictions(table, await client.tabular_classification(table))
