"""The Inference Gallery: `python app.py`, or this file on a Gradio Space."""

import contextlib
import signal
import sys
import time
from collections.abc import AsyncIterator
from typing import Any

from inference_core.settings.description import GallerySettings
from tasks.gallery.backend import Backend, hosted_backend, local_backend, url_backend
from tasks.gallery.settings import chosen_backend, read_settings

MOST_RUNS_AT_ONCE = 200


def choose_backend(settings: GallerySettings) -> Backend:
    """The backend the operator asked for; a local engine begins to start here."""
    token = settings.token.reveal() if settings.token else None
    match chosen_backend(settings):
        case "local":
            return local_backend(settings)
        case "hosted":
            return hosted_backend(token=token, timeout=settings.timeout)
        case url:
            return url_backend(url, token=token, timeout=settings.timeout)


def serve(settings: GallerySettings, backend: Backend) -> None:
    """Build the page, serve it until the process is told to leave, and close it in order."""
    # Imported late: Gradio takes seconds, in which the local engine already starts.
    from tasks.gallery.page import LOOK, build_page
    from tasks.registry import all_tasks

    @contextlib.asynccontextmanager
    async def lifespan(_: Any) -> AsyncIterator[None]:
        yield
        await backend.disconnect()

    page = build_page(all_tasks(), backend, settings.upload_bytes)
    try:
        page.launch(
            server_name=settings.host,
            server_port=settings.port,
            inbrowser=settings.open,
            max_threads=MOST_RUNS_AT_ONCE,
            max_file_size=settings.upload_bytes,
            prevent_thread_lock=True,
            app_kwargs={"lifespan": lifespan},
            ssr_mode=False,
            mcp_server=True,
            **LOOK,
        )
    except OSError:
        port = f"port {settings.port}" if settings.port else "a port"
        sys.exit(
            f"The gallery cannot listen on {port}: it is taken, or the host is not this machine. "
            "Choose others with --port and --host."
        )
    try:
        while True:  # in steps, because an endless wait cannot be interrupted on Windows
            time.sleep(0.5)
    finally:
        page.close()


def leave_on_signals() -> None:
    """Let SIGINT and SIGTERM end the process in good order, also while it is still starting."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: sys.exit())


def main() -> None:
    leave_on_signals()
    settings = read_settings()
    backend = choose_backend(settings)
    try:
        serve(settings, backend)
    finally:
        backend.close()


if __name__ == "__main__":
    main()
