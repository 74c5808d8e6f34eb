"""Signing in with Hugging Face on a Space that has it (`hf_oauth` in README.md): a visitor's token pays for its runs.

Gradio has the routes, and keeps the token in a signed cookie of the visitor's browser, for some hours. The server keeps
none. Because a Space stands in a frame, pages of other sites could have it sent too, so it counts only for what our own
page sends.
"""

import os
import time
from typing import Any

from gradio import Request as GradioRequest
from starlette.requests import HTTPConnection

from inference_core.settings.hosts import name_of
from inference_core.tokens import Secret


def token_of_visitor(request: GradioRequest | HTTPConnection | None) -> Secret | None:
    """The token of the visitor whose browser sent this from our page, None without one that is still valid."""
    asked = request.request if isinstance(request, GradioRequest) else request
    if not isinstance(asked, HTTPConnection) or _is_from_elsewhere(asked):
        return None
    said: Any = asked.scope.get("session", {}).get("oauth_info")
    if not isinstance(said, dict) or not _lasts(said.get("expires_at")):
        return None
    token = said.get("access_token")
    return Secret(token) if isinstance(token, str) and token else None


def _lasts(until: Any) -> bool:
    return until is None or (isinstance(until, int | float) and until > time.time())


def _is_from_elsewhere(asked: HTTPConnection) -> bool:
    """By no header that another site's page could write."""
    names = [asked.headers.get("host", ""), *os.environ.get("SPACE_HOST", "").split(",")]
    origin = asked.headers.get("origin")
    return origin is not None and name_of(origin) not in {name_of(name) for name in names if name}
