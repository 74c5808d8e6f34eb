"""Serve a recording with the options of the command line."""

import asyncio
import contextlib
import os
from pathlib import Path
from typing import Any

import click

from inference_core.errors import CodedError
from inference_core.parent import end_with_parent
from inference_core.replay.server import Replay, serve
from inference_core.settings.command_line import read_settings
from inference_core.settings.description import ENGINE_KEY, EngineSettings
from inference_core.settings.hosts import name_of
from inference_core.settings.kinds import Number, Pace
from inference_core.settings.listening import listen, server_url
from inference_core.tokens import trimmed


def main() -> None:
    """Serve until a signal arrives or, with `--leave-with-parent`, until the parent process ends."""
    settings, options = _settings_and_options()
    if options["leave_with_parent"]:
        end_with_parent()
    try:
        fallback = settings if options["replay_fallback"] else None
        replay = Replay(Path(options["file"]), pace=options["pace"], fallback=fallback)
    except CodedError as error:
        raise SystemExit(error.explain()) from None
    with contextlib.closing(replay), contextlib.suppress(KeyboardInterrupt):
        _serve(replay, settings, options["host"], options["port"])


def _serve(replay: Replay, settings: EngineSettings, host: str, port: int) -> None:
    listener = listen(host, port)
    key = trimmed(os.environ.get(ENGINE_KEY, "")) or None
    names = frozenset(map(name_of, settings.host_names))
    print(f"Replay ready at {server_url(host, listener.getsockname()[1])}", flush=True)
    asyncio.run(serve(replay, listener, host, key, names))


def _settings_and_options() -> tuple[EngineSettings, dict[str, Any]]:
    return read_settings(
        EngineSettings,
        program="python -m inference_core.replay",
        about="Give the answers of a recording, behind the routes where they were recorded.",
        notes=f"Set {ENGINE_KEY} to a key that callers must send as a bearer token. The other options are for the "
        "engine of --replay-fallback.",
        more=[
            click.Argument(["file"], type=click.Path()),
            click.Option(["--host"], default="127.0.0.1", help="Address to listen on [default 127.0.0.1]"),
            click.Option(
                ["--port"], type=Number(most=65535), default=0, help="Port to listen on [default 0: any free one]"
            ),
            click.Option(
                ["--pace"],
                type=Pace(),
                default=1.0,
                help="How many times the recorded time an answer takes [default 1; 0: at once]",
            ),
            click.Option(["--replay-fallback"], is_flag=True, help="The local engine answers what was not recorded"),
            click.Option(["--leave-with-parent"], is_flag=True, help="Stop when standard input is closed"),
        ],
    )
