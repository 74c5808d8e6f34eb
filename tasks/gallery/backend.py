"""What answers the gallery: hosted models, an endpoint or server by URL, or the local engine as a child process."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from starlette.requests import Request

from inference_core import AsyncInferenceClient, Exchange, words
from inference_core.engine.builtin.damage import Damaged, damaged_files
from inference_core.engine.process import EngineProcess
from inference_core.engine.relay import MODEL_PATH as MODEL_PATH
from inference_core.engine.relay import EngineRelay
from inference_core.errors import InferenceConnectionError, InferenceHTTPError, InvalidAnswerError
from inference_core.settings.description import EngineSettings
from inference_core.urls import is_url, safe_url
from tasks.gallery.room.line import Line, Ticket

ENGINE = "/engine/"
"""Where a page with a local engine has the engine's routes, for programs."""

BUILTIN = "builtin/"
"""How the ids of the engine's own models begin."""

TICKET = "gallery.ticket"
"""The key of the ASGI scope with the ticket of a program's request to the engine."""

_LOOPBACK = "http://127.0.0.1"


class Locate(Protocol):
    """Gives a client for the address where the backend is now, with the options of `with_options`.

    Hosted models are called with `hub_token` in place of the operator's; a server of the operator never gets it.
    """

    async def __call__(
        self,
        *,
        model: str | None = None,
        observer: Callable[[Exchange], None] | None = None,
        guard_urls: bool | None = None,
        on_wait: Callable[[str, float], object] | None = None,
        hub_token: str | None = None,
    ) -> AsyncInferenceClient: ...


class Explain(Protocol):
    """Says of a failed connection of a client what it means with this backend; mostly that is the error itself."""

    async def __call__(self, error: InferenceConnectionError) -> InferenceConnectionError: ...


class EngineStopped(InferenceConnectionError):
    """The local engine has ended, and is being started again."""


async def _as_it_is(error: InferenceConnectionError) -> InferenceConnectionError:
    return error


@dataclass(frozen=True, slots=True)
class Backend:
    """The operator's choice. `kind` is its table below `backends` in the page's words.

    `client` gives the client of one run (the local engine may have moved to another port since the last one).
    `explain` says what a connection error means here: an `EngineStopped` if the local engine was the reason.
    `disconnect` closes the running loop's session, which all these clients share, wherever the backend is;
    `close` ends what the backend started. Where the backend refuses more runs than it has places for, they stand in
    its `line`. `address` is the URL of the operator's server, without secrets. `relay` is the local engine at the
    page's address, for programs. `memory` is what the local engine takes, in bytes. `damage` says which files
    of the models on this machine are damaged; it takes a second or two. `hosted` answers visitors who have signed in
    and name a model that is not the engine's. `recorded_on` is the day of the recording that answers in place of such a
    backend, "" if it answers itself, and `has_fallback` whether the local engine answers the rest. `records` says whose
    runs are being recorded.
    """

    kind: Literal["local", "hosted", "server"]
    client: Locate
    disconnect: Callable[[], Awaitable[None]]
    close: Callable[[], None] = lambda: None
    line: Line | None = None
    explain: Explain = _as_it_is
    address: str | None = None
    relay: EngineRelay | None = None
    memory: Callable[[], int | None] = lambda: None
    damage: Callable[[], Sequence[Damaged]] = tuple
    recorded_on: str = ""
    has_fallback: bool = False
    records: Literal["nobody", "operator", "everyone"] = "nobody"
    hosted: "Backend | None" = None

    @property
    def calls_others(self) -> bool:
        """Whether a run calls a server elsewhere, which somebody may have to pay for."""
        return self.kind != "local" and not self.recorded_on

    def answering(self, model: str | None, *, has_token: bool) -> "Backend":
        """What answers a run of this model: hosted models too if who asks `has_token` of Hugging Face."""
        is_engines = model is None or is_url(model) or model.startswith(BUILTIN)
        return self.hosted if self.hosted and has_token and not is_engines else self

    def place(self, model: str | None, ticket: Ticket) -> AbstractAsyncContextManager[object]:
        """The place of a run with this ticket, as soon as there is one for a run of this model."""
        return nullcontext() if self.line is None or (model and is_url(model)) else self.line.place(ticket)

    def public(self, url: str, page: str) -> str:
        """The URL of a call as who is at the address `page` can repeat it: there the local engine is below `ENGINE`."""
        if self.relay is None or not url.startswith(f"{_LOOPBACK}:"):
            return url
        return page.rstrip("/") + ENGINE + url.removeprefix(_origin(url)).lstrip("/")

    def said(self, *parts: str) -> list[str]:
        """What the page says of the backend: these parts of its table, as far as it has them."""
        kind = ("fallback" if self.has_fallback else "replay") if self.recorded_on else self.kind
        keys = [f"page.backends.{kind}.{part}" for part in parts]
        return [words.text(key) for key in keys if words.is_known(key)]


