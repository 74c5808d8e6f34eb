"""The asynchronous client: one short method per task, with the signatures of huggingface_hub's client."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from http.cookies import CookieError, SimpleCookie
from inspect import iscoroutinefunction
from types import TracebackType
from typing import Literal, Self

from inference_core.errors import InvalidInputError
from inference_core.http.on_demand import TransportOnDemand
from inference_core.http.record import Observer, Recorder
from inference_core.http.request import OnWait
from inference_core.methods.audio import AudioTasks
from inference_core.methods.base import MADE_OF_OPTIONS
from inference_core.methods.endpoint import Endpoints
from inference_core.methods.generation import GenerativeTasks
from inference_core.methods.ignored_arguments import IgnoredArguments
from inference_core.methods.multimodal import MultimodalTasks
from inference_core.methods.tabular import TabularTasks
from inference_core.methods.text import LanguageTasks
from inference_core.methods.vision import VisionTasks
from inference_core.routing.hub import HubCache
from inference_core.routing.options import Options
from inference_core.routing.server import Access, Server, check_model
from inference_core.tokens import saved_token, trimmed
from inference_core.urls import checked_url, safe_model


class AsyncInferenceClient(
    AudioTasks, VisionTasks, MultimodalTasks, GenerativeTasks, LanguageTasks, TabularTasks, Endpoints
):
    """Calls inference models over HTTP: hosted ones by id, any endpoint by URL.

    Without arguments it calls Hugging Face's hosted API, with the recommended model for each task. It keeps one aiohttp
    session per event loop, opened on first use. Close it with `async with` or `close()`; otherwise it closes together
    with its loop. Every method raises the errors of `inference_core.errors`.

    Args:
        model: model id (`organisation/name`) or URL of an endpoint, for every call that does not name another.
        provider: who serves the model: "hf-inference", or a third party such as "fal-ai" (`inference_core.providers`).
            With None or "auto" the Hub decides, in the order of the caller's settings there. A third party is called
            through Hugging Face's router, or directly if the token is the third party's own key.
        token: sent as bearer token to whatever server this client calls. The default is the saved token (HF_TOKEN, or
            the file that `hf auth login` writes), which is only sent to Hugging Face and `token_hosts`. False sends
            none.
        timeout: seconds for a whole call, including look-ups and waiting. For a stream: seconds until it begins, then
            seconds between two events. None waits forever.
        headers, cookies: sent with every call, but not to another origin after a redirect.
        bill_to: organisation that pays for hosted calls.
        base_url, api_key: other names for `model` and `token`, as in openai's client.
        endpoint: base URL of a server that answers the hosted API's routes (`/models/{id}`, `/api/tasks`) and is called
            instead of Hugging Face, such as the local engine.
        token_hosts: more hosts that may get the saved token (`example.com`, `*.example.com`).
        on_wait: called before every wait with the reason ("loading", "rate limit", "reconnecting", "queue") and the
            length in seconds, in the loop's thread.
        max_connections: how many calls run at once; the others wait.
        replay: base URL of a recording (`python -m inference_core.replay`) that answers in place of every server. It
            gets no token and no headers of yours.
    """

    def __init__(
        self,
        model: str | None = None,
        *,
        provider: str | None = None,
        token: str | Literal[False] | None = None,
        timeout: float | None = None,
        headers: Mapping[str, str] | None = None,
        cookies: Mapping[str, str] | None = None,
        bill_to: str | None = None,
        base_url: str | None = None,
        api_key: str | None = None,
        endpoint: str | None = None,
        token_hosts: Collection[str] = (),
        on_wait: OnWait | None = None,
        max_connections: int = 500,
        replay: str | None = None,
    ) -> None:
        if model is not None and base_url is not None:
            raise InvalidInputError("two_names_for_model")
        if token is not None and api_key is not None:
            raise InvalidInputError("two_names_for_token")
        if isinstance(token, bool) and token:
            raise TypeError("token must be a string, None or False.")
        if base_url is not None and endpoint is not None:
            raise InvalidInputError("two_places")
        if base_url is not None:
            base_url = checked_url(base_url.strip())
        if replay is not None:
            replay = checked_url(replay.strip())
        if max_connections < 1:
            raise InvalidInputError("bad_max_connections")
        # An empty token is never sent, and it keeps the saved one from being sent.
        explicit = "" if token is False else token if token is not None else api_key
        explicit = trimmed(explicit) if isinstance(explicit, str) else explicit
        own_headers = _own_headers(headers, cookies, bill_to)
        _check_sendable(*own_headers, *own_headers.values(), explicit or "")
        chosen = model if model is not None else base_url
        self._shared_transport = TransportOnDemand(max_connections, replay)
        self._hub_cache = HubCache()
        self._ignored_arguments = IgnoredArguments()
        self._options = Options(
            model=None if chosen is None else check_model(chosen),
            provider=provider,
            timeout=_checked_timeout(timeout),
            server=replace(Server.at(endpoint) if endpoint else Server.hosted(), is_replayed=replay is not None),
            access=Access(
                explicit_token=explicit,
                saved_token=saved_token() if explicit is None else None,
                token_hosts=tuple(token_hosts),
                headers=own_headers,
            ),
            on_wait=_checked_callback(on_wait),
        )

    def with_options(
        self,
        *,
        model: str | None = None,
        timeout: float | None = None,
        endpoint: str | None = None,
        on_wait: OnWait | None = None,
        observer: Observer | None = None,
        recorder: Recorder | None = None,
        guard_urls: bool | None = None,
        hub_token: str | None = None,
    ) -> Self:
        """A copy of the client with some options changed. It shares the session, so it does not need to be closed.

        Args:
            model, timeout, endpoint, on_wait: as in the constructor; None keeps the current value.
            observer: called with the record of every HTTP exchange.
            recorder: called before every attempt of every HTTP request, such as a `FileRecorder`.
            guard_urls: whether models and files given by URL come from people who are not trusted. Such a URL is only
                called if its address is public, and without token, headers or proxy.
            hub_token: somebody's Hugging Face token, in place of the client's. Like a saved token it is only sent to
                Hugging Face and `token_hosts`.
        """
        present = self._options
        changed = object.__new__(type(self))
        changed.__dict__.update(
            {name: value for name, value in dict(self.__dict__).items() if name not in MADE_OF_OPTIONS}
        )
        changed._options = replace(
            present,
            model=present.model if model is None else check_model(model),
            timeout=present.timeout if timeout is None else _checked_timeout(timeout),
            server=present.server
            if endpoint is None
            else replace(Server.at(endpoint), is_replayed=present.server.is_replayed),
            access=present.access if hub_token is None else _checked_access(present.access, hub_token),
            on_wait=present.on_wait if on_wait is None else _checked_callback(on_wait),
            observer=present.observer if observer is None else observer,
            recorder=present.recorder if recorder is None else recorder,
            guard_urls=present.guard_urls if guard_urls is None else guard_urls,
        )
        return changed

    @property
    def model(self) -> str | None:
        """The model of every call that does not name another."""
        return self._options.model

    @property
    def timeout(self) -> float | None:
        """Seconds for a whole call, None for no limit."""
        return self._options.timeout

    @property
    def provider(self) -> str | None:
        """Who serves the models, as given to the constructor."""
        return self._options.provider

    async def close(self) -> None:
        """Close the session of the running loop. The next call opens a new one."""
        await self._shared_transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"<AsyncInferenceClient(model={safe_model(self.model or '')!r}, timeout={self.timeout})>"


def _own_headers(
    headers: Mapping[str, str] | None, cookies: Mapping[str, str] | None, bill_to: str | None
) -> dict[str, str]:
    own = dict(headers or {})
    if bill_to is not None:
        own["X-HF-Bill-To"] = bill_to
    if cookies:
        own["Cookie"] = _cookie(cookies)
    return own


def _cookie(cookies: Mapping[str, str]) -> str:
    try:
        return SimpleCookie(dict(cookies)).output(header="", sep=";").strip()
    except CookieError:
        raise InvalidInputError("bad_cookie_name") from None


def _checked_access(present: Access, hub_token: str) -> Access:
    token = trimmed(hub_token)
    _check_sendable(token)
    return replace(present, explicit_token=None, saved_token=token)


def _checked_timeout(seconds: float | None) -> float | None:
    if seconds is not None and (not isinstance(seconds, int | float) or not seconds > 0):
        raise InvalidInputError("bad_timeout")
    return seconds


def _checked_callback(on_wait: OnWait | None) -> OnWait | None:
    if on_wait is not None and (not callable(on_wait) or iscoroutinefunction(on_wait)):
        raise InvalidInputError("bad_on_wait")
    return on_wait


def _check_sendable(*texts: object) -> None:
    for text in texts:
        if not isinstance(text, str):
            raise InvalidInputError("header_not_text")
        if not any(mark in text for mark in "\r\n\0"):
            continue
        raise InvalidInputError("header_with_line_break")
