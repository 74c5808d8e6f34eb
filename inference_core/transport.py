"""Send one request, read one answer or one stream of events: time-outs, redirects, loading models, limits.

Nothing here knows a task; a request is a URL, a body and headers.
"""

import asyncio
import io
import math
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar

import aiohttp
import msgspec
from yarl import URL

from inference_core.complaints import server_words
from inference_core.credentials import safe_url
from inference_core.egress import UrlRefused, check_url, refused_url
from inference_core.errors import (
    AddressRefusedError,
    InferenceConnectionError,
    InferenceError,
    InferenceHTTPError,
    InferenceTimeoutError,
    InvalidAnswerError,
    InvalidInputError,
)
from inference_core.exchange import Exchange, Observer
from inference_core.sessions import Sessions
from inference_core.sse import EventDecoder, EventTooLarge

LARGEST_ANSWER = 256 * 1024 * 1024
_LARGEST_GUARDED_ANSWER = 32 * 1024 * 1024
_LARGEST_REFUSAL = 1024 * 1024
_LARGEST_PART = 512 * 1024
_SHORTEST_SECRET = 7  # longer than "Bearer"
_MOST_REDIRECTS = 5
_LONGEST_LOADING_PAUSE = 10.0
_DONE = b"[DONE]"
_NO_LIMIT = aiohttp.ClientTimeout(total=None)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call: POST of a `body`, or GET without one.

    `guarded` says that the URL came from somebody who is not trusted. `private` are the headers meant for the origin of
    `url` alone (credentials, cookies, what the caller set): a redirect elsewhere drops them. `largest` is the size in
    bytes of the answer that is read at most.
    """

    url: str
    body: bytes | None = None
    content_type: str = "application/json"
    private: Mapping[str, str] = field(default_factory=dict, repr=False)
    accept: str = "application/json"
    guarded: bool = False
    timeout: float | None = None
    observer: Observer | None = None
    largest: int = LARGEST_ANSWER


class Transport:
    """The HTTP side of a client; shared by everything derived from it."""

    def __init__(self) -> None:
        self.sessions = Sessions()

    async def send(self, request: Request) -> bytes:
        """Send the request and return the whole body of a 2xx answer; raises as `fetch` does."""
        body, _ = await self.fetch(request)
        return body

    async def fetch(self, request: Request) -> tuple[bytes, str]:
        """Send the request and return the whole body of a 2xx answer, and its content type.

        Waits while the server says that the model is loading (503 with `estimated_time`), as long as `timeout` allows.

        Raises:
            InferenceTimeoutError: no complete answer within `timeout` seconds, loading included.
            InferenceHTTPError: any other status of 300 and above.
            InferenceConnectionError: no connection, or one that broke.
        """
        with _observed(request) as exchange, _own_errors(request):
            async with asyncio.timeout(request.timeout):
                response = await self._answer(request, exchange)
                try:
                    return await _whole_body(response, exchange, request), response.content_type
                finally:
                    response.close()

    async def stream(
        self, request: Request, event: Callable[[bytes], T], whole: Callable[[bytes], T]
    ) -> AsyncGenerator[T]:
        """Send the request and return its events as they come, once the server has begun to answer.

        `event` decodes the data of one event; `whole` decodes the body of a server that answered at once in JSON.
        `timeout` bounds the wait for the head of the answer and then every silence between two chunks.
        The stream closes its connection at its end, on `aclose()`, on cancellation and on garbage collection.
        """
        events = self._events(request, event, whole)
        # Run to the first yield, which carries nothing: errors before the first event are raised here, and from now on
        # the generator's `finally` runs even if nobody ever asks it for an event.
        await anext(events)
        return events

    async def _events(
        self, request: Request, event: Callable[[bytes], T], whole: Callable[[bytes], T]
    ) -> AsyncGenerator[T]:
        with _observed(request) as exchange, _own_errors(request):
            async with asyncio.timeout(request.timeout):
                response = await self._answer(request, exchange, longest_silence=request.timeout)
            try:
                yield None  # type: ignore[misc]
                if response.content_type == "application/json":
                    yield whole(await _whole_body(response, exchange, request))
                    return
                decoder = EventDecoder()
                is_empty = True
                while chunk := await _receive(response, exchange):
                    for message in decoder.feed(chunk):
                        is_empty = False
                        if message.data == _DONE:
                            return
                        yield event(message.data)
                for message in decoder.finish():
                    is_empty = False
                    if message.data != _DONE:
                        yield event(message.data)
                if is_empty:  # such as a web page: no generation is without an event
                    raise InvalidAnswerError(
                        "The server's stream ended without an event.", bytes(exchange.response[:2_000])
                    )
            finally:
                # Not release(): what is left of the stream is nobody's any more, and the server must notice.
                response.close()

    async def _answer(
        self, request: Request, exchange: Exchange, longest_silence: float | None = None
    ) -> aiohttp.ClientResponse:
        """The first response that is a 2xx, past redirects and loading."""
        redirects = 0
        while True:
            response = await self._once(request, longest_silence)
            exchange.begin_answer(response.status, response.content_type, response.headers.get("x-engine"))
            if response.status < 300:
                return response
            try:
                there = _redirected_to(response)
                if there is not None and _is_followed(request, response) and redirects < _MOST_REDIRECTS:
                    redirects += 1
                    request = _redirected(request, there)
                    continue
                words = _without_secrets(await _beginning(response, exchange), request.private)
                exchange.response[:] = words
                refusal = _refusal(response, words, there)
            finally:
                response.close()
            pause = _loading_pause(refusal)
            if pause is None:
                raise refusal
            await asyncio.sleep(pause)

    async def _once(self, request: Request, longest_silence: float | None) -> aiohttp.ClientResponse:
        if request.guarded:
            check_url(request.url)
        return await self.sessions.request(
            "GET" if request.body is None else "POST",
            URL(request.url),
            guarded=request.guarded,
            data=_in_parts(request.body),
            headers={**_described(request), "Accept": request.accept, **request.private},
            allow_redirects=False,
            timeout=_NO_LIMIT if longest_silence is None else aiohttp.ClientTimeout(sock_read=longest_silence),
        )


def _described(request: Request) -> dict[str, str]:
    return {} if request.body is None else {"Content-Type": request.content_type}


def _in_parts(body: bytes | None) -> bytes | io.BytesIO | None:
    # aiohttp sends bytes at one go, and warns of it if they are many.
    return io.BytesIO(body) if body is not None and len(body) > _LARGEST_PART else body


async def _receive(response: aiohttp.ClientResponse, exchange: Exchange) -> bytes:
    """The next part of the body; empty at its end."""
    chunk = await response.content.readany()
    if chunk:
        exchange.receive(chunk)
    return chunk


async def _whole_body(response: aiohttp.ClientResponse, exchange: Exchange, request: Request) -> bytes:
    body = bytearray()
    largest = min(request.largest, _LARGEST_GUARDED_ANSWER if request.guarded else LARGEST_ANSWER)
    while chunk := await _receive(response, exchange):
        body += chunk
        if len(body) > largest:
            raise InvalidAnswerError(f"The answer is larger than {largest / 2**20:g} MiB.")
    return bytes(body)


async def _beginning(response: aiohttp.ClientResponse, exchange: Exchange) -> bytes:
    body = bytearray()
    while len(body) < _LARGEST_REFUSAL and (chunk := await _receive(response, exchange)):
        body += chunk
    return bytes(body)


def _without_secrets(body: bytes, private: Mapping[str, str]) -> bytes:
    """What the server said, without what it was trusted with, should it have repeated that."""
    for secret in (word for value in private.values() for word in value.split() if len(word) >= _SHORTEST_SECRET):
        body = body.replace(secret.encode(), "…".encode())
    return body


def _redirected_to(response: aiohttp.ClientResponse) -> URL | None:
    """Where a 3xx response leads, None if it does not say it in a way that could be followed."""
    location = response.headers.get("Location")
    if location is None or response.status >= 400:
        return None
    try:
        there = response.url.join(URL(location))
    except ValueError:
        return None
    return there if there.scheme in ("http", "https") and there.host else None


def _is_followed(request: Request, response: aiohttp.ClientResponse) -> bool:
    """Any redirect of a GET; of a POST only those that keep it one."""
    return response.status in (307, 308) or (request.body is None and response.status in (301, 302, 303))


def _redirected(request: Request, there: URL) -> Request:
    same_origin = there.origin() == URL(request.url).origin()
    return replace(request, url=str(there), private=request.private if same_origin else {})


def _refusal(response: aiohttp.ClientResponse, body: bytes, there: URL | None) -> InferenceHTTPError:
    return InferenceHTTPError(
        response.status,
        server_words(body) if response.status >= 400 else _moved(response.status, there),
        safe_url(str(response.url)),
        retry_after=_seconds(response.headers.get("Retry-After")),
        request_id=response.headers.get("x-request-id"),
        body=body[:2_000],
    )


def _moved(status: int, there: URL | None) -> str:
    if there is None:
        return "The server says the address has moved, but not where to."
    if status in (307, 308):
        return f"The server redirected more than {_MOST_REDIRECTS} times, at last to {safe_url(str(there))}."
    return f"The server says the address has moved to {safe_url(str(there))}: use that."


class _Loading(msgspec.Struct):
    estimated_time: float


def _loading_pause(refusal: InferenceHTTPError) -> float | None:
    """Seconds to wait before asking again a server that is loading the model; None when it is not."""
    if refusal.status != 503:
        return None
    try:
        loading = msgspec.json.decode(refusal.body, type=_Loading)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return min(max(refusal.retry_after or loading.estimated_time, 0.1), _LONGEST_LOADING_PAUSE)


def _seconds(retry_after: str | None) -> float | None:
    try:
        seconds = float(retry_after or "")
    except ValueError:
        return None  # not given, or an HTTP date, which no inference server is known to send
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


@contextmanager
def _observed(request: Request) -> Iterator[Exchange]:
    exchange = Exchange(safe_url(request.url) if request.observer else "", request.body or b"", request.content_type)
    if request.observer:
        request.observer(exchange)
    try:
        yield exchange
    finally:
        exchange.end()


@contextmanager
def _own_errors(request: Request) -> Iterator[None]:
    """Translate what aiohttp raises into the package's errors, without secrets and without a chain that has them."""
    try:
        yield
    except InferenceError:
        raise
    except TimeoutError:
        raise InferenceTimeoutError(f"No answer from {safe_url(request.url)} within {request.timeout} s.") from None
    except UrlRefused as error:
        raise AddressRefusedError(str(error)) from None
    except EventTooLarge as error:
        raise InvalidAnswerError(str(error)) from None
    except (aiohttp.InvalidURL, UnicodeError):  # the latter from a host with an empty or an overlong label
        raise InvalidInputError(f"{safe_url(request.url)} is not a URL that can be called.") from None
    except aiohttp.ClientConnectorError as error:
        if refusal := refused_url(error):
            raise AddressRefusedError(str(refusal)) from None
        raise InferenceConnectionError(
            f"{safe_url(request.url)} cannot be reached: {error.strerror or 'no connection'}."
        ) from None
    except (aiohttp.ClientError, OSError) as error:
        raise InferenceConnectionError(
            f"The connection to {safe_url(request.url)} broke: {type(error).__name__}."
        ) from None
