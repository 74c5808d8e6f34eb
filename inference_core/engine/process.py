"""The local engine as a child process: started early, restarted if it dies, and ended with its parent."""

import asyncio
import logging
import os
import secrets
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path

from inference_core.errors import InferenceConnectionError
from inference_core.process_memory import memory_of
from inference_core.settings.description import ENGINE_KEY, EngineSettings, GallerySettings, settings_of
from inference_core.tokens import Secret

_log = logging.getLogger(__name__)
_READY = "Engine ready at "
_RESTART_DELAYS = (0.1, 0.5, 2.0, 10.0)
_START_TIMEOUT = 60.0
_STOP_TIMEOUT = 5.0
_DYING_TIME = 0.5
"""Seconds from the end of a process's connections to its own end, at most."""

_ONE_CORE_PER_REQUEST = {"OPENBLAS_NUM_THREADS": "1"}
"""For numpy: if every request used all cores, requests would slow each other down."""

# Secrets of the gallery, which the engine does not need.
_GALLERY_ONLY = {setting.variable for setting in settings_of(GallerySettings) if not setting.option}
_FOLDER_OF_THE_PACKAGE = Path(__file__).parents[2]


class EngineProcess:
    """Keeps one local engine running until `close()`.

    The engine listens on a free loopback port and answers only requests with `key`, which is created here. It
    reads from a pipe that this process keeps open, and exits when the pipe is closed, which happens even on `kill -9`.
    """

    def __init__(self, settings: EngineSettings) -> None:
        self.key = Secret(secrets.token_urlsafe(32))
        self._settings = settings
        self._url: Future[str] = Future()
        self._process: subprocess.Popen[str] | None = None
        self._closing = threading.Event()
        self._watcher = threading.Thread(target=self._keep_running, name="local-engine", daemon=True)

    def start(self) -> None:
        """Start the engine in the background; returns at once."""
        self._watcher.start()

    async def url(self) -> str:
        """The engine's base URL, as soon as it listens. It changes when the engine is restarted.

        Raises:
            InferenceConnectionError: the engine did not start within a minute.
        """
        try:
            async with asyncio.timeout(_START_TIMEOUT):
                while True:
                    url = await asyncio.shield(asyncio.wrap_future(self._url))
                    if not self._has_ended():
                        return url
                    await asyncio.sleep(0.02)  # the watcher will notice in a moment
        except TimeoutError:
            raise InferenceConnectionError("engine_does_not_start") from None

    async def has_stopped(self, url: str) -> bool:
        """Whether the engine that listened at `url` has ended. If it is about to, this waits for it for a moment."""
        until = asyncio.get_running_loop().time() + _DYING_TIME
        while asyncio.get_running_loop().time() < until:
            running = self._url.done() and self._url.result() == url
            if not running or self._has_ended():
                return True
            await asyncio.sleep(0.05)
        return False

    @property
    def pid(self) -> int | None:
        """The process id of the running engine."""
        return self._process.pid if self._process else None

    def memory(self) -> int | None:
        """Bytes of memory that the engine and the processes of its models take; None where nobody knows."""
        return memory_of(self.pid) if self.pid else None

    def close(self) -> None:
        """Stop the engine and wait until it has ended; it is killed if it does not react."""
        self._closing.set()
        if self._process is not None:
            self._process.terminate()
        if self._watcher.is_alive():
            self._watcher.join(_STOP_TIMEOUT)
        if self._process is not None:
            self._process.kill()
        if self._watcher.is_alive():
            self._watcher.join()

    def _has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def _keep_running(self) -> None:
        failures = 0
        while not self._closing.is_set():
            with self._launch() as process:
                self._process = process
                if self._closing.is_set():
                    process.terminate()
                failures = 0 if self._wait_until_ready(process) else failures + 1
                process.wait()
            if self._closing.is_set():
                return
            if self._url.done():
                self._url = Future()
            _log.warning("The local engine ended with code %s; starting it again.", process.returncode)
            self._closing.wait(_RESTART_DELAYS[min(failures, len(_RESTART_DELAYS) - 1)])

    def _launch(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "inference_core.engine", "--warm", "--leave-with-parent"]
        inherited = {name: value for name, value in os.environ.items() if name not in _GALLERY_ONLY}
        settings = self._settings.variables()
        return subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=_FOLDER_OF_THE_PACKAGE,
            # Ctrl-C in a terminal reaches the whole process group, but only this process should end the engine.
            process_group=0,
            env={**_ONE_CORE_PER_REQUEST, **inherited, **settings, ENGINE_KEY: self.key.reveal()},
        )

    def _wait_until_ready(self, process: subprocess.Popen[str]) -> bool:
        """Wait for the engine's ready line and publish its URL; False if the engine ended without one."""
        for line in process.stdout or ():
            if line.startswith(_READY):
                self._url.set_result(line.removeprefix(_READY).strip())
                return True
        return False
