"""Pages of a real Chromium whose console must stay free of errors."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Page

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
RESULT_TEXT = ".result textarea:visible"
STATUS = ".prose.status:visible"
RUN, STOP, CLEAR = "button.run:visible", "button.stop:visible", "button.clear:visible"
TOAST = ".toast-body.error"


@asynccontextmanager
async def watched_page(browser: Browser, address: str, **options: object) -> AsyncIterator[Page]:
    """A page in a context of its own, opened at `address`; leaving it fails if the console showed an error."""
    context = await browser.new_context(**({"viewport": DESKTOP} | options))
    page = await context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    await page.goto(address)
    await page.locator(RUN).wait_for()
    yield page
    await context.close()
    assert errors == []
