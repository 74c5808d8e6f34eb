"""The settings of the app: command line first, environment second, defaults last."""

import argparse
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from inference_core.engine.limits import Limits
from inference_core.errors import InvalidInputError
from inference_core.routing.server import check_model
from inference_core.tokens import Secret, saved_token
from inference_core.urls import is_url

_MEBI, _MEGA = 2**20, 10**6


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator decided. `host` and `port` are None where Gradio's own settings decide."""

    backend: str = "auto"
    host: str | None = None
    port: int | None = None
    token: Secret | None = None
    timeout: float = 120.0
    open_browser: bool = False
    limits: Limits = field(default_factory=Limits)

    @property
    def chosen_backend(self) -> str:
        """The backend with `auto` decided: `hosted` when there is a token, else `local`."""
        if self.backend != "auto":
            return self.backend
        return "hosted" if self.token or saved_token() else "local"


def read_settings(arguments: Sequence[str] | None = None) -> Settings:
    """The settings from `arguments` (by default the command line) and the environment."""
    given = _parser().parse_args(arguments)
    limits = Limits(
        threads=given.threads,
        waiting=given.queue,
        deadline=given.timeout,
        upload=max(1, round(given.upload * _MEBI)),
        pixels=max(1, round(given.pixels * _MEGA)),
        audio=given.audio,
        cells=given.cells,
    )
    return Settings(
        backend=given.backend,
        host=given.host,
        port=given.port,
        token=given.token,
        timeout=given.timeout,
        open_browser=given.open,
        limits=limits,
    )


def _parser() -> argparse.ArgumentParser:
    limits = Limits()
    parser = argparse.ArgumentParser(
        prog="app.py",
        description="A gallery of inference tasks in the browser.",
        epilog="Every setting but --open can also be an environment variable, named in brackets. A token is read from "
        "GALLERY_TOKEN only, or from where `hf auth login` saves it: command lines are seen by others.",
    )
    parser.set_defaults(token=_secret(os.environ.get("GALLERY_TOKEN")))
    option = _OptionFromEnvironment(parser)
    option(
        "--backend",
        "auto",
        _backend,
        "who answers: local (the offline engine), hosted (Hugging Face), the URL of an endpoint or server, or auto: "
        "hosted when a token is found, else local",
    )
    option("--host", None, str, "address to listen on; Gradio decides when it is not given")
    option("--port", None, _port, "port to listen on; Gradio decides when it is not given")
    option("--timeout", Settings().timeout, _positive(float), "seconds to wait for an answer, or for its next part")
    option("--threads", limits.threads, _positive(int), "requests the local engine computes at once")
    option("--queue", limits.waiting, _positive(int), "requests that may wait for the local engine")
    option("--upload", limits.upload / _MEBI, _positive(float), "MiB of a file that is uploaded, or fetched from a URL")
    option("--pixels", limits.pixels / _MEGA, _positive(float), "millions of pixels of a picture, for the local engine")
    option("--audio", limits.audio, _positive(float), "seconds of a sound, for the local engine")
    option("--cells", limits.cells, _positive(int), "cells of a table of measurements, for the local engine")
    parser.add_argument("--open", action="store_true", help="open the gallery in the browser")
    return parser


class _OptionFromEnvironment:
    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._parser = parser

    def __call__(self, name: str, default: Any, kind: Callable[[str], Any], text: str) -> None:
        variable = f"GALLERY_{name.removeprefix('--').upper()}"
        shown = (
            ""
            if default is None
            else f", default {default:g}"
            if isinstance(default, float)
            else f", default {default}"
        )
        # A default that is a string goes through `kind` too, so that a wrong variable is refused like a wrong option.
        value = os.environ.get(variable) or default
        self._parser.add_argument(name, default=value, type=kind, help=f"{text} [{variable}{shown}]")


def _backend(value: str) -> str:
    if value in ("auto", "local", "hosted"):
        return value
    if not is_url(value):
        raise argparse.ArgumentTypeError(f"{value!r} is neither auto, local or hosted nor a URL")
    try:
        return check_model(value)
    except InvalidInputError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _port(value: str) -> int:
    if not value.isdecimal() or not 0 < int(value) < 2**16:
        raise argparse.ArgumentTypeError(f"{value!r} is not a number from 1 to 65535")
    return int(value)


def _positive(kind: Callable[[str], Any]) -> Callable[[str], Any]:
    def convert(value: str) -> Any:
        try:
            number = kind(value)
        except ValueError:
            number = 0
        if not 0 < number < math.inf:
            raise argparse.ArgumentTypeError(f"{value!r} is not a number above 0")
        return number

    return convert


def _secret(value: str | None) -> Secret | None:
    return Secret(value) if value else None
