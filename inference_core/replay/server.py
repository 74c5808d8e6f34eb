"""A replay that is served: by this process until it ends, or by a thread beside what else it does."""

import asyncio
import socket
import threading
from contextlib import nullcontext
from pathlib import Path

import uvicorn

from inference_core.engine.relay import EngineRelay
from inference_core.engine.server.access import AccessMiddleware, loopback_hosts
from inference_core.recording.format import About
from inference_core.recording.reading import Recording, open_recording
from inference_core.replay.app import ReplayApp
from inference_core.replay.fallback import Fallback
from inference_core.settings.description import EngineSettings
from inference_core.settings.listening import listen, server_url
from inference_core.tokens import Secret

_LOOPBACK = "127.0.0.1"
_TIME_TO_END = 5.0


class Replay:
    """A recording with all that its answers need; close it at the end.

    Args:
        file: the recording.
        pace: how many times the recorded time an answer takes; 0 is at once.
        fallback: settings of a local engine that answers what was not recorded; None for no engine.

    Raises:
        RecordingError: the recording cannot be used.
    """

    def __init__(self, file: Path, *, pace: float, fallback: EngineSettings | None) -> None:
        self.recording: Recording = open_recording(file)
        self._fallback = Fallback(fallback, self.recording) if fallback else None
        self.app = ReplayApp(self.recording, pace=pace, fallback=self._fallback)

    async def disconnect(self) -> None:
        """Close the connections that were opened in this loop."""
        if self._fallback is not None:
            await self._fallback.disconnect()

    def close(self) -> None:
        if self._fallback is not None:
            self._fallback.close()
        self.recording.close()


async def serve(
    replay: Replay, listener: socket.socket, host: str, key: str | None = None, names: frozenset[str] = frozenset()
) -> None:
    """Serve until the process is asked to end."""
    await _serve(_server(replay, listener, host, key, names), replay, listener)


class ReplayThread:
    """Serves a replay on a loopback port, from a thread with a loop of its own, until `close()`."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self._listener = listen(_LOOPBACK, 0)
        self.url = server_url(_LOOPBACK, self._listener.getsockname()[1])
        self._server = _server(replay, self._listener, _LOOPBACK, None, frozenset())
        self._thread = threading.Thread(target=self._serve, name="replay", daemon=True)
        self._thread.start()

    @property
    def about(self) -> About:
        return self._replay.recording.about

    def relay(self) -> EngineRelay:
        """The replay's routes at the address of another app, for programs."""

        async def url() -> str:
            return self.url

        return EngineRelay(url, Secret(""), lambda model: nullcontext())

    @property
    def day(self) -> str:
        return self._replay.recording.day

    def _serve(self) -> None:
        asyncio.run(_serve(self._server, self._replay, self._listener))

    def close(self) -> None:
        """Stop serving, and close the replay."""
        self._server.should_exit = True
        self._thread.join(_TIME_TO_END)
        self._replay.close()


def _server(
    replay: Replay, listener: socket.socket, host: str, key: str | None, names: frozenset[str]
) -> uvicorn.Server:
    port = listener.getsockname()[1]
    app = AccessMiddleware(replay.app, loopback_hosts(host, port), key, names)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
    )
    return uvicorn.Server(config)


async def _serve(server: uvicorn.Server, replay: Replay, listener: socket.socket) -> None:
    try:
        await server.serve(sockets=[listener])
    finally:
        await replay.disconnect()
