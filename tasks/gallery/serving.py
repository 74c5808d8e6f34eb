"""Serving the page until the process is asked to end.

Our routes and middleware get into the served app through `launch(app_kwargs=…)`, which hands them to the FastAPI app
that Gradio makes. There they are innermost, behind Gradio's session, compression and CORS: they see who is signed in
and what is not yet compressed, and miss only CORS preflights. Start, host and port, Spaces and sign-in remain Gradio's.

Two other ways were tried with Gradio 6.31. With `gr.Server` as the app of the page (`launch(_app=…)`, a private
parameter) our lifespan never runs. Mounting the page under an app of ours (`gr.mount_gradio_app`) works, sign-in and
MCP included, but needs a server of our own in place of Gradio's choice of host, port and browser, takes no
`max_threads`, so that at most 40 runs go at once, and keeps the session of sign-in from our middleware.
"""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from gradio.routes import App
from gradio.utils import get_upload_folder
from starlette.middleware import Middleware

from inference_core.json_log import log_as_json
from inference_core.private_log import keep_logs_private
from inference_core.settings.description import GallerySettings
from inference_core.settings.hosts import known_names
from tasks.gallery.api.tools import serve_tools
from tasks.gallery.blocks import GalleryBlocks
from tasks.gallery.ending import asked_to_end, first_only_noted
from tasks.gallery.garbage import built_to_stay
from tasks.gallery.kept_assets import KeptAssets
from tasks.gallery.kept_page import KeptPage
from tasks.gallery.limits import LARGEST_TEXTS
from tasks.gallery.look import LOOK
from tasks.gallery.own_routes import MIDDLEWARE, ROUTES
from tasks.gallery.request_bodies import RequestBodies
from tasks.gallery.request_guard import EXCEPTION_HANDLERS, KnownHosts, KnownRuns, private_errors
from tasks.gallery.room.closing import Closing
from tasks.gallery.room.gate import CallGate
from tasks.gallery.room.room import Room
from tasks.gallery.room.run_log import let_runs_be_logged
from tasks.gallery.sessions import Sessions
from tasks.gallery.surroundings import host_of, in_a_url
from tasks.gallery.team import People, SignedIn, read_people
from tasks.gallery.temp_files import Storage, keep_swept

_MOST_RUNS = 1000
"""Runs that Gradio begins; those without a place stand in the room's line, where their visitors see how long it is."""
_TRUSTED_LOGS = ("tasks", "inference_core", "uvicorn")
_LOOK = 0.5
_LOOK_FOR_RUNS = 0.005
"""Seconds between two looks for a new run. With Gradio's 0.001 an idle app needs a twentieth of a processor."""
_TIME_TO_END = 2
"""Seconds for which answers that are still being sent may go on when the process is asked to end."""


def serve(
    page: GalleryBlocks, settings: GallerySettings, disconnect: Callable[[], Awaitable[None]], room: Room | None = None
) -> None:
    """Serve `page` until the process is asked to end; `disconnect` is awaited in the server's loop at its end.

    After SIGTERM the runs that go on have `settings.drain` seconds to finish. Ends the process with a sentence if the
    address cannot be listened on.
    """
    room = room or Room()
    try:
        with built_to_stay():
            _launch(page, settings, disconnect, room)
        page.server.config.timeout_graceful_shutdown = _TIME_TO_END
        with first_only_noted(signal.SIGTERM):
            while not asked_to_end():  # in steps, because an endless wait cannot be interrupted on Windows
                time.sleep(_LOOK)
            _let_finish(room.closing, settings.drain)
    finally:
        if asked_to_end(times=2):
            page.server.config.timeout_graceful_shutdown = 0
        # It would report every answer that is cut off.
        logging.getLogger("uvicorn.error").disabled = True
        page.close()
        gc.freeze()  # to go through all that is left of thousands of visitors would take Python seconds


def _let_finish(closing: Closing, seconds: float) -> None:
    """Let the runs that go on finish, for so many seconds at most, and their visitors get what came last."""
    closing.begin()
    had_runs, until = bool(closing.runs), time.monotonic() + seconds
    while closing.runs and time.monotonic() < until:
        time.sleep(_LOOK)
    time.sleep(_LOOK if had_runs else 0)


def _guards(settings: GallerySettings, storage: Storage, room: Room, people: People | None) -> list[Middleware]:
    # An agent sends files as base64 inside JSON.
    largest = LARGEST_TEXTS + 4 * settings.upload_bytes // 3
    names = known_names(host_of(settings), [*settings.host_names, os.environ.get("GRADIO_ROOT_PATH", "")])
    return [
        Middleware(KnownHosts, names=names),
        Middleware(private_errors),
        *([Middleware(SignedIn, people=people, is_operator=room.is_operator)] if people else []),
        Middleware(RequestBodies, most=largest, storage=storage),
        Middleware(KnownRuns),
        Middleware(CallGate, room=room),
    ]


def _launch(
    page: GalleryBlocks, settings: GallerySettings, disconnect: Callable[[], Awaitable[None]], room: Room
) -> None:
    storage = Storage(settings.storage_bytes)
    people = read_people(settings.auth)
    kept = [Middleware(KeptAssets), Middleware(KeptPage, dressed=page.dressed)]

    @contextlib.asynccontextmanager
    async def lifespan(app: App) -> AsyncIterator[None]:
        keep_logs_private(_TRUSTED_LOGS)
        if settings.log == "json":
            log_as_json()
            let_runs_be_logged()
        swept = keep_swept(Path(get_upload_folder()), storage, page.temp_file_sets)
        serve_tools(page)
        page._queue.sleep_when_free = _LOOK_FOR_RUNS
        page._queue.progress_update_sleep_when_free = _LOOK  # nothing of ours has Gradio's bar of progress
        background = {asyncio.create_task(one) for one in (Sessions(app).end_those_gone(), swept)}
        yield
        for task in background:
            task.cancel()
        await asyncio.wait(background)
        await disconnect()

    try:
        page.launch(
            server_name=in_a_url(host_of(settings)),
            server_port=settings.port,
            inbrowser=settings.open,
            max_threads=_MOST_RUNS,
            max_file_size=settings.upload_bytes,
            prevent_thread_lock=True,
            app_kwargs={
                "lifespan": lifespan,
                "routes": [*ROUTES, *page.routes],
                # What is kept comes last, so that it leaves only for those whom the guards let through.
                "middleware": [*MIDDLEWARE, *_guards(settings, storage, room, people), *kept],
                "exception_handlers": EXCEPTION_HANDLERS,
            },
            ssr_mode=False,
            mcp_server=True,
            enable_monitoring=False,
            auth=people.for_gradio if people else None,
            **LOOK,
        )
    except OSError:  # somebody else was quicker, or all ports are taken among which Gradio chooses
        port = f"port {settings.port}" if settings.port else "any port"
        sys.exit(f"The gallery cannot listen on {port}: it is taken. Choose another with --port.")
