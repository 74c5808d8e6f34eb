"""A real Chromium for the tests of the page."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Error, async_playwright, expect

from tests.support import processes, upstream
from tests.support.browser import NO_BROWSER, system_browser
from tests.support.endpoint import Answering, Endpoint
from tests.support.upstream import Answer

expect.set_options(timeout=15_000)  # for machines that are slow or busy; what is there already is not waited for

_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
_QUIET += ["--disable-component-update", "--disable-sync"]
# Fewer processes for a twentieth less work.
_QUIET += ["--in-process-gpu", "--enable-features=NetworkServiceInProcess2"]
# A camera that films a turning dial and a microphone that hears a beep a second, which nobody has to allow.
_DEVICES = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever lies in this folder needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("browser")


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(executable_path=system_browser(), args=_QUIET + _DEVICES)
        except Error as error:
            pytest.fail(f"{NO_BROWSER}\n{error}")
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def shared_endpoint() -> AsyncIterator[Endpoint]:
    async with upstream.serving(upstream.answers({})) as model:
        with processes.app("--backend", model.url, "--upload", "0.05", GRADIO_ANALYTICS_ENABLED="True") as app:
            yield Endpoint(app.url, model)


@pytest.fixture
def endpoint(shared_endpoint: Endpoint) -> Answering:
    """Call it with what the model server is to answer; the server has seen nothing yet."""

    def answering(answer: Answer) -> Endpoint:
        shared_endpoint.model.begin_again(answer)
        return shared_endpoint

    return answering
