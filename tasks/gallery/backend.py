"""Who answers the gallery: hosted models, an endpoint or server by URL, or the local engine as a child process."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from inference_core.client import AsyncInferenceClient
from inference_core.engine.process import EngineProcess
from inference_core.errors import InferenceHTTPError, InvalidAnswerError
from inference_core.settings.description import EngineSettings

Locate = Callable[[], Awaitable[AsyncInferenceClient]]


@dataclass(frozen=True, slots=True)
class Backend:
    """The operator's choice. `name` is what visitors are told.

    `client` gives the client, pointed at where the backend is now (the local engine may have moved to another port).
    `disconnect` closes the running loop's session, which all these clients share, wherever the backend is;
    `close` ends what the backend started.
    """

    name: str
    client: Locate
    disconnect: Callable[[], Awaitable[None]]
    close: Callable[[], None] = lambda: None


def hosted_backend(*, token: str | None, timeout: float | None) -> Backend:
    """Hugging Face's servers, with `token` or else the saved one."""
    client = AsyncInferenceClient(token=token, timeout=timeout)

    async def locate() -> AsyncInferenceClient:
        return client

    return Backend("Hugging Face's hosted models", locate, client.close)


def url_backend(url: str, *, token: str | None, timeout: float | None) -> Backend:
    """The server at `url`: one with the hosted API's routes if it lists its tasks, else the endpoint of one model."""
    server = AsyncInferenceClient(endpoint=url, token=token, timeout=timeout)
    endpoint = server.with_options(model=url)
    found: list[AsyncInferenceClient] = []

    async def locate() -> AsyncInferenceClient:
        if not found:
            found.append(server if await _lists_its_tasks(server) else endpoint)
        return found[0]

    return Backend("a server chosen by the operator", locate, server.close)


def local_backend(settings: EngineSettings) -> Backend:
    """The local engine, which begins to start now and answers only to us."""
    engine = EngineProcess(settings)
    engine.start()
    client = AsyncInferenceClient(token=engine.key.reveal(), timeout=settings.timeout, endpoint="http://127.0.0.1")

    async def locate() -> AsyncInferenceClient:
        return client.with_options(endpoint=await engine.url())

    return Backend("the local engine: small, offline, on this machine", locate, client.close, engine.close)


async def _lists_its_tasks(server: AsyncInferenceClient) -> bool:
    try:
        await server.recommended_models()
    except (InferenceHTTPError, InvalidAnswerError):
        return False
    return True
