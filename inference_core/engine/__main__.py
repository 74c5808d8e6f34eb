"""`python -m inference_core.engine`: serve the local engine on a port of its own."""

import argparse
import contextlib
import os
import socket
import sys
import threading
from collections.abc import Callable

import uvicorn

from inference_core.engine.catalog import Catalogue, DuplicateModel, builtin_models
from inference_core.engine.limits import Limits
from inference_core.engine.runners.threads import ThreadRunner
from inference_core.engine.server.access import AccessMiddleware, own_hosts
from inference_core.engine.server.app import create_app

KEY_VARIABLE = "INFERENCE_ENGINE_KEY"


def main() -> None:
    """Serve until a signal comes, or until the parent is gone if that was asked for."""
    options = _options()
    if options.leave_with_parent:
        threading.Thread(target=_leave_with_parent, daemon=True).start()
    limits = Limits(
        threads=options.threads,
        waiting=options.queue,
        deadline=options.deadline,
        upload=options.upload,
        pixels=options.pixels,
        audio=options.audio,
        cells=options.cells,
    )
    models = _models()
    runner = ThreadRunner(threads=limits.threads, waiting=limits.waiting, deadline=limits.deadline)
    if options.warm:
        threading.Thread(target=runner.load, args=(models,), daemon=True).start()
    listening = _listen(options.host, options.port)
    port = listening.getsockname()[1]
    key = os.environ.get(KEY_VARIABLE) or None
    if key is None and own_hosts(options.host, port) is None:
        print(f"Anyone who reaches this port may use the engine: set {KEY_VARIABLE} to ask for a key.", file=sys.stderr)
    door = AccessMiddleware(create_app(models, runner, limits), hosts=own_hosts(options.host, port), key=key)
    server = uvicorn.Server(
        uvicorn.Config(door, log_level="warning", access_log=False, timeout_keep_alive=75, timeout_graceful_shutdown=1)
    )
    print(f"Engine ready at {_url(options.host, port)}", flush=True)
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[listening])


def _models() -> Catalogue:
    try:
        return Catalogue(builtin_models())
    except DuplicateModel as error:
        raise SystemExit(str(error)) from None


def _options() -> argparse.Namespace:
    default = Limits()
    parser = argparse.ArgumentParser(
        prog="python -m inference_core.engine",
        description="Small, offline engines behind the routes of the hosted inference API.",
        epilog=f"Set {KEY_VARIABLE} to a key that callers must send as bearer token.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument(
        "--port", type=_whole(0, 65535), default=0, help="port to listen on, 0 for any free one (default)"
    )
    parser.add_argument(
        "--threads", type=_whole(1), default=default.threads, help="requests computed at once (%(default)s)"
    )
    parser.add_argument("--queue", type=_whole(0), default=default.waiting, help="requests that may wait (%(default)s)")
    parser.add_argument(
        "--deadline", type=_seconds, default=default.deadline, help="seconds a request may take (%(default)s)"
    )
    parser.add_argument("--upload", type=_whole(1), default=default.upload, help="bytes of a file (%(default)s)")
    parser.add_argument("--pixels", type=_whole(1), default=default.pixels, help="pixels of a picture (%(default)s)")
    parser.add_argument("--audio", type=_seconds, default=default.audio, help="seconds of a sound (%(default)s)")
    parser.add_argument("--cells", type=_whole(1), default=default.cells, help="cells of a table (%(default)s)")
    parser.add_argument("--warm", action="store_true", help="load every engine now, not when it is first used")
    parser.add_argument("--leave-with-parent", action="store_true", help="end when standard input is closed")
    return parser.parse_args()


def _whole(least: int, most: int | None = None) -> Callable[[str], int]:
    def checked(text: str) -> int:
        if not text.isdecimal() or int(text) < least or (most is not None and int(text) > most):
            bounds = f"from {least} up" if most is None else f"from {least} to {most}"
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number {bounds}")
        return int(text)

    return checked


def _seconds(text: str) -> float:
    with contextlib.suppress(ValueError):
        if (seconds := float(text)) > 0:
            return seconds
    raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds above 0")


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


def _leave_with_parent() -> None:
    # The parent holds the other end of this pipe; the system closes it even if the parent was killed.
    while sys.stdin.buffer.read(1):
        pass
    os._exit(0)


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


if __name__ == "__main__":
    main()
