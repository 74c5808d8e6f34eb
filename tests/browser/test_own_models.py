"""Every task with a tiny random model of one's own behind it: its loading is counted down, and its name is true."""

import re
from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tasks.registry import Task, all_tasks
from tests.support import processes
from tests.support.pages import STATUS, watched_page
from tests.support.processes import Running, Server

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.pretrained,
    pytest.mark.skipif(find_spec("torch") is None, reason="needs requirements-pretrained.txt"),
]

ENDED = ":is(.done, .refused)"


@pytest.fixture(scope="module")
def own_app(tiny: Running) -> Iterator[Server]:
    with processes.app("--backend", tiny.url) as app:
        yield app


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def page(own_app: Server, browser: Browser) -> AsyncIterator[Page]:
    """One for all tasks; leaving it fails if the console showed an error."""
    async with watched_page(browser, own_app.url) as page:
        yield page


async def test_while_a_model_loads_the_page_counts_down(models: Path, browser: Browser) -> None:
    with processes.app("--models", str(models)) as app:
        async with watched_page(browser, f"{app.url}?task=text-classification") as page:
            await page.locator("#examples-text-classification button").first.click()
            await expect(page.locator(STATUS)).to_contain_text(re.compile(r"the model is loading, \d+ s"))
            ended = page.locator(f"{STATUS} {ENDED}")
            await expect(ended).to_be_visible(timeout=90_000)
            await expect(ended).to_have_attribute("data-model", re.compile("^tiny/"))


@pytest.mark.parametrize("task", all_tasks(), ids=lambda task: task.id)
async def test_its_answer_or_refusal_names_it(own_app: Server, page: Page, task: Task) -> None:
    await page.goto(f"{own_app.url}?task={task.id}")
    await page.locator(f"#examples-{task.id} button").first.click()
    ended = page.locator(f"{STATUS} {ENDED}")
    await expect(ended).to_be_visible(timeout=90_000)
    await expect(ended).to_have_attribute("data-model", re.compile("^tiny/"))
