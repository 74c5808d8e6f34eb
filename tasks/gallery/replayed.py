"""The backend of `--replay`: a recording answers in place of the backend that was recorded."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

from inference_core import AsyncInferenceClient
from inference_core.replay.server import Replay, ReplayThread
from inference_core.settings.description import GallerySettings
from tasks.gallery.backend import Backend, backend_of, server_backend


def replay_backend(settings: GallerySettings) -> Backend:
    """The backend that was recorded, as the recording answers for it, from a thread of this process.

    Raises:
        RecordingError: the recording cannot be used.
    """
    fallback = settings if settings.replay_fallback else None
    thread = ReplayThread(Replay(Path(settings.replay), pace=settings.pace, fallback=fallback))
    try:
        backend = _backend(thread, settings)
    except BaseException:
        thread.close()
        raise
    return replace(backend, close=thread.close, recorded_on=thread.day, has_fallback=settings.replay_fallback)


def _backend(thread: ReplayThread, settings: GallerySettings) -> Backend:
    about, timeout = thread.about, settings.timeout
    match about.kind:
        case "hosted":
            return backend_of(AsyncInferenceClient(token=False, timeout=timeout, replay=thread.url), "hosted")
        case "server" if about.endpoint:
            client = AsyncInferenceClient(token=False, timeout=timeout, replay=thread.url, endpoint=about.endpoint)
            return server_backend(client, about.endpoint)
    client = AsyncInferenceClient(token=False, timeout=timeout, replay=thread.url, endpoint=thread.url)
    relay = thread.relay()
    local = backend_of(client, "local")
    return replace(local, relay=relay, disconnect=_both(relay.close, local.disconnect))


def _both(first: Callable[[], Awaitable[None]], second: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    async def both() -> None:
        await first()
        await second()

    return both
