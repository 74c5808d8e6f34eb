"""docs/engine.md: its tables are those of the code, its commands are answered."""

import re
import shlex

import aiohttp
import pytest

from inference_core import words
from inference_core.engine.limits import Limits
from inference_core.engine.runners.threads import ThreadRunner
from inference_core.engine.server.app import create_app
from tasks.registry import all_tasks
from tests.support.documents import ENGINE, code_blocks, table_below
from tests.support.models import catalogue
from tests.support.processes import Server


def test_the_table_of_models_has_every_model_recommended_first_and_in_its_own_words() -> None:
    models = catalogue().by_task()
    rows = [(row[0], row[1], row[4], row[5]) for row in table_below(ENGINE, "Models")]
    assert sorted(row[0] for row in rows) == sorted(task.title for task in all_tasks() for _ in models[task.id])
    for task in all_tasks():
        assert [row for row in rows if row[0] == task.title] == [
            (task.title, f"`{model.id}`", words.text(model.can), words.text(model.cannot)) for model in models[task.id]
        ]


@pytest.mark.parametrize("row", table_below(ENGINE, "Models"), ids=lambda row: row[1])
def test_the_table_of_models_names_the_engine_that_answers(row: list[str]) -> None:
    (model,) = (model for model in catalogue() if f"`{model.id}`" == row[1])
    assert model.load().name == row[2]


def test_the_table_of_figures_has_every_model_and_its_level() -> None:
    shown = [(row[2], row[8]) for row in table_below(ENGINE, "How good they are") if row[8]]
    assert sorted(shown) == sorted((f"`{model.id}`", str(model.level)) for model in catalogue())


def test_every_model_has_an_answer_that_was_seen() -> None:
    assert all(row[3] for row in table_below(ENGINE, "Models"))


def test_the_table_of_routes_is_that_of_the_server() -> None:
    runner = ThreadRunner(threads=1, waiting=1, deadline=1)
    routes = create_app(catalogue(), runner, Limits()).routes
    served = {re.sub(r":path", "", route.path).replace("{model}", "{id}") for route in routes}
    runner.close()
    named = {path for row in table_below(ENGINE, "Call it") for path in re.findall(r"(?:GET|POST) ([^`]+)", row[0])}
    assert named == served


async def test_the_command_with_curl_is_answered(engine: Server) -> None:
    command = next(block for block in code_blocks(ENGINE, "sh") if block.startswith("curl"))
    curl, url, json, body = shlex.split(command.replace("http://127.0.0.1:8000", engine.url))
    assert (curl, json) == ("curl", "--json")
    request = aiohttp.request("POST", url, data=body, headers={"Content-Type": "application/json"})
    async with request as response:
        assert (await response.json())[0][0]["label"] == "POSITIVE"
