"""Task + model -> URL, and which of the caller's headers go there."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from yarl import URL

from inference_core.credentials import may_see_saved_token, safe_url
from inference_core.errors import InvalidInputError

_MODEL_ID = re.compile(r"[\w.-]{1,96}(/[\w.-]{1,96})?(:[\w.-]{1,48})?")
_ROUTER = "https://router.huggingface.co"
_OWN_PROVIDERS = (None, "auto", "hf-inference")


@dataclass(frozen=True, slots=True, repr=False)
class Server:
    """Where models are called by id: `/models/{id}` below `models`, the recommended ones in `/api/tasks` below `hub`.

    `chat` is the URL that answers chat completions for every model, None where each model has its own.
    """

    models: str
    hub: str
    chat: str | None = None

    @classmethod
    def hosted(cls, provider: str | None = None) -> "Server":
        """Hugging Face's servers, or those the environment names instead (HF_INFERENCE_ENDPOINT, HF_ENDPOINT)."""
        hub = _base(os.environ.get("HF_ENDPOINT") or "https://huggingface.co")
        if own := os.environ.get("HF_INFERENCE_ENDPOINT"):
            return cls(_base(own), hub)
        chat = None if provider == "hf-inference" else f"{_ROUTER}/v1/chat/completions"
        return cls(f"{_ROUTER}/hf-inference", hub, chat)

    @classmethod
    def at(cls, url: str) -> "Server":
        """One server that answers all routes of the hosted API, such as the local engine.

        Raises:
            InvalidInputError: `url` is none.
        """
        base = _base(url)
        return cls(base, base)


def is_url(model: str) -> bool:
    """Whether a model is given by the URL of its endpoint rather than by its id."""
    return model.lower().startswith(("http://", "https://"))


def shown_model(model: str) -> str:
    """The model as a message may show it: an id as it is, a URL without its secrets."""
    return safe_url(model) if is_url(model) else model


def check_model(model: str) -> str:
    """`model` without surrounding space, if it is a URL or a well-formed id; raises InvalidInputError otherwise."""
    model = model.strip()
    if is_url(model):
        return checked_url(model)
    if not _MODEL_ID.fullmatch(model) or ".." in model:
        raise InvalidInputError(
            f"{model[:120]!r} is no model: give an id like 'organisation/name' or a URL that starts with https://."
        )
    return model


def checked_url(url: str) -> str:
    """`url`, if it is an http(s) URL with a host; raises InvalidInputError otherwise."""
    try:
        if is_url(url) and URL(url).host:
            return url
    except ValueError:
        pass
    raise InvalidInputError(f"{safe_url(url)} is not a URL that can be called: give one like https://example.com/path.")


def _base(url: str) -> str:
    return checked_url(url.strip()).rstrip("/")


def model_url(server: Server, model: str, pipeline: str | None = None) -> str:
    """The URL that answers for `model`; `pipeline` names the task where one model serves several."""
    if is_url(model):
        return model
    path = f"{server.models}/models/{quote(model)}"
    return f"{path}/pipeline/{pipeline}" if pipeline else path


def chat_url(server: Server, model: str) -> str:
    """The URL of chat completions for `model`, keeping the query of an endpoint's URL."""
    if not is_url(model) and server.chat:
        return server.chat
    url = URL(model_url(server, model))
    path = url.raw_path.rstrip("/")
    if path.endswith("/chat/completions"):
        return str(url)
    ending = "/chat/completions" if path.endswith("/v1") else "/v1/chat/completions"
    return str(url.with_path(path + ending, encoded=True, keep_query=True))


def chat_model_field(model: str, provider: str | None) -> str:
    """The `model` field of a chat request, never empty: the id (`id:provider` for another provider) or a stand-in."""
    if is_url(model):
        return "endpoint"
    return model if provider in _OWN_PROVIDERS or ":" in model else f"{model}:{provider}"


def check_provider(provider: str | None) -> None:
    """Raise InvalidInputError unless tasks other than chat can be sent to `provider`."""
    if provider not in _OWN_PROVIDERS:
        raise InvalidInputError(
            f"Provider {provider!r} is supported for chat completions only; "
            "leave provider out (or say 'hf-inference') for this task."
        )


@dataclass(frozen=True, slots=True)
class Access:
    """Who the caller is: an explicit token goes wherever the caller points the client, the saved one to known hosts."""

    explicit_token: str | None
    saved_token: str | None
    token_hosts: tuple[str, ...]
    headers: Mapping[str, str]

    def __repr__(self) -> str:
        return "Access(…)"

    def headers_for(self, url: str) -> dict[str, str]:
        """The caller's own headers and the token, if `url` may see it and holds no user name and password itself."""
        parsed = URL(url)
        token = None if parsed.raw_user is not None else self.explicit_token or self._saved_token_for(parsed)
        return {"Authorization": f"Bearer {token}", **self.headers} if token else dict(self.headers)

    def _saved_token_for(self, url: URL) -> str | None:
        may = may_see_saved_token(url.host or "", url.scheme, self.token_hosts)
        return self.saved_token if may else None
