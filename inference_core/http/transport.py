"""Sends a request and reads the answer or the stream of events, with redirects, retries, limits and errors.

Nothing here knows about tasks; a request is a URL, a body and headers.
"""

import asyncio
import io
import os
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeVar

import aiohttp
from msgspec.structs import replace

from inference_core.errors import (
    AddressRefusedError,
    InferenceConnectionError,
    InferenceError,
    InvalidAnswerError,
    InvalidInputError,
)
from inference_core.http.connector import close_now
from inference_core.http.error_body import hidden_error, invalid_answer, stream_error
from inference_core.http.framing import MAYBE_WHOLE, AnswerDecoder, is_done, values_of
from inference_core.http.observing import begin_exchange, begin_take, end
from inference_core.http.record import Exchange
from inference_core.http.request import MAX_ANSWER_BYTES, Decoder, Request
from inference_core.http.response_body import Body, SilenceLimit
from inference_core.http.retry import Wait, wait_after_connection_error, wait_after_error
from inference_core.http.sessions import Sessions
from inference_core.http.sse import EventTooLarge, ServerSentEvent
from inference_core.http.ssrf_guard import UrlRefused, check_url, refused_url
from inference_core.http.status_errors import MAX_REDIRECTS, redact_error, redirected_to, status_error
from inference_core.http.timeouts import timed_out
from inference_core.urls import at_server, safe_url, wire_url, with_user_of

_MAX_GUARDED_ANSWER_BYTES = 32 * 1024 * 1024
_MAX_ERROR_BYTES = 1024 * 1024
_MAX_PART_BYTES = 512 * 1024
# UnicodeError comes from a host with an empty or an overlong label.
_LIBRARY_ERRORS = (aiohttp.ClientError, OSError, UrlRefused, EventTooLarge, UnicodeError)

T = TypeVar("T")


class Transport:
    """The HTTP side of a client, shared by all clients derived from it.

    `replay` is the base URL of a server that gets every request in place of the one in its URL, without credentials.
    """

    def __init__(self, max_connections: int, replay: str | None = None) -> None:
        self.sessions = Sessions(max_connections)
        self._replay = replay

    async def send(self, request: Request) -> bytes:
        """Send the request and return the whole body of a 2xx answer; raises as `fetch` does."""
        body, _ = await self.fetch(request)
        return body

    async def fetch(self, request: Request) -> tuple[bytes, aiohttp.ClientResponse]:
        """Send the request and return the whole body of a 2xx answer, and the response itself.

        It waits and retries as `wait_after_error` and `wait_after_connection_error` say.

        Raises:
            InferenceHTTPError: the status is 300 or above.
            InferenceConnectionError: there was no connection, or it broke.
            InvalidAnswerError: the answer is larger than `largest`.
        """
        exchange = await begin_exchange(request) if _is_observed(request) else None
        largest = _largest(request)
        try:
            response = await self._answer(request, exchange)
            try:
                body = await Body(response, exchange).whole(largest)
                if exchange is not None:
                    exchange.complete()
                return body, response
            finally:
                if response.connection is not None:  # otherwise the whole answer has arrived
                    close_now(response)
        except InferenceError:
            raise
        except _LIBRARY_ERRORS as error:
            raise _as_inference_error(error, request) from None
        finally:
            if exchange is not None:
                end(exchange, request)

    async def stream(
        self,
        request: Request,
        event: Callable[[bytes], T],
        first: Callable[[bytes], Awaitable[T]],
        decoder: Callable[[], Decoder] = AnswerDecoder,
    ) -> AsyncGenerator[T]:
        """Send the request and return its events as they arrive, once the server has begun to answer.

        `event` decodes the data of one event, `first` those of the first, which may be the answer of a server that does
        not stream, and `decoder` finds the events in the body. The stream raises InferenceTimeoutError after `silence`
        seconds without an event. It closes its connection at the end, on `aclose()`, on cancellation and on garbage
        collection.
        """
        events = self._events(request, event, first, decoder())
        # Run to the first, empty yield: errors before the first event are raised here, and from now on the generator's
        # `finally` runs even if nobody reads an event.
        await anext(events)
        return events

    async def _events(
        self,
        request: Request,
        event: Callable[[bytes], T],
        first: Callable[[bytes], Awaitable[T]],
        decoder: Decoder,
    ) -> AsyncGenerator[T]:
        exchange = await begin_exchange(request) if _is_observed(request) else None
        silence = None
        try:
            response = await self._answer(request, exchange)
            try:
                yield None  # type: ignore[misc]
                body = Body(response, exchange)
                if request.silence is not None:
                    silence = body.silence = SilenceLimit(request.silence, response)
                is_empty, is_over, beginning, unheard = True, False, b"", 0
                while not is_over:
                    chunk = await body.receive()
                    is_over = not chunk
                    is_heard = False
                    for message in decoder.finish() if is_over else decoder.feed(chunk):
                        data = message.data
                        if data == decoder.end:
                            _complete(exchange)
                            return
                        if message.event == "message" and not data:  # an event without data does not count
                            continue
                        if message.event == "message" and (is_heard or not is_empty):  # not the first
                            try:
                                item = event(data)
                            except InvalidAnswerError:  # it may be something else, or several things
                                pass
                            else:
                                yield item
                                is_heard = True
                                continue
                        for value in values_of(message):
                            if is_done(value):
                                _complete(exchange)
                                return
                            is_first = is_empty and not is_heard
                            yield await _odd(value, message, event, first if is_first else None)
                            is_heard = True
                    if is_heard:
                        is_empty, unheard = False, 0
                        if silence is not None:
                            silence.restart()
                        continue
                    unheard += len(chunk)
                    if unheard > _largest(request):
                        raise InvalidAnswerError("answer_too_large", most=_largest(request) / 2**20)
                    if is_empty:
                        beginning = (beginning + chunk)[:2_000]
                _complete(exchange)
                if is_empty and not decoder.may_be_empty:
                    raise invalid_answer(beginning, "empty_stream")
            finally:
                close_now(response)  # nobody reads the rest of the stream, and the server should notice
        except InferenceError as error:
            _complete(exchange)  # of what follows an error, nothing is read
            redact_error(error, request.url, request.private)
            raise
        except _LIBRARY_ERRORS as error:
            if silence is not None and silence.over:
                raise timed_out(request.url, request.silence) from None
            raise _as_inference_error(error, request) from None
        finally:
            if silence is not None:
                silence.cancel()
            if exchange is not None:
                end(exchange, request)

    async def _answer(self, request: Request, exchange: Exchange | None) -> aiohttp.ClientResponse:
        """The first 2xx response, after redirects and waits."""
        redirects = failures = 0
        while True:
            if exchange is not None:
                begin_take(exchange, request)
            try:
                response = await self._attempt(request)
            except aiohttp.ClientConnectorError as error:
                failures += 1
                await _pause(wait_after_connection_error(error, failures), _as_inference_error(error, request), request)
                continue
            except _LIBRARY_ERRORS as error:
                raise _as_inference_error(error, request) from None
            failures = 0
            if exchange is not None:
                exchange.begin_answer(response.status, response.content_type, response.headers)
            if response.status < 300:
                return response
            try:
                there = redirected_to(response)
                if there is not None and redirects < MAX_REDIRECTS and _is_followed(response, request):
                    redirects += 1
                    request = _redirected(request, there)
                    continue
                words = await Body(response, exchange).beginning(_MAX_ERROR_BYTES)
                _complete(exchange)
                refused = status_error(response, words, request.url, request.private)
            finally:
                close_now(response)
            wait = wait_after_error(refused, _left(request)) if request.may_wait else None
            await _pause(wait, refused, request)

    async def _attempt(self, request: Request) -> aiohttp.ClientResponse:
        if self._replay is not None:
            request = replace(request, url=at_server(self._replay, request.url), private={}, guarded=False)
        if request.guarded:
            check_url(request.url)
        return await self.sessions.request(
            "GET" if request.body is None else "POST",
            wire_url(request.url),
            guarded=request.guarded,
            data=_in_parts(request.body),
            headers={**_type_header(request), "Accept": request.accept, **request.private},
            allow_redirects=False,
        )


