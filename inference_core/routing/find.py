"""Task + model + provider -> where a call goes, in whose format, and with which of the caller's headers."""

import logging
from collections.abc import Mapping

import msgspec

from inference_core.errors import InferenceError, InvalidInputError
from inference_core.providers import PROVIDERS
from inference_core.providers.contract import Provider, ProviderTask, Served
from inference_core.providers.hf_inference import ANY_TASK, HF_INFERENCE
from inference_core.providers.openai_style import chat
from inference_core.routing.hub import ANY, Asker, Hub, is_away
from inference_core.routing.server import chat_url, check_model
from inference_core.urls import is_url, safe_url

_log = logging.getLogger(__name__)

_CHAT = "conversational"
_ROUTER_CHAT = chat()
_ANY_PROVIDER = (None, "auto")
_STAND_IN = "dummy"  # chat completions need a model, also where the URL says which


class Destination(msgspec.Struct, frozen=True):
    """Where a call goes. `base` is the part of the URL that belongs to the provider; the headers are for it alone.

    `query` is what the router is told in further requests for the same call.
    """

    task: ProviderTask
    served: Served
    url: str
    base: str = ""
    headers: Mapping[str, str] = {}
    is_given_by_url: bool = False
    query: str = ""

    def __repr__(self) -> str:
        return f"Destination({safe_url(self.url)!r})"


class Addressee(msgspec.Struct, frozen=True):
    """What the caller said about whom to ask. `model` is that of the call, `own_model` the client's."""

    task: str
    model: str | None
    own_model: str | None
    provider: str | None
    asker: Asker

    def __repr__(self) -> str:
        return f"Addressee({self.task!r}, {self.provider!r})"


async def find_destination(to: Addressee, hub: Hub) -> Destination:
    """Where the call goes, after asking the hub what the caller left open.

    Raises:
        InvalidInputError: nobody is known to do that task with that model, or the token is of no use there.
    """
    model = check_model(to.model) if to.model else to.own_model
    if to.task == _CHAT and to.own_model is not None and is_url(to.own_model) and not (to.model and is_url(to.model)):
        # As with openai's client: the URL is the server's, the model of the call one of those that it serves.
        return _endpoint(to, to.own_model, to.model or _STAND_IN)
    if model is not None and is_url(model):
        return _endpoint(to, model, _STAND_IN)
    _check_reachable(to)
    if to.provider == HF_INFERENCE.name or (to.provider is None and not to.asker.server.has_providers):
        return await _at_hugging_face(to, model, hub)
    if to.provider in _ANY_PROVIDER:
        return await _at_any_provider(to, model, hub)
    return await _at_provider(to, _provider(to.provider or ""), model, hub)


async def find_model(to: Addressee, hub: Hub) -> Destination:
    """Where a model is posted to directly, whatever it does: the task may be unknown, or "", if a model is named.

    Raises:
        InvalidInputError: the model is an id, and the provider another than Hugging Face.
    """
    model = check_model(to.model) if to.model else to.own_model
    if model is None or not is_url(model):
        _check_reachable(to)
        if to.provider in _ANY_PROVIDER:
            _check_owner(to)
        elif to.provider != HF_INFERENCE.name:
            raise InvalidInputError(f"Provider {to.provider!r} has no such route: give a URL as model.")
    if model is None:
        model = await hub.recommended_model(to.task, ANY, to.asker)
    task = HF_INFERENCE.tasks.get(to.task, ANY_TASK)
    served = Served(HF_INFERENCE.name, model, model, to.task)
    url = model if is_url(model) else to.asker.server.models + task.route(served)
    return Destination(task, served, url, url, to.asker.access.headers_for(url), is_given_by_url=is_url(model))


def _endpoint(to: Addressee, url: str, name: str) -> Destination:
    task = HF_INFERENCE.tasks[to.task]
    target = chat_url(url) if to.task == _CHAT else url
    served = Served(HF_INFERENCE.name, name, name, to.task)
    return Destination(task, served, target, target, to.asker.access.headers_for(target), is_given_by_url=True)


async def _at_hugging_face(to: Addressee, model: str | None, hub: Hub) -> Destination:
    chosen = model or await hub.recommended_model(to.task, ANY, to.asker)
    task = HF_INFERENCE.tasks[to.task]
    served = Served(HF_INFERENCE.name, chosen, chosen, to.task)
    url = to.asker.server.models + task.route(served)
    return Destination(task, served, url, to.asker.server.models, to.asker.access.headers_for(url))


async def _at_any_provider(to: Addressee, model: str | None, hub: Hub) -> Destination:
    _check_owner(to)
    if to.task == _CHAT:
        return await _at_the_chat_router(to, model, hub)
    try:
        if model is None:
            return await _at_a_live_model(to, hub)
        provider = await _first_provider(to, model, hub)
    except InferenceError as error:
        if not is_away(error):
            raise
        return await _at_hugging_face(to, model, hub)  # without the Hub nobody knows better
    if provider is None:
        raise InvalidInputError(
            f"No provider serves {model} for {to.task} at present: choose another model, or a URL of your own as model."
        )
    return await _at_provider(to, provider, model, hub)


