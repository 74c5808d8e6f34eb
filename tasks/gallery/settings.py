"""The settings of the app, and which backend they mean."""

import sys
from collections.abc import Sequence

import click

from inference_core.settings import command_line
from inference_core.settings.description import GallerySettings
from inference_core.tokens import saved_token
from tasks.gallery.rehearsal.plan import OPTIONS, Plan, plan_of


def read_settings(arguments: Sequence[str] | None = None) -> GallerySettings:
    """The settings from `arguments` (by default the command line) and the environment; exits if one is refused."""
    return read_command(arguments)[0]


def read_command(arguments: Sequence[str] | None = None) -> tuple[GallerySettings, Plan | None]:
    """The settings, and what is to be rehearsed in place of serving the page; exits if something is refused."""
    settings, others = command_line.read_settings(
        GallerySettings,
        arguments,
        program="app.py",
        about="A gallery of inference tasks in the browser.",
        notes="A token is read from GALLERY_TOKEN only, or from where `hf auth login` saves it, the operator's key "
        "from GALLERY_OPERATOR_KEY, and a team's passwords from GALLERY_AUTH: command lines are seen by others.",
        more=OPTIONS,
    )
    try:
        _check_together(settings)
        plan = plan_of(others)
        if plan is None:
            _check_operator(settings)
        return settings, plan
    except click.UsageError as refused:
        click.echo(f"app.py: {refused.message}", err=True)
        sys.exit(2)


def _check_together(settings: GallerySettings) -> None:
    if settings.models and settings.backend not in ("auto", "local"):
        raise click.UsageError("--models is for the local engine: use it without --backend, or with --backend local.")
    if settings.replay and settings.backend != "auto":
        raise click.UsageError("--replay answers in place of a backend: use it without --backend.")
    if settings.replay and settings.record:
        raise click.UsageError("A replay cannot be recorded: use --replay without --record.")
    if settings.record_visitors and not settings.record:
        raise click.UsageError("--record-visitors needs --record FILE, which says where to.")
    if settings.replay_fallback and not settings.replay:
        raise click.UsageError("--replay-fallback needs --replay FILE, which says what is replayed.")


def _check_operator(settings: GallerySettings) -> None:
    """Without a key nobody can be the operator, and at a terminal a new one is shown."""
    if settings.record and not settings.record_visitors and not settings.operator_key and not sys.stdout.isatty():
        raise click.UsageError(
            "--record keeps the operator's runs: set GALLERY_OPERATOR_KEY, with which you sign in at /operator."
        )


def chosen_backend(settings: GallerySettings) -> str:
    """The backend with `auto` decided: `local` with models of one's own, else `hosted` when there is a token."""
    if settings.backend != "auto":
        return settings.backend
    if settings.models:
        return "local"
    return "hosted" if settings.token or saved_token() else "local"
