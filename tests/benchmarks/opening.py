"""How long a page takes in Chromium until something can be run: a page that is new, and a task that is opened later."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import median

from playwright.async_api import Browser, Page, async_playwright
from playwright.async_api import TimeoutError as NothingSent

from tests.benchmarks.measuring import MeasuredApp
from tests.support.browser import system_browser
from tests.support.pages import DESKTOP, visit

TEXT = "What a good day."

_USABLE = """
  const usable = (within) => [...document.querySelectorAll(`${within} button.run`)].some(
    (run) => !run.disabled && run.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }));
"""
_NOTE_FIRST_USABLE = f"""{{
  {_USABLE}
  const look = () => usable("") ? (window.usableAfter = performance.now()) : requestAnimationFrame(look);
  requestAnimationFrame(look);
}}"""
_OPEN = f"""async (task) => {{
  {_USABLE}
  const clicked = performance.now();
  document.getElementById(`tab-${{task}}-button`).click();
  while (!usable(`#tab-${{task}}`)) await new Promise(requestAnimationFrame);
  await new Promise(requestAnimationFrame);  // by then it is painted
  return performance.now() - clicked;
}}"""


@asynccontextmanager
async def chromium(*, as_visitors_have: bool = False) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        path = system_browser(as_visitors_have=as_visitors_have)
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        await browser.close()


@asynccontextmanager
async def cold_page(browser: Browser) -> AsyncIterator[Page]:
    """A page of a visitor who has never been here: nothing is in the browser's cache."""
    context = await browser.new_context(viewport=DESKTOP)
    yield await context.new_page()
    await context.close()


@dataclass(slots=True)
class Visits:
    """Cold visits to one address: `seconds` until Run was usable; what they cost the app."""

    app: MeasuredApp
    query: str = ""
    seconds: list[float] = field(default_factory=list)
    lost: int = 0
    """How often a click on Run did nothing, although Run looked usable."""
    cpu: float = 0.0
    """Seconds of CPU time of the app's process, for all visits with a run each."""

    @property
    def median(self) -> float:
        return median(self.seconds)

    @property
    def milliseconds_of_the_app(self) -> float:
        return self.cpu / len(self.seconds) * 1000

    async def visit(self, browser: Browser) -> None:
        cpu = self.app.process.cpu
        async with cold_page(browser) as page:
            await page.add_init_script(_NOTE_FIRST_USABLE)
            await page.goto(f"{self.app.url}/{self.query}")
            usable_after = await page.wait_for_function("window.usableAfter", timeout=60_000)
            self.seconds.append(await usable_after.json_value() / 1000)
            self.lost += not await _run_is_sent(page)
            await asyncio.sleep(0.5)  # what the page does besides, it does by then
        self.cpu += self.app.process.cpu - cpu

    def begin(self) -> None:
        """Forget what has been: the first visit also warms up the app and the browser."""
        self.seconds.clear()
        self.lost, self.cpu = 0, 0.0


async def _run_is_sent(page: Page) -> bool:
    """Whether a text can be typed, and a click on Run sends it."""
    await page.locator("textarea:visible").first.fill(TEXT)
    try:
        async with page.expect_request(lambda request: TEXT in (request.post_data or ""), timeout=3_000):
            await page.locator("button.run:visible").click()
    except NothingSent:
        return False
    return True


async def in_pairs(browser: Browser, one: Visits, other: Visits, pairs: int) -> None:
    """Visit both in turn, each first in every second pair: what else the machine does hits both."""
    for number in range(pairs + 1):
        for visits in (one, other) if number % 2 else (other, one):
            await visits.visit(browser)
        if not number:
            one.begin()
            other.begin()


async def opening_tasks(browser: Browser, url: str, first: str, tasks: Sequence[str]) -> list[float]:
    """Seconds from the click on each task's tab until its Run is usable, on a page that was opened at `first`."""
    async with cold_page(browser) as page:
        await visit(page, f"{url}/?task={first}")
        seconds = []
        for task in tasks:
            seconds.append(await page.evaluate(_OPEN, task) / 1000)
            await asyncio.sleep(0.5)  # let the page finish what it does besides
        return seconds