def hosted_backend(*, token: str | None, timeout: float | None) -> Backend:
    """Hugging Face's servers, with the caller's token, else with `token`, else with the saved one."""
    return backend_of(AsyncInferenceClient(token=token, timeout=timeout), "hosted")


def backend_of(client: AsyncInferenceClient, kind: Literal["local", "hosted"]) -> Backend:
    """What `client` calls, which takes models by id."""

    async def locate(**options: Any) -> AsyncInferenceClient:
        return client.with_options(**options)

    return Backend(kind, locate, client.close)


def url_backend(url: str, *, token: str | None, timeout: float | None) -> Backend:
    """The server at `url`: one with the hosted API's routes if it lists its tasks, else the endpoint of one model."""
    return server_backend(AsyncInferenceClient(endpoint=url, token=token, timeout=timeout), url)


def server_backend(server: AsyncInferenceClient, url: str) -> Backend:
    """The server at `url`, which `server` calls."""
    found: list[str | None] = []

    async def locate(*, model: str | None = None, hub_token: str | None = None, **options: Any) -> AsyncInferenceClient:
        if not found:
            found.append(None if await _lists_its_tasks(server) else url)
        return server.with_options(model=model or found[0], **options)

    return Backend("server", locate, server.close, address=safe_url(url))


def local_backend(settings: EngineSettings, hosted: Backend | None = None) -> Backend:
    """The local engine, which starts now and answers only this process; `hosted` is for visitors who sign in."""
    engine = EngineProcess(settings)
    engine.start()
    client = AsyncInferenceClient(token=engine.key.reveal(), timeout=settings.timeout, endpoint=_LOOPBACK)

    async def locate(*, hub_token: str | None = None, **options: Any) -> AsyncInferenceClient:
        return client.with_options(endpoint=await engine.url(), **options)

    # Not all its places: the engine still computes for some who have left.
    line = Line(settings.threads + settings.queue // 2)

    def place(request: Request) -> AbstractAsyncContextManager[object]:
        return line.place(request.scope.get(TICKET) or Ticket())

    async def explain(error: InferenceConnectionError) -> InferenceConnectionError:
        called = _origin(error.arguments.get("url", ""))
        # A visitor's URL never leads to this machine, so whatever is called here is the engine.
        if called.startswith(f"{_LOOPBACK}:") and await engine.has_stopped(called):
            return EngineStopped("engine_stopped")
        return error

    relay = EngineRelay(engine.url, engine.key, place)

    async def disconnect() -> None:
        await relay.close()
        await client.close()

    return Backend(
        "local",
        locate,
        disconnect,
        engine.close,
        line,
        explain,
        relay=relay,
        memory=engine.memory,
        damage=_damage,
        hosted=hosted,
    )


def _damage() -> Sequence[Damaged]:
    from inference_core.engine.catalog import builtin_models  # every model's module: only a rehearsal needs them here

    return damaged_files(builtin_models())


def _origin(url: str) -> str:
    return "/".join(url.split("/")[:3])


async def _lists_its_tasks(server: AsyncInferenceClient) -> bool:
    try:
        await server.recommended_models()
    except (InferenceHTTPError, InvalidAnswerError):
        return False
    return True
