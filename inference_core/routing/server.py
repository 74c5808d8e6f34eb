"""Models, URLs and servers, and which of the caller's headers may be sent to a URL."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from yarl import URL

from inference_core.environment import is_switched_on
from inference_core.errors import InvalidInputError
from inference_core.tokens import may_see_saved_token
from inference_core.urls import below, checked_url, is_url

_ADDRESS = re.compile(r"(localhost|.*:[0-9]+)(/.*)?")
_MODEL_ID = re.compile(r"[\w.-]{1,96}(/[\w.-]{1,96})?(:[\w.-]{1,48})?")
_VERSION = re.compile(r"v[0-9]+(\.[0-9]+)*((alpha|beta|preview)[0-9]*)?", re.ASCII)
_DEPLOYMENTS = "/openai/deployments/"
_ROUTER = "https://router.huggingface.co"


@dataclass(frozen=True, slots=True, repr=False)
class Server:
    """The server that is called for model ids: `{models}/models/{id}`, and `{router}/{provider}` for third parties.

    `hub` knows the recommended models (`/api/tasks`) and who serves a model (`/api/models/{id}`). `chats` is the URL
    for chat completions of any model. `is_own` means that all of these are one server of the caller's, such as the
    local engine. `has_providers` means that the Hub is asked for a provider if the caller named none. `is_replayed`
    means that a recording answers in place of all of these.
    """

    models: str
    hub: str
    router: str
    is_own: bool = False
    has_providers: bool = True
    is_replayed: bool = False

    @property
    def chats(self) -> str:
        return f"{self.router}/v1/chat/completions"

    @property
    def is_off_limits(self) -> bool:
        """Whether these are Hugging Face's servers while HF_HUB_OFFLINE forbids calling them."""
        if self.is_replayed:
            return False
        return self.router == _ROUTER and self.models.startswith(_ROUTER) and is_switched_on("HF_HUB_OFFLINE")

    @property
    def own_url(self) -> str | None:
        """The URL of the caller's own server, None for Hugging Face's."""
        return self.models if self.is_own else None

    @classmethod
    def hosted(cls) -> "Server":
        """Hugging Face's servers, or those named in the environment (HF_INFERENCE_ENDPOINT, HF_ENDPOINT)."""
        hub = _base(os.environ.get("HF_ENDPOINT") or "https://huggingface.co")
        if own := os.environ.get("HF_INFERENCE_ENDPOINT"):
            return cls(_base(own), hub, _ROUTER, has_providers=False)
        return cls(f"{_ROUTER}/hf-inference", hub, _ROUTER)

    @classmethod
    def at(cls, url: str) -> "Server":
        """A server that answers all routes of the hosted API, such as the local engine.

        Raises:
            InvalidInputError: `url` is not a URL.
        """
        base = _base(url)
        return cls(base, base, base, is_own=True, has_providers=False)


def check_model(model: str) -> str:
    """`model` without surrounding spaces; raises InvalidInputError if it is not a URL or a valid model id."""
    model = model.strip()
    if is_url(model) or _ADDRESS.fullmatch(model):  # `host:port` also looks like `model:provider`
        return checked_url(model)
    if not _MODEL_ID.fullmatch(model) or ".." in model:
        raise InvalidInputError("not_a_model", model=model[:120])
    return model


def _base(url: str) -> str:
    return checked_url(url.strip()).rstrip("/")


def chat_url(url: str) -> str:
    """The URL for chat completions of an endpoint, with its query.

    A path that ends in `/chat/completions` stays. A version in its last or last but one segment, or one of Azure's
    deployments, means that the rest of the path belongs to the server's own API.
    """
    path = URL(url).raw_path.rstrip("/")
    if path.endswith("/chat/completions"):
        return url
    is_versioned = any(_VERSION.fullmatch(segment) for segment in path.split("/")[-2:])
    return below(url, "/chat/completions" if is_versioned or _DEPLOYMENTS in path else "/v1/chat/completions")


@dataclass(frozen=True, slots=True)
class Access:
    """The caller's tokens and headers. An explicit token is sent to any server, the saved token to known hosts only."""

    explicit_token: str | None
    saved_token: str | None
    token_hosts: tuple[str, ...]
    headers: Mapping[str, str]

    def __repr__(self) -> str:
        return "Access(…)"

    @property
    def has_provider_key(self) -> bool:
        """Whether the explicit token is a third-party provider's key, that is, not a Hub token."""
        return bool(self.explicit_token) and not (self.explicit_token or "").startswith("hf_")

    def headers_for(self, url: str, scheme: str = "Bearer") -> dict[str, str]:
        """The caller's own headers, and the token if `url` may get it and has no user name and password of its own.

        Args:
            scheme: the word before the token, such as "Bearer".
        """
        return {**self.authorization_for(url, scheme), **self.headers}

    def authorization_for(self, url: str, scheme: str = "Bearer") -> dict[str, str]:
        """As `headers_for`, but only the token."""
        parsed = URL(url)
        token = None if parsed.raw_user is not None else self.explicit_token or self._saved_token_for(parsed)
        return {"Authorization": f"{scheme} {token}"} if token else {}

    def _saved_token_for(self, url: URL) -> str | None:
        if self.saved_token is None or not may_see_saved_token(url.host or "", url.scheme, self.token_hosts):
            return None
        return self.saved_token
