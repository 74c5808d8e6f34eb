"""Reading the settings: first from the command line, then from the environment, then the defaults."""

import os
import sys
from collections.abc import Sequence
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from inference_core.settings.description import EngineSettings, Setting, settings_of
from inference_core.tokens import Secret, trimmed

S = TypeVar("S", bound=EngineSettings)


def read_settings(
    described: type[S],
    arguments: Sequence[str] | None = None,
    *,
    program: str,
    about: str,
    notes: str,
    more: Sequence[click.Parameter] = (),
) -> tuple[S, dict[str, Any]]:
    """The settings from `arguments` (default: the command line) and the environment, and the values of `more`.

    `program`, `about` and `notes` are the name and the first and last paragraph of the help. Ends the process with 0
    after `--help`, and with 2 and a sentence that names the option or variable if a value is not valid.
    """
    settings = settings_of(described)
    options = [_option(setting) for setting in settings if setting.option]
    command = click.Command(program, params=[*more, *options], help=about, epilog=notes)
    try:
        values = command.make_context(program, list(sys.argv[1:] if arguments is None else arguments)).params
    except click.exceptions.Exit as left:
        sys.exit(left.exit_code)
    except click.ClickException as refused:
        click.echo(f"{program}: {refused.format_message()}", err=True)
        sys.exit(refused.exit_code)
    given = {setting.name: values.pop(setting.name) for setting in settings if setting.option}
    return described(**given, **_secrets(settings)), values


def _option(setting: Setting) -> click.Option:
    origin = (setting.variable, f"default {setting.default}")
    return _SettingOption(
        [setting.option],
        type=setting.kind,
        is_flag=setting.value is False,
        default=setting.value,
        envvar=setting.variable or None,
        help=f"{setting.meaning} [{', '.join(filter(None, origin))}]".replace("`", ""),
    )


class _SettingOption(click.Option):
    """An option whose errors name where the value came from: the command-line option or the environment variable."""

    def get_error_hint(self, ctx: click.Context | None) -> str:
        if ctx and self.name and ctx.get_parameter_source(self.name) is ParameterSource.ENVIRONMENT:
            return f"'{self.envvar}'"
        return f"'{self.opts[0]}'"


def _secrets(settings: Sequence[Setting]) -> dict[str, Any]:
    """The settings that cannot be given on the command line, because other users of the machine can read that."""
    secret = {setting.name: trimmed(os.environ.get(setting.variable, "")) for setting in settings if not setting.option}
    return {name: Secret(value) for name, value in secret.items() if value}
