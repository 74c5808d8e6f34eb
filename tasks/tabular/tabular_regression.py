"""Tabular regression: predict a number for the rows of a table."""

from typing import Annotated

from inference_core import AsyncInferenceClient
from tasks.fields import Table
from tasks.registry import Domain, task
from tasks.tabular.predictions import with_predictions
from tasks.views import Grid

_PATIENTS = {
    "age": ["59", "48", "72"],
    "sex": ["2", "1", "2"],
    "bmi": ["32.1", "21.6", "30.5"],
    "bp": ["101", "87", "93"],
    "s1": ["157", "183", "156"],
    "s2": ["93.2", "103.2", "93.6"],
    "s3": ["38", "70", "41"],
    "s4": ["4", "3", "4"],
    "s5": ["4.8598", "3.8918", "4.6728"],
    "s6": ["87", "69", "85"],
}

_TWO_PATIENTS = {name: cells[:2][::-1] for name, cells in _PATIENTS.items()}


@task(
    title="Tabular Regression",
    verb="Predict numbers from a table",
    search_words="predict a value, prediction, estimate, forecast, price, csv, spreadsheet, excel, structured data, "
    "predictive analytics, machine learning, predict a number, sales forecast",
    domain=Domain.TABULAR,
    examples=[[_PATIENTS], [_TWO_PATIENTS]],
    is_in_huggingface_hub=False,  # it has the method, which refuses before it sends anything
)
async def tabular_regression(
    client: AsyncInferenceClient, table: Annotated[dict[str, list[str]], Table("Table")]
) -> Grid:
    """Predict a number for every row of a table."""
    predicted = await client.tabular_regression(table)
    return with_predictions(table, [f"{number:g}" for number in predicted])