async def _at_a_live_model(to: Addressee, hub: Hub) -> Destination:
    """The recommended model, if somebody serves it, else the one in fashion among those that are served."""
    recommended = await hub.recommended_model(to.task, ANY, to.asker)
    destination = await _if_served(to, recommended, hub)
    if destination is None and (live := await hub.live_model(to.task, ANY, to.asker)):
        destination = await _if_served(to, live, hub)
    return destination or await _at_hugging_face(to, recommended, hub)


async def _if_served(to: Addressee, model: str, hub: Hub) -> Destination | None:
    try:
        provider = await _first_provider(to, model, hub)
    except InvalidInputError:  # the Hub does not show what it recommends
        return None
    return None if provider is None else await _at_provider(to, provider, model, hub)


async def _first_provider(to: Addressee, model: str, hub: Hub) -> Provider | None:
    """The first one known here that serves the model for the task; those that are live come first."""
    candidates = await hub.providers(model, to.asker)
    for served in sorted(candidates, key=lambda candidate: candidate.status != "live"):
        provider = PROVIDERS.get(served.provider)
        if provider is not None and served.task == to.task and to.task in provider.tasks:
            return provider
    return None


async def _at_the_chat_router(to: Addressee, model: str | None, hub: Hub) -> Destination:
    chosen = model or await hub.recommended_model(to.task, ANY, to.asker)
    served = Served("auto", chosen, chosen, to.task)
    url = to.asker.server.chats
    return Destination(_ROUTER_CHAT, served, url, to.asker.server.router, to.asker.access.headers_for(url))


async def _at_provider(to: Addressee, provider: Provider, model: str | None, hub: Hub) -> Destination:
    if provider is HF_INFERENCE:
        return await _at_hugging_face(to, model, hub)
    task = provider.tasks.get(to.task)
    if task is None:
        raise InvalidInputError(
            f"Provider {provider.name!r} does not serve {to.task}, only {', '.join(sorted(provider.tasks))}."
        )
    if not provider.routed:
        return _directly(to, provider, task, _as_it_is(to, provider, model))
    is_direct = to.asker.access.has_providers_key and not to.asker.server.is_own
    if not is_direct and not to.asker.server.is_own and not to.asker.access.authorization_for(to.asker.server.router):
        raise InvalidInputError(f"Provider {provider.name!r} needs a token: a Hugging Face token, or a key of its own.")
    chosen = model or await hub.recommended_model(to.task, provider.name, to.asker)
    served = _entry(to, provider, chosen, await hub.providers(chosen, to.asker))
    return (_directly if is_direct else _through_the_router)(to, provider, task, served)


def _through_the_router(to: Addressee, provider: Provider, task: ProviderTask, served: Served) -> Destination:
    base = f"{to.asker.server.router}/{provider.name}"
    url = base + task.route(served) + (f"?{task.routed_query}" if task.routed_query else "")
    headers = {**provider.headers, **to.asker.access.headers_for(url)}
    return Destination(task, served, url, base, headers, query=task.routed_query)


def _directly(to: Addressee, provider: Provider, task: ProviderTask, served: Served) -> Destination:
    base = task.base_url or provider.base_url
    url = base + task.route(served)
    return Destination(
        task, served, url, base, {**provider.headers, **to.asker.access.headers_for(url, provider.key_scheme)}
    )


def _as_it_is(to: Addressee, provider: Provider, model: str | None) -> Served:
    if model is None:
        raise InvalidInputError(f"Provider {provider.name!r} recommends no model: name one with model=.")
    if not to.asker.access.has_providers_key:
        raise InvalidInputError(f"Provider {provider.name!r} takes keys of its own only: give one with api_key=.")
    return Served(provider.name, model, model, to.task)


def _entry(to: Addressee, provider: Provider, model: str, candidates: tuple[Served, ...]) -> Served:
    served = next((candidate for candidate in candidates if candidate.provider == provider.name), None)
    if served is None:
        others = ", ".join(candidate.provider for candidate in candidates) or "nobody at present"
        raise InvalidInputError(f"Provider {provider.name!r} does not serve {model}; served by: {others}.")
    if served.task != to.task:
        raise InvalidInputError(f"Provider {provider.name!r} serves {model} for {served.task}, not for {to.task}.")
    if served.status != "live":
        _log.warning("%s is not live at %s but in state %r: the call may fail.", model, provider.name, served.status)
    return served


def _check_reachable(to: Addressee) -> None:
    if to.asker.server.is_off_limits:
        raise InvalidInputError("HF_HUB_OFFLINE is set: give the URL of a server as model=, or take it back.")


def _check_owner(to: Addressee) -> None:
    """Refuse a key of which nobody said whose it is: it must not be shown to whoever happens to serve the model."""
    if to.asker.access.has_providers_key and not to.asker.server.is_own:
        raise InvalidInputError("This is no Hugging Face token (hf_…): say with provider= whose key it is.")


def _provider(name: str) -> Provider:
    provider = PROVIDERS.get(name)
    if provider is None:
        raise InvalidInputError(f"There is no provider {name[:50]!r}: say 'auto' or one of {', '.join(PROVIDERS)}.")
    return provider
