"""The engine as an ASGI app: the hosted API's routes for a catalogue of models and the runner that runs them."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from inference_core.engine.catalog import Catalogue
from inference_core.engine.contract import Model
from inference_core.engine.limits import Limits
from inference_core.engine.runners.contract import Runner
from inference_core.engine.server.about_routes import AboutRoutes
from inference_core.engine.server.admission import AdmissionMiddleware
from inference_core.engine.server.description.metrics import Metrics, MetricsMiddleware
from inference_core.engine.server.errors import CHAT_ROUTE, EXCEPTION_HANDLERS, private_errors
from inference_core.engine.server.openai_routes import OpenAIRoutes
from inference_core.engine.server.service import Service
from inference_core.engine.server.task_routes import TaskRoutes


def create_app(models: Iterable[Model], runner: Runner, limits: Limits) -> Starlette:
    """The engine's routes for `models`; several of them may do the same task.

    Args:
        runner: loads and runs the models; it is closed when the app ends.
        limits: how large a request may be.

    Raises:
        UnusableCatalogue: two models with one id do the same task, or a model has no description in models.toml.
    """
    service, metrics = Service(Catalogue(models), runner, limits), Metrics()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        runner.close()

    return Starlette(
        routes=_routes(AboutRoutes(service, metrics), OpenAIRoutes(service), TaskRoutes(service)),
        middleware=[
            Middleware(MetricsMiddleware, metrics=metrics),
            Middleware(private_errors),
            Middleware(AdmissionMiddleware, limits=limits),
        ],
        exception_handlers=EXCEPTION_HANDLERS,
        lifespan=lifespan,
    )


def _routes(about: AboutRoutes, openai: OpenAIRoutes, tasks: TaskRoutes) -> list[Route]:
    post = ["POST"]
    return [
        Route("/health", about.health),
        Route("/info", about.info),
        Route("/metrics", about.counted),
        Route("/openapi.json", about.described),
        Route("/api/tasks", about.tasks),
        Route("/v1/models", openai.models),
        Route("/v1/models/{model:path}", openai.model),
        Route(CHAT_ROUTE, openai.chat, methods=post),
        Route("/v1/completions", openai.completions, methods=post),
        Route("/", tasks.generate_or_stream, methods=post),
        Route("/generate", tasks.generate, methods=post),
        Route("/generate_stream", tasks.generate_stream, methods=post),
        Route("/models/{model:path}" + CHAT_ROUTE, openai.chat, methods=post),
        Route("/models/{model:path}/v1/completions", openai.completions, methods=post),
        Route("/models/{model:path}/pipeline/{task}", tasks.task, methods=post),
        Route("/models/{model:path}", tasks.task, methods=post),
    ]
