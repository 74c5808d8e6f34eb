"""The settings of gallery and engine: one statement gives the name, type, check, default and meaning of each."""

import os
from dataclasses import dataclass, field, fields
from typing import Any

import click

from inference_core.media.pictures import MOST_PIXELS
from inference_core.media.sounds import LONGEST
from inference_core.settings.kinds import Amount, BackendName, Number
from inference_core.tokens import Secret

ENGINE_KEY = "INFERENCE_ENGINE_KEY"
"""The variable with the key that callers of an engine must send; no setting, for the gallery makes its own."""

_MEBI, _MEGA = 2**20, 10**6


@dataclass(frozen=True, slots=True)
class Description:
    """What there is to say of a setting beside its name, type and default value.

    `meaning` and `default` are Markdown; without `default` readers see the value. A setting can be given on the command
    line (`option`) and in the environment (`variable`), unless it says otherwise.
    """

    kind: click.ParamType[Any]
    meaning: str
    default: str = ""
    option: bool = True
    variable: bool = True


def _about(kind: click.ParamType[Any], meaning: str, **more: Any) -> dict[str, Description]:
    return {"about": Description(kind, meaning, **more)}


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineSettings:
    """What bounds the local engine, in the units people write: seconds, MiB, megapixels.

    There are more threads than a small machine has cores, so that a quick request does not wait for slow ones.
    """

    timeout: float = field(
        default=120.0,
        metadata=_about(
            Amount("seconds"),
            "Seconds to wait for an answer, or for its next part; the local engine gives up earlier, by 2 % or 1 s, "
            "whichever is more, but never before half the time",
        ),
    )
    threads: int = field(
        default=min(max(4, os.cpu_count() or 4), 16),
        metadata=_about(Number(least=1), "Requests the local engine computes at once", default="the cores, 4 to 16"),
    )
    queue: int = field(
        default=64, metadata=_about(Number(), "Requests that may wait for the local engine; further ones get a 503")
    )
    upload: float = field(
        default=25.0,
        metadata=_about(
            Amount("MiB"), "MiB of a file that is uploaded, or fetched from a URL (at most 100, from a URL 32)"
        ),
    )
    pixels: float = field(
        default=MOST_PIXELS / _MEGA,
        metadata=_about(Amount("megapixels"), "Millions of pixels of a picture, for the local engine"),
    )
    audio: float = field(
        default=LONGEST, metadata=_about(Amount("seconds"), "Seconds of a sound, for the local engine")
    )
    cells: int = field(
        default=20_000,
        metadata=_about(Number(least=1), "Cells of a table of measurements, for the local engine"),
    )

    @property
    def deadline(self) -> float:
        """Seconds after which the engine gives up: before the caller does, who would not learn the reason otherwise."""
        return max(self.timeout - max(1.0, 0.02 * self.timeout), self.timeout / 2)

    @property
    def upload_bytes(self) -> int:
        """`upload` in bytes, at least 1."""
        return max(1, round(self.upload * _MEBI))

    @property
    def pixel_count(self) -> int:
        """`pixels` as a whole number, at least 1."""
        return max(1, round(self.pixels * _MEGA))

    def variables(self) -> dict[str, str]:
        """The environment that gives these settings to an engine."""
        return {setting.variable: str(getattr(self, setting.name)) for setting in settings_of(EngineSettings)}


@dataclass(frozen=True, slots=True, kw_only=True)
class GallerySettings(EngineSettings):
    """What the operator of a gallery decides. `host` and `port` are None where Gradio's own settings decide."""

    backend: str = field(
        default="auto",
        metadata=_about(
            BackendName(),
            "Who answers: `local` (the offline engine), `hosted` (Hugging Face), the URL of an endpoint or server, or "
            "`auto`: hosted when a token is found, else local",
            default="`auto`",
        ),
    )
    host: str | None = field(default=None, metadata=_about(click.STRING, "Address to listen on", default="Gradio's"))
    port: int | None = field(
        default=None, metadata=_about(Number(least=1, most=65535), "Port to listen on", default="Gradio's")
    )
    token: Secret | None = field(
        default=None,
        metadata=_about(
            click.STRING,
            "Hugging Face token, or the key of the server named with `--backend`",
            default="the saved token",
            option=False,
        ),
    )
    open: bool = field(
        default=False,
        metadata=_about(click.BOOL, "Open the gallery in the browser", default="off", variable=False),
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as people see it.

    `option` and `variable` are "" where there is none; `default` and `meaning` are Markdown.
    """

    name: str
    option: str
    variable: str
    kind: click.ParamType[Any]
    value: Any
    default: str
    meaning: str


def settings_of(described: type[EngineSettings]) -> list[Setting]:
    """The settings of gallery or engine; those of the gallery alone come first."""
    engine = {one.name for one in fields(EngineSettings)}
    ordered = sorted(fields(described), key=lambda one: one.name in engine)
    return [_shown(one.name, one.default, one.metadata["about"]) for one in ordered]


def _shown(name: str, value: Any, description: Description) -> Setting:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return Setting(
        name=name,
        option=f"--{name}" if description.option else "",
        variable=f"GALLERY_{name.upper()}" if description.variable else "",
        kind=description.kind,
        value=value,
        default=description.default or text,
        meaning=description.meaning,
    )
