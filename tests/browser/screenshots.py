"""`python -m tests.browser.screenshots` takes the pictures of docs/pictures/ from the real page, with the local engine.

The README shows some of them. Look at all of them after a change of the page's looks, beside the ones before.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.async_api import Browser, async_playwright

from tests.support import processes
from tests.support.browser import system_browser
from tests.support.pages import DESKTOP, PHONE, click_example, visit

_FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
_LONGEST_EDGE = 1100


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture of the front page, or of a task after its first example was run."""

    name: str
    task: str = ""
    size: Mapping[str, int] = field(default_factory=lambda: DESKTOP)
    scheme: Literal["light", "dark"] = "light"


SHOTS = (
    Shot("front"),
    Shot("front-phone", size=PHONE),
    Shot("front-dark", scheme="dark"),
    Shot("document", "document-question-answering"),
    Shot("picture", "image-classification"),
    Shot("names", "token-classification"),
    Shot("regions", "image-segmentation"),
    Shot("table", "table-question-answering"),
    Shot("chat", "conversational"),
    Shot("chat-phone-dark", "conversational", PHONE, "dark"),
)


async def take(browser: Browser, url: str, shot: Shot) -> None:
    context = await browser.new_context(viewport=dict(shot.size), color_scheme=shot.scheme)
    page = await context.new_page()
    await visit(page, f"{url}/?task={shot.task}" if shot.task else url)
    if shot.task:
        await click_example(page, shot.task)
    await page.wait_for_timeout(1000)  # for pictures that are fetched late
    picture = Image.open(BytesIO(await page.screenshot()))
    picture.thumbnail((_LONGEST_EDGE, _LONGEST_EDGE))
    picture.convert("RGB").save(_FOLDER / f"{shot.name}.webp", quality=80, method=6)
    await context.close()


async def take_all(url: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=system_browser(), args=["--no-sandbox"])
        for shot in SHOTS:
            await take(browser, url, shot)
        await browser.close()


def main() -> None:
    _FOLDER.mkdir(exist_ok=True)
    with processes.app() as app:
        asyncio.run(take_all(app.url))


if __name__ == "__main__":
    main()
