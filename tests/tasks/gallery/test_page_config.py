"""What the page consists of: what everybody gets, what a browser gets, and what is inside of a tab that is opened."""

import json

import httpx

from tests.support.processes import Server
from tests.support.visitors import Page, visitors


def test_a_browser_gets_no_types_of_endpoints_and_a_program_does(app: Server) -> None:
    of_program = httpx.get(f"{app.url}/config").json()
    of_browser = httpx.get(f"{app.url}/config", params={"page": ""}).json()
    kinds = [{one["type"] for one in config["components"]} for config in (of_program, of_browser)]
    assert "api" in kinds[0] and kinds[1] == kinds[0] - {"api"}
    shown = {child["id"] for child in of_browser["layout"]["children"]}
    assert shown <= {one["id"] for one in of_browser["components"]}
    assert len(of_browser["dependencies"]) == len(of_program["dependencies"])


async def test_two_visitors_get_the_same_inside_of_a_tab(app: Server) -> None:
    async with visitors(await Page.read(app.url)) as door:
        first, second = [(await door.visitor().open_task("fill_mask")).made for _ in range(2)]
    assert first == second and "Text with [MASK]" in json.dumps(first)
