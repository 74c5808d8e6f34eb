"""Serve the local engine on its own port, as the command line says."""

import contextlib
import os
import socket
import sys
import threading
from typing import Any

import click
import uvicorn

from inference_core.engine.catalog import Catalogue, UnusableCatalogue, builtin_models
from inference_core.engine.limits import Limits, limits_of
from inference_core.engine.runners.threads import ThreadRunner
from inference_core.engine.server.access import AccessMiddleware, own_hosts
from inference_core.engine.server.app import create_app
from inference_core.settings.command_line import read_settings
from inference_core.settings.description import ENGINE_KEY, EngineSettings
from inference_core.settings.kinds import Number


def main() -> None:
    """Serve until a signal arrives or, with `--leave-with-parent`, until the parent process ends."""
    limits, options = _limits_and_options()
    if options["leave_with_parent"]:
        threading.Thread(target=_exit_with_parent, daemon=True).start()
    models = _models()
    runner = ThreadRunner(threads=limits.threads, waiting=limits.waiting, deadline=limits.deadline)
    if options["warm"]:
        installed = [model for model in models if model.missing() is None]
        threading.Thread(target=runner.load, args=(installed,), daemon=True).start()
    host = options["host"]
    listening = _listen(host, options["port"])
    port = listening.getsockname()[1]
    key = os.environ.get(ENGINE_KEY) or None
    if key is None and own_hosts(host, port) is None:
        print(f"Anyone who can reach this port can use the engine. Set {ENGINE_KEY} to require a key.", file=sys.stderr)
    door = AccessMiddleware(create_app(models, runner, limits), hosts=own_hosts(host, port), key=key)
    server = uvicorn.Server(
        uvicorn.Config(door, log_level="warning", access_log=False, timeout_keep_alive=75, timeout_graceful_shutdown=1)
    )
    print(f"Engine ready at {_url(host, port)}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])


def _models() -> Catalogue:
    try:
        return Catalogue(builtin_models())
    except UnusableCatalogue as error:
        raise SystemExit(str(error)) from None


def _limits_and_options() -> tuple[Limits, dict[str, Any]]:
    settings, options = read_settings(
        EngineSettings,
        program="python -m inference_core.engine",
        about="Serve small models on this machine, offline, with the routes of the hosted inference API.",
        notes=f"Set {ENGINE_KEY} to a key that callers must send as a bearer token.",
        more=[
            click.Option(["--host"], default="127.0.0.1", help="Address to listen on [default 127.0.0.1]"),
            click.Option(
                ["--port"], type=Number(most=65535), default=0, help="Port to listen on [default 0: any free one]"
            ),
            click.Option(["--warm"], is_flag=True, help="Load every model at start, not on its first request"),
            click.Option(["--leave-with-parent"], is_flag=True, help="End when standard input is closed"),
        ],
    )
    return limits_of(settings), options


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        raise SystemExit(f"Cannot listen on {_url(host, port)}: {error.strerror}.") from None
    # Connections inherit it. asyncio sets it only on sockets it has made itself, and without it every answer, which
    # goes out as a head and a body, waits 40 ms for the acknowledgement of its head.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def _exit_with_parent() -> None:
    # The parent holds the other end of this pipe; the system closes it even if the parent was killed.
    while sys.stdin.buffer.read(1):
        pass
    os._exit(0)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
