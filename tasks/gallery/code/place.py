"""Where the call of a snippet goes: always to what its reader can reach."""

from dataclasses import dataclass
from typing import Literal

from inference_core.urls import is_url, safe_model
from tasks.gallery.backend import ENGINE

PAGE = "http://this-page.invalid"
"""Stands for the page's address, which only the browser knows; code.js puts it in."""


@dataclass(frozen=True, slots=True)
class Place:
    """The model, and the server that has it.

    `kind` is that of the page's backend, or "url" if the model itself is a URL. `endpoint` is a server with the routes
    of the hosted API, None for Hugging Face and for models by URL.
    """

    kind: Literal["local", "hosted", "server", "url"]
    model: str
    endpoint: str | None = None

    @property
    def needs_token(self) -> bool:
        return self.kind == "hosted"


def place_of(kind: Literal["local", "hosted", "server"], model: str, address: str | None) -> Place:
    """Where a model is that a backend of this kind has; `address` is that of a server of the operator's."""
    if is_url(model):
        return Place("url", safe_model(model))
    return Place(kind, model, f"{PAGE}{ENGINE.rstrip('/')}" if kind == "local" else address)
