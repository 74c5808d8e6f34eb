"""The Inference Gallery: `python app.py`, or this file on a Gradio Space."""

import contextlib
import signal
import threading
from collections.abc import AsyncIterator
from typing import Any

from inference_core.backend import Backend, hosted_backend, local_backend, url_backend
from tasks.gallery.settings import Settings, read_settings

MOST_RUNS_AT_ONCE = 200


def choose_backend(settings: Settings) -> Backend:
    """The backend the operator asked for; a local engine begins to start here."""
    token = settings.token.reveal() if settings.token else None
    match settings.chosen_backend:
        case "local":
            return local_backend(settings.limits, timeout=settings.timeout)
        case "hosted":
            return hosted_backend(token=token, timeout=settings.timeout)
        case url:
            return url_backend(url, token=token, timeout=settings.timeout)


def serve(settings: Settings, backend: Backend) -> None:
    """Build the page, serve it until a signal comes, and close everything in order."""
    # Imported late: Gradio takes seconds, in which the local engine already starts.
    from tasks.gallery.page import LOOK, build_page
    from tasks.registry import all_tasks

    @contextlib.asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        yield
        await (await backend.client()).close()

    page = build_page(all_tasks(), backend)
    page.launch(
        server_name=settings.host,
        server_port=settings.port,
        inbrowser=settings.open_browser,
        max_threads=MOST_RUNS_AT_ONCE,
        prevent_thread_lock=True,
        app_kwargs={"lifespan": lifespan},
        ssr_mode=False,
        **LOOK,
    )
    _wait_for_signal()
    page.close()


def _wait_for_signal() -> None:
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    # In steps, because an endless wait cannot be interrupted on Windows.
    while not stop.wait(0.5):
        pass


def main() -> None:
    settings = read_settings()
    backend = choose_backend(settings)
    try:
        serve(settings, backend)
    finally:
        backend.close()


if __name__ == "__main__":
    main()
