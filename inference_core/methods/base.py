"""The path of every call: read the file, find the route, send the request and decode the answer, within the
time-out."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from inference_core.errors import InferenceError, InvalidAnswerError, InvalidInputError
from inference_core.http.on_demand import TransportOnDemand
from inference_core.http.request import Request
from inference_core.http.status_errors import redact_error
from inference_core.http.timeouts import Deadline, TimeLimit
from inference_core.media.inputs import MAX_INPUT_BYTES, Media, mime_type, read_media
from inference_core.methods.followup import RoutedFollowup
from inference_core.methods.ignored_arguments import IgnoredArguments
from inference_core.methods.reading import check_answer, read_oddly
from inference_core.providers.call import JSON, Call, Events, Upload
from inference_core.routing.hub import Hub, HubCache
from inference_core.routing.options import Options
from inference_core.routing.route import Route
from inference_core.routing.router import LiveModel, Router
from inference_core.urls import checked_url, file_name, is_url, safe_url, wire_url

if TYPE_CHECKING:
    from inference_core.http.transport import Transport

T = TypeVar("T")
E = TypeVar("E")
_MAX_ERROR_BYTES = 64 * 1024
MADE_OF_OPTIONS = {"_hub", "_router"}
"""What a client makes of its options when it is first needed, and one with other options makes again."""


class ClientBase:
    """What the task methods of all domains use; set up by `AsyncInferenceClient`.

    The methods call `_run` for an answer or `_stream` for its events. Both take a `deadline` if the call is part of a
    longer one.
    """

    _options: Options
    _shared_transport: TransportOnDemand
    _hub_cache: HubCache
    _ignored_arguments: IgnoredArguments

    @cached_property
    def _transport(self) -> "Transport":
        return self._shared_transport.get()

    @cached_property
    def _hub(self) -> Hub:
        return Hub(self._options, self._transport, self._hub_cache)

    @cached_property
    def _router(self) -> Router:
        return Router(self._options, self._hub)

    async def recommended_models(self) -> Mapping[str, str]:
        """The models that the server recommends, by Hub task id; cached for an hour."""
        async with TimeLimit(self._deadline()):
            return await self._hub.recommended_models()

    async def recommended_model(self, task: str) -> str:
        """The model that the server recommends for `task` (a Hub task id).

        Raises:
            InvalidInputError: there is no recommended model.
        """
        async with TimeLimit(self._deadline()):
            return await self._hub.recommended_model(task)

    async def live_models(self, task: str) -> list[LiveModel]:
        """The public models that are hosted for `task` (a Hub task id) now, at most 500, the most liked first.

        They are asked of the Hub, without a token, and cached for five minutes.
        """
        async with TimeLimit(self._deadline()):
            return await self._router.live_models(task)

    async def download(self, url: str, *, largest: int = MAX_INPUT_BYTES) -> Media:
        """Download a file from an http(s) URL, without token, headers or cookies, as the task methods do.

        Args:
            largest: maximum size in bytes.

        Raises:
            AddressRefusedError: the client has `guard_urls=True` and the address is not public.
            InvalidInputError: `url` is not a URL, or the file is too large.
        """
        deadline = self._deadline()
        async with TimeLimit(deadline, checked_url(url)):
            is_guarded = self._options.guard_urls
            return await self._download(url, deadline.at, is_guarded=is_guarded, largest=largest)

    async def _run(self, call: Call[T], model: str | None, deadline: Deadline | None = None) -> T:
        """Send a call and decode its answer."""
        route, request, limit = await self._prepared(call, model, call.accept, deadline)
        async with limit:
            try:
                answer = await self._transport.send(request)
                try:
                    read = route.task.read
                    said = answer if read is None else await read(answer, self._followup(route, request))
                    result = await call.decoded(said)
                except InvalidAnswerError as problem:
                    result = await read_oddly(answer, self._decoder(call, route, request), call, route, problem)
                else:
                    if call.accept != JSON or b'"error"' in answer[:_MAX_ERROR_BYTES]:
                        check_answer(answer, result, call, route)
                return result
            except InferenceError as error:
                redact_error(error, request.url, request.private)
                raise

    async def _stream(
        self, call: Call[Any], events: Events[E], model: str | None, deadline: Deadline | None = None
    ) -> AsyncGenerator[E]:
        """Send a call and decode its events as they arrive, or the whole answer of a server that does not stream."""
        route, request, limit = await self._prepared(call, model, events.accept, deadline)

        async def whole(answer: bytes) -> Any:
            return await self._decoder(call, route, request)(answer)

        event = events.reader(route.task.event)
        async with limit:
            return await self._transport.stream(request, event, events.first_reader(event, whole), events.decoder)

    def _decoder(self, call: Call[T], route: Route, request: Request) -> Callable[[bytes], Awaitable[T]]:
        """How a whole answer to the call is decoded on this route."""

        async def decode(answer: Any) -> T:
            if route.task.read is not None:
                answer = await route.task.read(answer, self._followup(route, request))
            return await call.decoded(answer)

        return decode

    async def _prepared(
        self, call: Call[Any], model: str | None, accept: str, deadline: Deadline | None
    ) -> tuple[Route, Request, TimeLimit]:
        """The route of the call, its request, and the limit on the time it may take."""
        options = self._options
        deadline = deadline or Deadline.after(options.timeout)
        if isinstance(call.inputs, Upload):
            call = await self._with_file(call, call.inputs, deadline)
        async with TimeLimit(deadline):
            route = await self._router.route(call, model)
            body = await asyncio.to_thread(route.body, call) if call.is_heavy else route.body(call)
        request = Request(
            url=route.url,
            model=route.model,
            task=call.task,
            body=None if body is None else body.content,
            content_type=JSON if body is None else body.mime_type,
            private=route.headers,
            accept=accept,
            guarded=route.is_guarded,
            deadline=deadline.at,
            may_wait=call.direct is None or call.direct.may_wait,
            silence=options.timeout,
            on_wait=options.on_wait,
            observer=options.observer,
            recorder=options.recorder,
        )
        return route, request, TimeLimit(deadline, route.url)

    async def _with_file(self, call: Call[T], upload: Upload, deadline: Deadline) -> Call[T]:
        """The call with the bytes of its file, which is downloaded if it was given by URL."""
        content = upload.content

        async def fetch(url: str) -> Media:
            return await self._download(url, deadline.at, is_guarded=self._options.guard_urls)

        async with TimeLimit(deadline, content if isinstance(content, str) and is_url(content) else ""):
            return replace(call, inputs=await read_media(content, fetch))

    def _followup(self, route: Route, request: Request) -> RoutedFollowup:
        async def fetch(url: str) -> Media:
            # The caller did not choose the URL of a provider's result, so it must be public. Behind a proxy, the proxy
            # has to check that.
            is_trusted = self._options.server.is_own or self._transport.sessions.proxy_for(wire_url(url)) is not None
            is_guarded = self._options.guard_urls or not is_trusted
            return await self._download(url, request.deadline, is_guarded=is_guarded)

        return RoutedFollowup(request, route.base, route.query, self._transport, fetch)

    async def _download(
        self, url: str, deadline: float | None, *, is_guarded: bool, largest: int = MAX_INPUT_BYTES
    ) -> Media:
        request = Request(
            url=checked_url(url),
            accept="*/*",
            guarded=is_guarded,
            deadline=deadline,
            on_wait=self._options.on_wait,
            recorder=self._options.recorder,
            largest=largest,
        )
        try:
            content, response = await self._transport.fetch(request)
        except InvalidAnswerError:  # the answer is too large
            raise InvalidInputError("file_at_url_too_large", given=safe_url(url)) from None
        declared = response.content_type
        is_media = declared.startswith(("image/", "audio/"))
        return Media(content, mime_type(content, file_name(url), declared if is_media else ""))

    def _deadline(self) -> Deadline:
        return Deadline.after(self._options.timeout)
