"""The settings of gallery and engine: one statement per setting, with name, type, check, default and meaning."""

import os
from dataclasses import dataclass, field, fields
from typing import Any

import click

from inference_core.media.pictures import MAX_PIXELS
from inference_core.media.sounds import MAX_SECONDS
from inference_core.settings.kinds import Amount, BackendName, FilePath, Number, Pace
from inference_core.tokens import Secret

ENGINE_KEY = "INFERENCE_ENGINE_KEY"
"""The environment variable with the key that an engine's callers must send. It is not a setting of the gallery."""

_MEBI, _MEGA = 2**20, 10**6


@dataclass(frozen=True, slots=True)
class Description:
    """What describes a setting besides its name, type and default value.

    `meaning` and `default` are Markdown. If `default` is empty, the default value itself is shown. `option` and
    `variable` say whether the setting can be given on the command line and in the environment.
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
    """The limits of the local engine, in seconds, MiB and megapixels.

    On a small machine there are more threads than cores, so that a quick request does not wait for slow ones.
    """

    timeout: float = field(
        default=120.0,
        metadata=_about(
            Amount("seconds"),
            "Seconds to wait for an answer, or for its next part. The local engine gives up at least 1 s earlier, "
            "so that its reason still arrives",
        ),
    )
    threads: int = field(
        default=min(max(8, os.cpu_count() or 8), 16),
        metadata=_about(
            Number(least=1),
            "Requests that the local engine computes at the same time",
            default="number of cores, 8 to 16",
        ),
    )
    queue: int = field(
        default=64, metadata=_about(Number(), "Requests that may wait for the local engine; any more get a 503")
    )
    upload: float = field(
        default=25.0,
        metadata=_about(
            Amount("MiB"),
            "Maximum MiB of a file that is uploaded or fetched from a URL (not above 100; from a URL, 32)",
        ),
    )
    intake: float = field(
        default=256.0,
        metadata=_about(
            Amount("MiB"), "Maximum MiB of all requests that the local engine holds at once; any more get a 503"
        ),
    )
    pixels: float = field(
        default=MAX_PIXELS / _MEGA,
        metadata=_about(Amount("megapixels"), "Maximum megapixels of a picture"),
    )
    audio: float = field(
        default=MAX_SECONDS, metadata=_about(Amount("seconds"), "Maximum seconds of a sound, for the local engine")
    )
    cells: int = field(
        default=20_000,
        metadata=_about(Number(least=1), "Maximum cells of a table of measurements, for the local engine"),
    )

    models: str = field(
        default="",
        metadata=_about(
            FilePath("default"),
            "A models.toml with models of the Hub, or of folders, that the local engine has besides its own; with "
            "`default` a list that comes along",
            default="none",
        ),
    )
    hosts: str = field(
        default="",
        metadata=_about(
            click.STRING,
            "More host names, with commas between, under which it is called while it listens on loopback, for instance "
            "that of a proxy",
            default="none",
        ),
    )
    log: str = field(
        default="plain",
        metadata=_about(
            click.Choice(["plain", "json"]),
            "`json`: the log is JSON, one object per line; the gallery's has one for each run",
            default="`plain`",
        ),
    )

    @property
    def host_names(self) -> list[str]:
        """`hosts` as a list."""
        return [name.strip() for name in self.hosts.split(",") if name.strip()]

    @property
    def deadline(self) -> float:
        """Seconds until the engine gives up: a little before the caller, so that the caller still gets the reason."""
        return max(self.timeout - max(1.0, 0.02 * self.timeout), self.timeout / 2)

    @property
    def upload_bytes(self) -> int:
        """`upload` in bytes, at least 1."""
        return max(1, round(self.upload * _MEBI))

    @property
    def intake_bytes(self) -> int:
        """`intake` in bytes, at least 1."""
        return max(1, round(self.intake * _MEBI))

    @property
    def pixel_count(self) -> int:
        """`pixels` as a whole number, at least 1."""
        return max(1, round(self.pixels * _MEGA))

    def variables(self) -> dict[str, str]:
        """Environment variables that pass these settings to an engine."""
        return {setting.variable: str(getattr(self, setting.name)) for setting in settings_of(EngineSettings)}


@dataclass(frozen=True, slots=True, kw_only=True)
class GallerySettings(EngineSettings):
    """The settings of a gallery. If `host` and `port` are None, Gradio's variables apply, and then these defaults."""

    backend: str = field(
        default="auto",
        metadata=_about(
            BackendName(),
            "Who answers: `local` (the offline engine), `hosted` (Hugging Face), the URL of an endpoint or server, or "
            "`auto` (hosted if there is a token, else local)",
            default="`auto`",
        ),
    )
    host: str | None = field(default=None, metadata=_about(click.STRING, "Address to listen on", default="127.0.0.1"))
    port: int | None = field(
        default=None,
        metadata=_about(
            Number(least=1, most=65535),
            "Port to listen on. One that is given and taken ends the start; without one, the first free port from 7860 "
            "to 7959 is used",
            default="7860",
        ),
    )
    storage: float = field(
        default=1024.0,
        metadata=_about(
            Amount("MiB"),
            "Maximum MiB of temporary files: what visitors upload and models make. If there are more, the oldest are "
            "deleted before their hour is over, but none of the last two minutes. If there is twice as much, uploads "
            "get a 507 until some are deleted",
        ),
    )
    runs: int | None = field(
        default=None,
        metadata=_about(
            Number(),
            "Runs of one visitor at the same time, 0 for any number. Any more wait on the page; programs get a 429",
            default="8; on loopback, without `--trust-proxy`, any number",
        ),
    )
    rate: int | None = field(
        default=None,
        metadata=_about(
            Number(),
            "Runs of one visitor per minute: so many at once, which then come back evenly; 0 for any number. Any more "
            "wait on the page, batches are slowed down, and programs get a 429",
            default="120; on loopback, without `--trust-proxy`, any number",
        ),
    )
    calls: int = field(
        default=0,
        metadata=_about(
            Number(),
            "Calls per day (UTC) that visitors may make with your token, 0 for any number. It counts from the start",
        ),
    )
    trust_proxy: int = field(
        default=0,
        metadata=_about(
            Number(most=10),
            "How many proxies there are in front of the gallery, each of which adds to `X-Forwarded-For`",
        ),
    )
    drain: float = field(
        default=20.0,
        metadata=_about(
            Amount("seconds"), "Maximum seconds that runs may go on after SIGTERM, while new ones are told to come back"
        ),
    )
    history: bool = field(
        default=True,
        metadata=_about(
            click.BOOL,
            "`off`: visitors get no list of their runs. Otherwise their own browser keeps one, and nobody else",
            default="`on`",
        ),
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
    tour: str = field(
        default="",
        metadata=_about(
            FilePath(),
            "A TOML file with the steps that `?tour=` walks through",
            default="one of five minutes",
        ),
    )
    operator_key: Secret | None = field(
        default=None,
        metadata=_about(
            click.STRING,
            "The key of the operator's views at `/operator`, 16 characters or more. Without it they are closed, unless "
            "a terminal shows a new key at each start",
            default="none",
            option=False,
        ),
    )
    auth: Secret | None = field(
        default=None,
        metadata=_about(
            click.STRING,
            "Who may use the gallery: `name:password`, one in a line, or the path of a file with such lines",
            default="everybody",
            option=False,
        ),
    )
    record: str = field(
        default="",
        metadata=_about(
            click.STRING,
            "A new file that gets what the operator's runs send and receive, for `--replay`",
            default="none",
        ),
    )
    record_visitors: bool = field(
        default=False,
        metadata=_about(click.BOOL, "Record the runs of all visitors, and tell them", default="off"),
    )
    replay: str = field(
        default="",
        metadata=_about(click.STRING, "A recording that answers, in place of any model", default="none"),
    )
    replay_fallback: bool = field(
        default=False,
        metadata=_about(click.BOOL, "The local engine answers what was not recorded", default="off"),
    )
    pace: float = field(
        default=1.0,
        metadata=_about(Pace(), "How many times the recorded time a replayed answer takes; 0 is at once"),
    )
    open: bool = field(
        default=False,
        metadata=_about(click.BOOL, "Open the gallery in the browser", default="off", variable=False),
    )

    @property
    def storage_bytes(self) -> int:
        """`storage` in bytes."""
        return round(self.storage * _MEBI)


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as shown in the help and the README.

    `option` and `variable` are "" if there is none; `default` and `meaning` are Markdown.
    """

    name: str
    option: str
    variable: str
    kind: click.ParamType[Any]
    value: Any
    default: str
    meaning: str


def settings_of(described: type[EngineSettings]) -> list[Setting]:
    """The settings of the gallery or the engine; those only for the gallery come first."""
    engine = {one.name for one in fields(EngineSettings)}
    ordered = sorted(fields(described), key=lambda one: one.name in engine)
    return [_shown(one.name, one.default, one.metadata["about"]) for one in ordered]


def _shown(name: str, value: Any, description: Description) -> Setting:
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return Setting(
        name=name,
        option=f"--{name.replace('_', '-')}" if description.option else "",
        variable=f"GALLERY_{name.upper()}" if description.variable else "",
        kind=description.kind,
        value=value,
        default=description.default or text,
        meaning=description.meaning,
    )
