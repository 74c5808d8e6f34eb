"""Finding the route of a call: where it goes, in which format, and with which of the caller's headers."""

import logging
from typing import Any

import msgspec

from inference_core.errors import InferenceError, InvalidInputError
from inference_core.providers import PROVIDERS
from inference_core.providers.call import Call, Direct
from inference_core.providers.contract import Provider, ProviderTask, Served
from inference_core.providers.hf_inference import ANY_TASK, HF_INFERENCE
from inference_core.providers.openai_style import chat
from inference_core.routing.hub import ANY, Hub, is_unavailable, no_model_error
from inference_core.routing.options import Options
from inference_core.routing.route import Route
from inference_core.routing.server import chat_url, check_model
from inference_core.urls import below, is_url

_log = logging.getLogger(__name__)

_CHAT = "conversational"
_ROUTER_CHAT = chat()
_ANY_PROVIDER = (None, "auto")
_PLACEHOLDER_MODEL = "dummy"  # chat completions need a `model` field, even if the URL determines the model


class LiveModel(msgspec.Struct, frozen=True):
    """A hosted model that can be called now: its id, the names of who serves it, and how many people like it."""

    id: str
    providers: tuple[str, ...]
    likes: int


class Router:
    """Finds the route of every call of a client. What the caller left open is looked up on the Hub."""

    def __init__(self, options: Options, hub: Hub) -> None:
        self._options = options
        self._server = options.server
        self._access = options.access
        self._hub = hub
        self._own_url = options.model if options.model is not None and is_url(options.model) else None

    async def route(self, call: Call[Any], model: str | None) -> Route:
        """Where the call goes; `model` is the call's own, or None for the client's.

        Raises:
            InvalidInputError: no provider is known that serves the model for the task, or the token does not fit.
        """
        if call.direct is not None:
            return await self._at_the_model_itself(call.task, call.direct, model)
        named = check_model(model) if model else None
        if named is not None and is_url(named):
            return self._at_an_endpoint(call.task, named, _PLACEHOLDER_MODEL)
        if self._own_url is not None and (named is None or call.task == _CHAT):
            # As in openai's client: the client's URL is the server, and the call's model is one that it serves.
            return self._at_an_endpoint(call.task, self._own_url, named or _PLACEHOLDER_MODEL)
        return await self._by_id(call.task, named or self._options.model)

    async def model_for(self, task: str) -> str:
        """The model of a call that does not name one.

        Raises:
            InvalidInputError: no model is recommended for the task.
        """
        if self._options.model is not None:
            return self._options.model
        provider = self._options.provider
        is_anybody = provider in (*_ANY_PROVIDER, HF_INFERENCE.name)
        return await self._hub.recommended_model(task, ANY if is_anybody else provider or ANY)

    async def live_models(self, task_id: str) -> list[LiveModel]:
        """The hosted models that a call of the task reaches when it names them, the most liked first."""
        provider = self._options.provider
        who = ANY if provider in _ANY_PROVIDER else provider or ANY
        found = await self._hub.live_models(task_id, who)
        named = ((one, tuple(by.provider for by in one.served if _is_reached(task_id, by, who))) for one in found)
        return [LiveModel(one.id, providers, one.likes) for one, providers in named if providers]

    def _at_an_endpoint(self, task_id: str, url: str, name: str) -> Route:
        task = HF_INFERENCE.tasks[task_id]
        target = chat_url(url) if task_id == _CHAT else url
        is_guarded = self._options.guard_urls
        headers = {} if is_guarded else self._access.headers_for(target)
        served = Served(HF_INFERENCE.name, name, name, task_id)
        return Route(task, served, url, target, headers, is_guarded, target)

    async def _by_id(self, task_id: str, model: str | None) -> Route:
        self._check_reachable()
        provider = self._options.provider
        if provider == HF_INFERENCE.name or (provider is None and not self._server.has_providers):
            return self._at_hugging_face(task_id, model or await self._hub.recommended_model(task_id))
        if provider not in _ANY_PROVIDER:
            return await self._at_provider(task_id, _provider(provider or ""), model)
        self._check_owner()
        if task_id == _CHAT:
            return self._at_the_chat_router(model or await self._hub.recommended_model(task_id))
        return await (self._at_a_live_model(task_id) if model is None else self._at_any_provider(task_id, model))

    async def _at_the_model_itself(self, task_id: str, direct: Direct, model: str | None) -> Route:
        """The route of a call that is not one of the tasks. If a model is named, the task may be unknown or ""."""
        named = check_model(model) if model else self._options.model
        is_given_by_url = named is not None and is_url(named)
        if named is None and direct.path:
            named = self._server.own_url
            if named is None:
                raise InvalidInputError("no_server")
        if named is None or not is_url(named):
            self._check_reachable()
            self._check_direct()
        if named is None:
            named = await self._hub.recommended_model(task_id)
        task = HF_INFERENCE.tasks.get(task_id, ANY_TASK)
        served = Served(HF_INFERENCE.name, named, named, task_id)
        url = named if is_url(named) else self._server.models + task.route(served)
        is_guarded = is_given_by_url and self._options.guard_urls
        headers = {} if is_guarded else self._access.headers_for(url)
        return Route(task, served, named, below(url, direct.path) if direct.path else url, headers, is_guarded, url)

    def _at_hugging_face(self, task_id: str, model: str) -> Route:
        task = HF_INFERENCE.tasks[task_id]
        served = Served(HF_INFERENCE.name, model, model, task_id)
        url = self._server.models + task.route(served)
        return Route(task, served, model, url, self._access.headers_for(url), base=self._server.models)

    def _at_the_chat_router(self, model: str) -> Route:
        served = Served("auto", model, model, _CHAT)
        url = self._server.chats
        return Route(_ROUTER_CHAT, served, model, url, self._access.headers_for(url), base=self._server.router)

    async def _at_any_provider(self, task_id: str, model: str) -> Route:
        try:
            candidates = await self._hub.providers(model)
        except InferenceError as error:
            if not is_unavailable(error):
                raise
            return self._at_hugging_face(task_id, model)  # without the Hub, this is the best guess
        route = self._at_the_first_provider(task_id, candidates)
        if route is None:
            raise InvalidInputError("nobody_serves", model=model, task=task_id)
        return route

    async def _at_a_live_model(self, task_id: str) -> Route:
        """The route to the recommended model if a provider serves it, else to the trending one that is served."""
        recommended = (await self._hub.recommended_models()).get(task_id)
        live = None
        try:
            if recommended is not None and (route := await self._if_served(task_id, recommended)):
                return route
            live = await self._hub.live_model(task_id)
            if live not in (None, recommended) and (route := await self._if_served(task_id, live or "")):
                return route
        except InferenceError as error:
            if not is_unavailable(error):
                raise
        model = recommended or live
        if model is None:
            raise no_model_error(task_id)
        return self._at_hugging_face(task_id, model)

    async def _if_served(self, task_id: str, model: str) -> Route | None:
        try:
            candidates = await self._hub.providers(model)
        except InvalidInputError:  # the Hub recommends a model that it does not show
            return None
        return self._at_the_first_provider(task_id, candidates)

    def _at_the_first_provider(self, task_id: str, candidates: tuple[Served, ...]) -> Route | None:
        """The route to the first known provider that serves the model for the task; live ones come first."""
        for served in sorted(candidates, key=lambda candidate: candidate.status != "live"):
            provider = _caller_of(task_id, served)
            if provider is None:
                continue
            if provider is HF_INFERENCE:
                return self._at_hugging_face(task_id, served.model)
            self._check_token(provider)
            return self._where_served(provider, provider.tasks[task_id], served)
        return None

    async def _at_provider(self, task_id: str, provider: Provider, model: str | None) -> Route:
        """The route to the provider that the caller named."""
        task = provider.tasks.get(task_id)
        if task is None:
            raise InvalidInputError(
                "provider_without_task", provider=provider.name, task=task_id, known=sorted(provider.tasks)
            )
        if not provider.routed:
            return self._directly(provider, task, self._as_it_is(task_id, provider, model))
        self._check_token(provider)
        chosen = model or await self._hub.recommended_model(task_id, provider.name)
        return self._where_served(provider, task, _entry(task_id, provider, chosen, await self._hub.providers(chosen)))

    def _where_served(self, provider: Provider, task: ProviderTask, served: Served) -> Route:
        if served.status != "live":
            state = served.status
            _log.warning("%s is not live at %s but in state %r: the call may fail.", served.model, provider.name, state)
        return (self._directly if self._is_direct() else self._through_the_router)(provider, task, served)

    def _through_the_router(self, provider: Provider, task: ProviderTask, served: Served) -> Route:
        base = f"{self._server.router}/{provider.name}"
        url = base + task.route(served) + (f"?{task.routed_query}" if task.routed_query else "")
        headers = {**provider.headers, **self._access.headers_for(url)}
        return Route(task, served, served.model, url, headers, base=base, query=task.routed_query)

    def _directly(self, provider: Provider, task: ProviderTask, served: Served) -> Route:
        base = task.base_url or provider.base_url
        url = base + task.route(served)
        headers = {**provider.headers, **self._access.headers_for(url, provider.key_scheme)}
        return Route(task, served, served.model, url, headers, base=base)

    def _as_it_is(self, task_id: str, provider: Provider, model: str | None) -> Served:
        if model is None:
            raise InvalidInputError("provider_recommends_nothing", provider=provider.name)
        if not self._access.has_provider_key:
            raise InvalidInputError("provider_takes_own_keys", provider=provider.name)
        return Served(provider.name, model, model, task_id)

    def _is_direct(self) -> bool:
        return self._access.has_provider_key and not self._server.is_own

    def _check_token(self, provider: Provider) -> None:
        server = self._server
        if self._is_direct() or server.is_own or server.is_replayed or self._access.authorization_for(server.router):
            return
        raise InvalidInputError("provider_needs_token", provider=provider.name)

    def _check_reachable(self) -> None:
        if self._server.is_off_limits:
            raise InvalidInputError("offline")

    def _check_direct(self) -> None:
        provider = self._options.provider
        if provider in _ANY_PROVIDER:
            self._check_owner()
        elif provider != HF_INFERENCE.name:
            raise InvalidInputError("provider_without_route", provider=provider)

    def _check_owner(self) -> None:
        """Refuse a key without a provider, because it must not be sent to whoever happens to serve the model."""
        if self._is_direct():
            raise InvalidInputError("key_without_provider")