async def _odd(
    value: bytes,
    message: ServerSentEvent,
    event: Callable[[bytes], T],
    first: Callable[[bytes], Awaitable[T]] | None,
) -> T:
    """What a value says that may be an event or an error, and with `first` also a whole answer."""
    try:
        return event(value) if first is None else await first(value)
    except InvalidAnswerError:
        if hidden_error(value) is not None:
            raise stream_error(value) from None
        if first is None or message.event == MAYBE_WHOLE:
            raise
        return event(value)


def _is_observed(request: Request) -> bool:
    return request.observer is not None or request.recorder is not None


def _complete(exchange: Exchange | None) -> None:
    if exchange is not None:
        exchange.complete()


def _type_header(request: Request) -> dict[str, str]:
    return {} if request.body is None else {"Content-Type": request.content_type}


def _in_parts(body: bytes | None) -> bytes | io.BytesIO | None:
    # aiohttp sends bytes in one piece, and warns if there are many.
    return io.BytesIO(body) if body is not None and len(body) > _MAX_PART_BYTES else body


def _largest(request: Request) -> int:
    return min(request.largest, _MAX_GUARDED_ANSWER_BYTES if request.guarded else MAX_ANSWER_BYTES)


def _is_followed(response: aiohttp.ClientResponse, request: Request) -> bool:
    """Any redirect of a GET is followed, but of a POST only those that keep the method."""
    return response.status in (307, 308) or (request.body is None and response.status in (301, 302, 303))


def _redirected(request: Request, there: str) -> Request:
    if wire_url(there).origin() != wire_url(request.url).origin():
        return replace(request, url=there, private={})
    return replace(request, url=with_user_of(request.url, there))


def _left(request: Request) -> float | None:
    return None if request.deadline is None else request.deadline - asyncio.get_running_loop().time()


async def _pause(wait: Wait | None, error: Exception, request: Request) -> None:
    """Wait before the next attempt, or raise the error if there is none."""
    if wait is None:
        raise error from None
    if request.on_wait is not None:
        request.on_wait(wait.reason, wait.seconds)
    await asyncio.sleep(wait.seconds)


def _as_inference_error(error: Exception, request: Request) -> InferenceError:
    """An error of aiohttp's as one of this package's errors, without secrets."""
    url = safe_url(request.url)
    match error:
        case UrlRefused():
            return AddressRefusedError(error.code, **error.arguments)
        case EventTooLarge():
            return InvalidAnswerError(error.code, **error.arguments)
        case aiohttp.InvalidURL() | UnicodeError():
            return InvalidInputError("not_a_url", given=url)
        case aiohttp.ClientConnectorError():
            if refusal := refused_url(error):
                return AddressRefusedError(refusal.code, **refusal.arguments)
            return InferenceConnectionError("unreachable", url=url, reason=_reason(error.os_error))
        case _:
            return InferenceConnectionError("broken_connection", url=url, reason=_reason(error))


def _reason(error: Exception) -> str:
    match error:
        case aiohttp.ServerDisconnectedError():
            return "the server closed it without an answer"
        case aiohttp.ClientPayloadError():
            return "the answer is not complete"
        case OSError() if error.errno and error.errno > 0:  # name look-ups use other numbers
            return os.strerror(error.errno)
        case OSError() if error.strerror:
            return error.strerror
    return type(error).__name__
