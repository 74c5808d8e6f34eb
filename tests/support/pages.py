"""Pages of a real Chromium whose console must stay free of errors."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import Browser, Locator, Page, expect

from tasks.registry import Task

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
FRONT = "#front:visible"
RESULT = ".result:visible"
RESULT_TEXT = ".result textarea:visible"
STATUS = ".prose.status:visible"
NOTE = ".prose.note:visible"
WIRE = ".wire:visible"
MODEL = ".model textarea:visible, .model input:visible"
RUN, STOP, CLEAR = "button.run:visible", "button.stop:visible", "button.clear:visible"
TOAST = ".toast-body.error"

_STAGE = '[...document.querySelectorAll(".stage")].find((one) => one.checkVisibility())'

# Even the shortest transition takes a frame, and an inherited colour changes after its parent's.
_COLOURS_SETTLED = """async () => {
  for (let still = 0; still < 3; still++) {
    await new Promise(requestAnimationFrame);
    if (document.getAnimations().some((animation) => animation.playState === "running")) still = 0;
  }
}"""

_ABORTED = "AbortError: signal is aborted"
"""What Gradio's client says when it ends a stream of its own while the page is left."""


@asynccontextmanager
async def watched_page(
    browser: Browser, address: str, *, may_log_errors: bool = False, **options: object
) -> AsyncIterator[Page]:
    """A page in a context of its own, opened at `address`.

    Leaving it fails if the console showed an error, unless the page `may_log_errors`.
    """
    context = await browser.new_context(**({"viewport": DESKTOP} | options))
    page = await context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: None if _ABORTED in str(error) else errors.append(str(error)))
    try:
        await visit(page, address)
        yield page
    finally:
        await context.close()  # a page that is left open costs the tests after it time
    assert may_log_errors or not errors, errors


async def visit(page: Page, address: str) -> None:
    """Open `address` and wait until the page shows the view it names: a task's tab, the front page or the tour."""
    await page.goto(address)
    await page.wait_for_function("window.gallery?.ready")
    await page.locator(f"{RUN}, {FRONT}, #tour").first.wait_for()


async def drop(page: Page, box: Locator, name: str, content: bytes, kind: str) -> None:
    """Drop a file of this MIME type on the box."""
    data = await page.evaluate_handle(
        """([encoded, name, type]) => {
          const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
          const transfer = new DataTransfer();
          transfer.items.add(new File([bytes], name, { type }));
          return transfer;
        }""",
        [base64.b64encode(content).decode(), name, kind],
    )
    await box.dispatch_event("drop", {"dataTransfer": data})


async def open_tab(page: Page, task: Task) -> None:
    """Click the way from any tab to the task's."""
    await page.locator("#domains").get_by_role("tab", name=task.domain.value, exact=True).click()
    await page.locator(f"#tab-{task.id}-button").click()
    await page.locator(f"#tab-{task.id}").locator("button.run").wait_for()


async def fill(page: Page, label: str, text: str) -> None:
    """Write a text into the field of the open tab that has this label."""
    await page.get_by_label(label, exact=True).and_(page.locator(":visible")).fill(text)


async def value(page: Page, label: str) -> str:
    """What is in the field of the open tab that has this label."""
    return await page.get_by_label(label, exact=True).and_(page.locator(":visible")).input_value()


async def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than the window."""
    return await page.evaluate("document.scrollingElement.scrollWidth > innerWidth")


async def let_colours_settle(page: Page) -> None:
    """Wait until nothing is on its way to another colour."""
    await page.evaluate(_COLOURS_SETTLED)


async def click_example(page: Page, task_id: str) -> None:
    """Click the task's first example and wait until its run has ended."""
    await click_chip(page, page.locator(f"#examples-{task_id} button").first)


async def click_chip(page: Page, chip: Locator) -> None:
    """Click the button of an example and wait until its run has ended."""
    runs = await _ended_runs(page)
    await chip.click()
    await _one_more_ends(page, runs)


async def press_and_wait(page: Page, key: str) -> None:
    """Press a key that begins a run, and wait until the run has ended."""
    runs = await _ended_runs(page)
    await page.keyboard.press(key)
    await _one_more_ends(page, runs)


async def type_into_cell(page: Page, name: str, text: str, key: str) -> None:
    """Write a text into a cell of a table, such as "cell-0-2", and press the key that ends it."""
    cell = page.get_by_test_id(name).first
    await cell.dblclick()
    editor = cell.locator("textarea, input")  # keys that are pressed before it is there are lost
    await editor.fill(text)
    await editor.press(key)


async def run(page: Page, outcome: str = "✓ done") -> None:
    """Press Run and wait until the status line shows the outcome."""
    runs = await _ended_runs(page)
    await page.locator(RUN).click()
    await _one_more_ends(page, runs)
    await expect(page.locator(STATUS)).to_contain_text(outcome)


async def expect_refusal(page: Page, *words: str) -> None:
    """A card in the result, or the field at fault, says these words, and nothing else makes noise about it."""
    for word in words:
        await expect(page.locator(".refusal:not([data-field]):visible, .block[data-problem]:visible")).to_have_count(1)
        await expect(page.locator(".stage:visible .refusal")).to_contain_text(word)
    await expect(page.locator(TOAST)).to_have_count(0)


async def _ended_runs(page: Page) -> int:
    """How many runs of the open tab have ended."""
    return int(await page.evaluate(f"Number(({_STAGE})?.dataset.ended ?? 0)"))


async def _one_more_ends(page: Page, runs: int) -> None:
    await page.wait_for_function(f"Number(({_STAGE})?.dataset.ended ?? 0) > {runs}", timeout=30_000)
