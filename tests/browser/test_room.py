"""What a visitor reads who has too many runs, and who begins one while the gallery ends."""

import re
import signal

import pytest
from playwright.async_api import Browser, Page, expect

from tasks.registry import Task, all_tasks
from tests.support import processes, upstream
from tests.support.pages import RESULT_TEXT, RUN, STATUS, STOP, fill, open_tab, watched_page

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.slow]

WRITE = "?task=text-generation"


def task_named(id: str) -> Task:
    return next(task for task in all_tasks() if task.id == id)


async def run(page: Page, label: str) -> None:
    await fill(page, label, "Once upon a time")
    await page.locator(RUN).click()


async def test_a_run_too_many_waits_and_one_that_comes_at_the_end_is_told_to_come_back(browser: Browser) -> None:
    async with upstream.serving(upstream.tokens(10_000, 0.05)) as model:
        with processes.app("--backend", model.url, "--runs", "1", "--drain", "15") as app:
            async with (
                watched_page(browser, app.url + WRITE) as first,
                watched_page(browser, app.url + WRITE, locale="de-DE", may_log_errors=True) as second,
            ):
                await run(first, "Prompt")
                await expect(first.locator(RESULT_TEXT)).to_have_value(re.compile("word5"))
                await open_tab(first, task_named("summarization"))
                await run(first, "Text")
                await expect(first.locator(STATUS)).to_contain_text("begins when one of your other runs has ended")
                assert len(model.requests) == 1
                await first.locator(STOP).click()
                await first.locator("#tab-text-generation-button").click()
                app.process.send_signal(signal.SIGTERM)
                await first.wait_for_timeout(1000)
                await run(second, "Prompt")
                await expect(second.locator(STATUS)).to_contain_text("Diese Galerie wird neu gestartet")
                written = await first.locator(RESULT_TEXT).input_value()
                await expect(first.locator(RESULT_TEXT)).not_to_have_value(written)
                await first.locator(STOP).click()
            assert app.process.wait(10) == 0
