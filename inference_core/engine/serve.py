"""Start the local engine with the options of the command line."""

import contextlib
import os
import socket
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Any

import click
import uvicorn

from inference_core.engine.catalog import Catalogue, UnusableCatalogue, builtin_models
from inference_core.engine.contract import CannotLoad
from inference_core.engine.limits import limits_of
from inference_core.engine.models_file import ModelsFile, UnusableModels, default_models, read_models
from inference_core.engine.packages import PSUTIL
from inference_core.engine.pretrained import models_of
from inference_core.engine.runners.lanes import IDLE, LaneRunner
from inference_core.engine.runners.memory import MIB, OF_THE_MACHINE, Memory, machine_memory, require_that_each_fits
from inference_core.engine.server.access import AccessMiddleware, loopback_hosts
from inference_core.engine.server.app import create_app
from inference_core.settings.command_line import read_settings
from inference_core.settings.description import ENGINE_KEY, EngineSettings
from inference_core.settings.hosts import name_of
from inference_core.settings.kinds import Number
from inference_core.tokens import trimmed


def main() -> None:
    """Serve until a signal arrives or, with `--leave-with-parent`, until the parent process ends."""
    settings, options = _settings_and_options()
    limits = limits_of(settings)
    if options["leave_with_parent"]:
        threading.Thread(target=_exit_with_parent, daemon=True).start()
    file = _models_file(settings.models)
    memory = _memory(file) if file.model else None
    models = _catalogue(file, memory)
    runner = LaneRunner(
        limits,
        # An engine that loads its models at startup keeps them, so that no visitor waits for them.
        idle=None if options["warm"] else IDLE,
        memory=None if memory is None else Memory(memory),
        on_stuck=partial(_end_if_stuck, limits.threads) if options["leave_with_parent"] else _ignore,
    )
    if options["warm"]:
        installed = [model for model in models if model.missing() is None]
        threading.Thread(target=runner.load, args=(installed,), daemon=True).start()
    host = options["host"]
    listener = _listen(host, options["port"])
    port = listener.getsockname()[1]
    key = trimmed(os.environ.get(ENGINE_KEY, "")) or None
    if key is None and loopback_hosts(host, port) is None:
        print(f"Anyone who can reach this port can use the engine. Set {ENGINE_KEY} to require a key.", file=sys.stderr)
    names = frozenset(map(name_of, settings.host_names))
    app = AccessMiddleware(create_app(models, runner, limits), loopback_hosts(host, port), key, names)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, timeout_keep_alive=75, timeout_graceful_shutdown=1)
    )
    print(f"Engine ready at {_url(host, port)}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


def _models_file(path: str) -> ModelsFile:
    try:
        if not path:
            return ModelsFile()
        return read_models(default_models() if path == "default" else Path(path))
    except UnusableModels as error:
        raise SystemExit(str(error)) from None


def _memory(file: ModelsFile) -> int | None:
    """Bytes that models of the file may take together, None if nobody can measure it."""
    if PSUTIL.is_missing():
        print("The memory of models is not limited, since psutil is not installed.", file=sys.stderr)
        return None
    if file.limits.memory is not None:
        return file.limits.memory * MIB
    return int(machine_memory() * OF_THE_MACHINE)


def _catalogue(file: ModelsFile, memory: int | None) -> Catalogue:
    try:
        added = models_of(file)
        if memory is not None:
            require_that_each_fits(added, memory)
        return Catalogue([*added, *builtin_models()])
    except (CannotLoad, UnusableCatalogue, UnusableModels) as error:
        raise SystemExit(str(error)) from None


def _settings_and_options() -> tuple[EngineSettings, dict[str, Any]]:
    return read_settings(
        EngineSettings,
        program="python -m inference_core.engine",
        about="Run small models offline on this machine, behind the same routes as the hosted inference API.",
        notes=f"Set {ENGINE_KEY} to a key that callers must send as a bearer token.",
        more=[
            click.Option(["--host"], default="127.0.0.1", help="Address to listen on [default 127.0.0.1]"),
            click.Option(
                ["--port"], type=Number(most=65535), default=0, help="Port to listen on [default 0: any free one]"
            ),
            click.Option(["--warm"], is_flag=True, help="Load every model at startup, not on first use"),
            click.Option(["--leave-with-parent"], is_flag=True, help="Stop when standard input is closed"),
        ],
    )


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise SystemExit(f"Cannot listen on {_url(host, port)}: {error.strerror}.") from None
    # Connections inherit this option; asyncio sets it only on sockets that it creates itself. Without it every response
    # takes 40 ms longer: its body waits until the client has acknowledged its headers.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def _exit_with_parent() -> None:
    # The parent holds the other end of this pipe; the system closes it even if the parent was killed.
    while sys.stdin.buffer.read(1):
        pass
    os._exit(0)


def _end_if_stuck(threads: int, stuck: int) -> None:
    """End, so that the parent process starts the engine again, when as many threads are stuck as there should be."""
    if stuck >= threads:
        print(f"{stuck} threads are stuck: the engine ends, to be started again.", file=sys.stderr, flush=True)
        os._exit(3)


def _ignore(stuck: int) -> None:
    pass


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
