"""The settings of the app, and which backend they mean."""

from collections.abc import Sequence

from inference_core.settings import command_line
from inference_core.settings.description import GallerySettings
from inference_core.tokens import saved_token


def read_settings(arguments: Sequence[str] | None = None) -> GallerySettings:
    """The settings from `arguments` (by default the command line) and the environment; exits if one is refused."""
    settings, _ = command_line.read_settings(
        GallerySettings,
        arguments,
        program="app.py",
        about="A gallery of inference tasks in the browser.",
        notes="A token is read from GALLERY_TOKEN only, or from where `hf auth login` saves it: command lines are seen "
        "by others.",
    )
    return settings


def chosen_backend(settings: GallerySettings) -> str:
    """The backend with `auto` decided: `hosted` when there is a token, else `local`."""
    if settings.backend != "auto":
        return settings.backend
    return "hosted" if settings.token or saved_token() else "local"
