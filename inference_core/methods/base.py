"""What every task method stands on: find out where a call goes, send it, decode the answer; all of it in time."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
from yarl import URL

from inference_core.errors import InferenceError, InvalidAnswerError, InvalidInputError
from inference_core.http.record import Observer
from inference_core.http.retry import OnWait
from inference_core.http.status_errors import conceal_secrets
from inference_core.http.timeouts import TimeLimit
from inference_core.http.transport import Request, Transport
from inference_core.media.inputs import LARGEST_INPUT, Content, Media, mime_type, read_media
from inference_core.methods.followup import CallErrands
from inference_core.methods.ignored_arguments import UnusedArguments
from inference_core.providers.contract import Call
from inference_core.routing.find import Addressee, Destination, find_destination
from inference_core.routing.hub import ANY, Asker, Hub
from inference_core.routing.server import Access, Server
from inference_core.urls import checked_url, safe_url

T = TypeVar("T")
_JSON = "application/json"
_EVENTS = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Options:
    """What a client was told once and holds for every call."""

    model: str | None = field(repr=False)  # a URL may hold a password
    provider: str | None
    timeout: float | None
    server: Server
    access: Access
    on_wait: OnWait | None = None
    observer: Observer | None = None
    guard_urls: bool = False

    @property
    def asker(self) -> Asker:
        """The one who asks a hub on behalf of the call."""
        return Asker(self.server, self.access, self.timeout, self.on_wait)


class Caller:
    """The common ground of the task methods of all domains; set up by `AsyncInferenceClient`."""

    _options: Options
    _transport: Transport
    _hub: Hub
    _unused_arguments: UnusedArguments

    async def recommended_models(self) -> Mapping[str, str]:
        """The models the server recommends, by Hub task id; kept for an hour."""
        async with self._in_time():
            return await self._hub.recommended_models(self._options.asker)

    async def recommended_model(self, task: str) -> str:
        """The model the server recommends for `task` (a Hub task id).

        Raises:
            InvalidInputError: it recommends none.
        """
        async with self._in_time():
            return await self._hub.recommended_model(task, ANY, self._options.asker)

    async def download(self, url: str, *, largest: int = LARGEST_INPUT) -> Media:
        """What lies at an http(s) URL, as the methods that take files get it: without token, headers or cookies.

        Args:
            largest: bytes read at most.

        Raises:
            AddressRefusedError: `with_options(guard_urls=True)` was asked for and the address is not public.
            InvalidInputError: it is no URL, or what lies there is larger.
        """
        async with self._in_time() as limit:
            return await self._download(url, limit, guarded=self._options.guard_urls, largest=largest)

    async def _download(self, url: str, limit: TimeLimit, *, guarded: bool, largest: int = LARGEST_INPUT) -> Media:
        limit.asked = checked_url(url)
        request = Request(
            url=url,
            accept="*/*",
            guarded=guarded,
            deadline=limit.deadline,
            on_wait=self._options.on_wait,
            largest=largest,
        )
        try:
            content, response = await self._transport.fetch(request)
        except InvalidAnswerError:  # the answer has more than that, whatever it is
            raise InvalidInputError(f"The file at {safe_url(url)} is too large: use a smaller one.") from None
        declared = response.content_type
        is_media = declared.startswith(("image/", "audio/"))
        return Media(content, mime_type(content, URL(url).name, declared if is_media else ""))

    def _in_time(self) -> TimeLimit:
        return TimeLimit(self._options.timeout)

    async def _call(self, call: Call, decode: Callable[[bytes], T], model: str | None) -> T:
        """Send a task's call and decode the answer."""
        async with self._in_time() as limit:
            return await self._call_within(limit, call, decode, model)

    async def _call_within(self, limit: TimeLimit, call: Call, decode: Callable[[bytes], T], model: str | None) -> T:
        to = await self._destination(call.task, model)
        request = self._request(to, _body(to, call), limit, _JSON)
        try:
            return decode(await self._answer(to, request, limit))
        except InferenceError as error:
            conceal_secrets(error, request.url, request.private)
            raise

    async def _call_heavily(
        self, call: Call, decode: Callable[[bytes], T], model: str | None, *, accept: str = _JSON
    ) -> T:
        """As `_call`, for megabytes: the call is encoded and the answer decoded off the loop."""
        async with self._in_time() as limit:
            return await self._call_heavily_within(limit, call, decode, model, accept)

    async def _call_heavily_within(
        self, limit: TimeLimit, call: Call, decode: Callable[[bytes], T], model: str | None, accept: str
    ) -> T:
        to = await self._destination(call.task, model)
        request = self._request(to, await asyncio.to_thread(_body, to, call), limit, accept)
        try:
            return await asyncio.to_thread(decode, await self._answer(to, request, limit))
        except InferenceError as error:
            conceal_secrets(error, request.url, request.private)
            raise

    async def _call_with_file(
        self,
        task: str,
        content: Content,
        parameters: dict[str, Any],
        decode: Callable[[bytes], T],
        model: str | None,
        *,
        accept: str = _JSON,
        inputs: Callable[[Media], Any] = lambda file: file,
        beside: Callable[[Media], dict[str, Any]] = lambda file: {},
    ) -> T:
        """Call a task on a file; `inputs` and `beside` say where it goes in Hub format, if not alone."""
        async with self._in_time() as limit:
            file = await self._media(content, limit)
            call = Call(task, inputs(file), parameters, beside(file))
            return await self._call_heavily_within(limit, call, decode, model, accept)

    async def _media(self, content: Content, limit: TimeLimit) -> Media:
        return await read_media(content, lambda url: self._download(url, limit, guarded=self._options.guard_urls))

    async def _stream_within(
        self,
        limit: TimeLimit,
        call: Call,
        event: Callable[[bytes], T],
        whole: Callable[[bytes], T],
        model: str | None,
    ) -> AsyncGenerator[T]:
        """Send a task's call and decode its events as they come; `whole` decodes the answer if it does not stream."""
        to = await self._destination(call.task, model)
        request = self._request(to, _body(to, call), limit, _EVENTS)
        translate = to.task.event

        async def decode_whole(body: bytes) -> T:
            return whole(await self._in_hub_format(to, request, limit, body))

        if translate is None:
            return await self._transport.stream(request, event, decode_whole)
        return await self._transport.stream(request, lambda data: event(translate(data)), decode_whole)

    async def _destination(self, task: str, model: str | None) -> Destination:
        return await find_destination(self._addressee(task, model), self._hub)

    def _addressee(self, task: str, model: str | None) -> Addressee:
        options = self._options
        return Addressee(task, model, options.model, options.provider, options.asker)

    async def _answer(self, to: Destination, request: Request, limit: TimeLimit) -> bytes:
        """The body of the answer in Hub format."""
        return await self._in_hub_format(to, request, limit, await self._transport.send(request))

    async def _in_hub_format(self, to: Destination, request: Request, limit: TimeLimit, answer: bytes) -> bytes:
        if to.task.read is None:
            return answer

        async def fetch(url: str) -> Media:
            # What a provider names as its result is not what the caller named: it must lie on the internet. Where a
            # proxy leads there, the proxy sees to that.
            is_trusted = self._options.server.is_own or self._transport.sessions.proxy_for(URL(url)) is not None
            return await self._download(url, limit, guarded=self._options.guard_urls or not is_trusted)

        return await to.task.read(answer, CallErrands(request, to.base, to.query, self._transport, fetch))

    def _request(self, to: Destination, body: Media | None, limit: TimeLimit, accept: str) -> Request:
        options = self._options
        guarded = options.guard_urls and to.is_given_by_url
        limit.asked = to.url
        return Request(
            url=to.url,
            body=None if body is None else body.content,
            content_type=_JSON if body is None else body.mime_type,
            private={} if guarded else to.headers,
            accept=accept,
            guarded=guarded,
            deadline=limit.deadline,
            silence=options.timeout,
            on_wait=options.on_wait,
            observer=options.observer,
        )


def _body(to: Destination, call: Call) -> Media:
    payload = to.task.payload(call, to.served)
    return payload if isinstance(payload, Media) else as_json(payload)


def as_json(payload: Any) -> Media:
    """What is sent for `payload`; raises InvalidInputError if it has no form in JSON."""
    try:
        return Media(msgspec.json.encode(payload), _JSON)
    except UnicodeEncodeError:
        raise InvalidInputError("The text holds half a character (a lone surrogate): leave it out.") from None
    except TypeError as error:
        raise InvalidInputError(f"The arguments cannot be sent as JSON: {error}.") from None
