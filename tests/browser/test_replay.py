"""The page of a gallery that a recording answers."""

import contextlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from inference_core import AsyncInferenceClient
from inference_core.recording.format import About
from inference_core.recording.recorder import FileRecorder
from tests.support import processes
from tests.support.answers import by_path
from tests.support.pages import PHONE, RESULT, STATUS, expect_refusal, fill, run, watched_page
from tests.support.processes import Server
from tests.support.upstream import answers, serving

pytestmark = pytest.mark.asyncio(loop_scope="session")

TASK = "text-classification"


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def replayed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Server]:
    """An app on the recording of one run on a server."""
    file = tmp_path_factory.mktemp("recorded") / "a.zip"
    lists = answers({TASK: {"widgetModels": ["org/mood"]}})
    says = answers([[{"label": "JOYFUL", "score": 0.9}]])
    async with serving(by_path(lambda path: lists if path == "/api/tasks" else says), lists_tasks=True) as upstream:
        with contextlib.closing(FileRecorder(file, About(kind="server", endpoint=upstream.url))) as recorder:
            async with AsyncInferenceClient(endpoint=upstream.url) as client:
                await client.with_options(recorder=recorder).text_classification("What a day")
    with processes.app("--replay", str(file)) as app:
        yield app


async def test_an_answer_says_when_it_was_recorded_and_from_whom(replayed: Server, browser: Browser) -> None:
    async with watched_page(browser, replayed.url) as page:
        await expect(page.locator("#masthead .badge summary")).to_have_text("Recorded answers")
        await page.goto(f"{replayed.url}?task={TASK}")
        await fill(page, "Text", "What a day")
        await run(page)
        await expect(page.locator(RESULT)).to_contain_text("JOYFUL")
        await expect(page.locator(STATUS)).to_contain_text("recorded on")
        await expect(page.locator(STATUS)).to_contain_text("from org/mood")


async def test_what_was_not_recorded_is_refused_with_what_was(replayed: Server, browser: Browser) -> None:
    address = f"{replayed.url}?task={TASK}"
    async with watched_page(browser, address, viewport=PHONE, locale="de", may_log_errors=True) as page:
        await fill(page, "Text", "Something else")
        await run(page, "✗")
        await expect_refusal(page, "Das kommt in der Aufzeichnung, die hier antwortet, nicht vor", "What a day")
        await expect(page.locator(".refusal:visible button")).to_have_count(0)
