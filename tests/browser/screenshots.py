"""`python -m tests.browser.screenshots [NAME…]` takes pictures of the real page: all, or those named.

They go to docs/pictures/, and the one that a link shows elsewhere beside the front page. The README shows some.
Look at all of them after a change of the page's looks, beside the ones before.
"""

import asyncio
import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.async_api import Browser, async_playwright

from tests.support import processes
from tests.support.browser import system_browser
from tests.support.pages import DESKTOP, PHONE, click_example, visit

_ROOT = Path(__file__).parents[2]
_DOCS = _ROOT / "docs" / "pictures"
_PAGES_OWN = _ROOT / "tasks" / "gallery" / "front"
_LONGEST_EDGE = 1100


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture of the front page, or of a task after its first example was run."""

    name: str
    task: str = ""
    size: Mapping[str, int] = field(default_factory=lambda: DESKTOP)
    scheme: Literal["light", "dark"] = "light"
    folder: Path = _DOCS


SHOTS = (
    Shot("front"),
    Shot("preview", size={"width": 1200, "height": 630}, folder=_PAGES_OWN),
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
    picture.convert("RGB").save(shot.folder / f"{shot.name}.webp", quality=80, method=6)
    await context.close()


async def take_all(url: str, names: Collection[str]) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=system_browser(), args=["--no-sandbox"])
        for shot in SHOTS:
            if shot.name in names or not names:
                await take(browser, url, shot)
        await browser.close()


def main() -> None:
    with processes.app() as app:
        asyncio.run(take_all(app.url, sys.argv[1:]))


if __name__ == "__main__":
    main()
