"""What a model, a URL and a server are, and which of the caller's headers a URL may see."""

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
_ROUTER = "https://router.huggingface.co"


@dataclass(frozen=True, slots=True, repr=False)
class Server:
    """Where models are called by id: `/models/{id}` below `models`, third-party providers by name below `router`.

    `hub` knows the recommended models (`/api/tasks`) and who serves a model (`/api/models/{id}`); `chats` is the URL
    that answers chat completions for every model. `is_own` says that all of it is one server of the caller's, such as
    the local engine; `has_providers`, that a model whose provider nobody named is looked up in the hub.
    """

    models: str
    hub: str
    router: str
    is_own: bool = False
    has_providers: bool = True

    @property
    def chats(self) -> str:
        return f"{self.router}/v1/chat/completions"

    @property
    def is_off_limits(self) -> bool:
        """Whether these are Hugging Face's servers, which HF_HUB_OFFLINE says not to call."""
        return self.router == _ROUTER and self.models.startswith(_ROUTER) and is_switched_on("HF_HUB_OFFLINE")

    @property
    def own_url(self) -> str | None:
        """The URL of the caller's own server, None where these are Hugging Face's."""
        return self.models if self.is_own else None

    @classmethod
    def hosted(cls) -> "Server":
        """Hugging Face's servers, or those the environment names instead (HF_INFERENCE_ENDPOINT, HF_ENDPOINT)."""
        hub = _base(os.environ.get("HF_ENDPOINT") or "https://huggingface.co")
        if own := os.environ.get("HF_INFERENCE_ENDPOINT"):
            return cls(_base(own), hub, _ROUTER, has_providers=False)
        return cls(f"{_ROUTER}/hf-inference", hub, _ROUTER)

    @classmethod
    def at(cls, url: str) -> "Server":
        """One server that answers all routes of the hosted API, such as the local engine.

        Raises:
            InvalidInputError: `url` is not a URL.
        """
        base = _base(url)
        return cls(base, base, base, is_own=True, has_providers=False)


def check_model(model: str) -> str:
    """`model` without surrounding space, if it is a URL or a well-formed id; raises InvalidInputError otherwise."""
    model = model.strip()
    if is_url(model) or _ADDRESS.fullmatch(model):  # the latter would pass for a model of some provider
        return checked_url(model)
    if not _MODEL_ID.fullmatch(model) or ".." in model:
        raise InvalidInputError("not_a_model", model=model[:120])
    return model


def _base(url: str) -> str:
    return checked_url(url.strip()).rstrip("/")


def chat_url(url: str) -> str:
    """The URL of chat completions of an endpoint, with its query."""
    path = URL(url).raw_path.rstrip("/")
    if path.endswith("/chat/completions"):
        return url
    return below(url, "/chat/completions" if path.endswith("/v1") else "/v1/chat/completions")


@dataclass(frozen=True, slots=True)
class Access:
    """Who the caller is: an explicit token goes wherever the caller points the client, the saved one to known hosts."""

    explicit_token: str | None
    saved_token: str | None
    token_hosts: tuple[str, ...]
    headers: Mapping[str, str]

    def __repr__(self) -> str:
        return "Access(…)"

    @property
    def has_providers_key(self) -> bool:
        """Whether the explicit token is no Hub token: then it is a third-party provider's."""
        return bool(self.explicit_token) and not (self.explicit_token or "").startswith("hf_")

    def headers_for(self, url: str, scheme: str = "Bearer") -> dict[str, str]:
        """The caller's own headers and the token, if `url` may see it and holds no user name and password itself.

        Args:
            scheme: the word before the token.
        """
        return {**self.authorization_for(url, scheme), **self.headers}

    def authorization_for(self, url: str, scheme: str = "Bearer") -> dict[str, str]:
        """As `headers_for`, the token alone."""
        parsed = URL(url)
        token = None if parsed.raw_user is not None else self.explicit_token or self._saved_token_for(parsed)
        return {"Authorization": f"{scheme} {token}"} if token else {}

    def _saved_token_for(self, url: URL) -> str | None:
        if self.saved_token is None or not may_see_saved_token(url.host or "", url.scheme, self.token_hosts):
            return None
        return self.saved_token