def _caller_of(task_id: str, served: Served) -> Provider | None:
    """How the provider that serves a model is called for the task, if that is known and the model does it."""
    provider = PROVIDERS.get(served.provider)
    if provider is None or served.task != task_id or task_id not in provider.tasks or not provider.routed:
        return None
    return provider


def _is_reached(task_id: str, served: Served, who: str) -> bool:
    """Whether a call to the provider `who` (or ANY) may go to this one. Of chats, the Hub's own router knows all."""
    is_known = served.task == _CHAT if task_id == _CHAT else _caller_of(task_id, served) is not None
    return is_known and served.status == "live" and who in (ANY, served.provider)


def _entry(task_id: str, provider: Provider, model: str, candidates: tuple[Served, ...]) -> Served:
    served = next((candidate for candidate in candidates if candidate.provider == provider.name), None)
    if served is None:
        others = ", ".join(candidate.provider for candidate in candidates) or None
        raise InvalidInputError("provider_without_model", provider=provider.name, model=model, others=others)
    if served.task != task_id:
        raise InvalidInputError(
            "provider_serves_other_task", provider=provider.name, model=model, served=served.task, task=task_id
        )
    return served


def _provider(name: str) -> Provider:
    provider = PROVIDERS.get(name)
    if provider is None:
        raise InvalidInputError("unknown_provider", provider=name[:50], known=list(PROVIDERS))
    return provider
