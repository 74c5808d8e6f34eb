"""Start the local engine with the options of the command line."""

import contextlib
import os
import sys
import threading
from functools import partial
from typing import Any

import click
import uvicorn

from inference_core.engine.added import Added, added_models
from inference_core.engine.catalog import Catalogue, UnusableCatalogue, builtin_models
from inference_core.engine.limits import limits_of
from inference_core.engine.runners.lanes import IDLE, LaneRunner
from inference_core.engine.server.access import AccessMiddleware, loopback_hosts
from inference_core.engine.server.app import create_app
from inference_core.json_log import log_as_json
from inference_core.parent import end_with_parent
from inference_core.settings.command_line import read_settings
from inference_core.settings.description import ENGINE_KEY, EngineSettings
from inference_core.settings.hosts import name_of
from inference_core.settings.kinds import Number
from inference_core.settings.listening import listen, server_url
from inference_core.tokens import trimmed


def main() -> None:
    """Serve until a signal arrives or, with `--leave-with-parent`, until the parent process ends."""
    settings, options = _settings_and_options()
    if settings.log == "json":
        log_as_json()
    limits = limits_of(settings)
    if options["leave_with_parent"]:
        end_with_parent()
    added = added_models(settings.models, options["ray"], limits)
    models = _catalogue(added)
    lanes = LaneRunner(
        limits,
        # An engine that loads its models at startup keeps them, so that no visitor waits for them.
        idle=None if options["warm"] else IDLE,
        memory=added.memory,
        on_stuck=partial(_end_if_stuck, limits.threads) if options["leave_with_parent"] else _ignore,
    )
    if options["warm"]:
        installed = [model for model in models if model.missing() is None]
        threading.Thread(target=lanes.load, args=(installed,), daemon=True).start()
    runner = added.started(lanes)
    host = options["host"]
    listener = listen(host, options["port"])
    port = listener.getsockname()[1]
    key = trimmed(os.environ.get(ENGINE_KEY, "")) or None
    if key is None and loopback_hosts(host, port) is None:
        print(f"Anyone who can reach this port can use the engine. Set {ENGINE_KEY} to require a key.", file=sys.stderr)
    names = frozenset(map(name_of, settings.host_names))
    app = AccessMiddleware(create_app(models, runner, limits), loopback_hosts(host, port), key, names)
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", access_log=False, timeout_keep_alive=75, timeout_graceful_shutdown=1)
    )
    print(f"Engine ready at {server_url(host, port)}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


def _catalogue(added: Added) -> Catalogue:
    try:
        return Catalogue([*added.models, *builtin_models()])
    except UnusableCatalogue as error:
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
            click.Option(
                ["--ray"],
                is_flag=False,
                flag_value="",
                metavar="[ADDRESS]",
                help="Run the models of --models on the Ray cluster at this address, or on a new one of this machine",
            ),
            click.Option(["--warm"], is_flag=True, help="Load every model at startup, not on first use"),
            click.Option(["--leave-with-parent"], is_flag=True, help="Stop when standard input is closed"),
        ],
    )


def _end_if_stuck(threads: int, stuck: int) -> None:
    """End, so that the parent process starts the engine again, when as many threads are stuck as there should be."""
    if stuck >= threads:
        print(f"{stuck} threads are stuck: the engine ends, to be started again.", file=sys.stderr, flush=True)
        os._exit(3)


def _ignore(stuck: int) -> None:
    pass
