"""A server that misbehaves on purpose: plain sockets on loopback, one script per connection, and a record."""

import asyncio
import json
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self, cast

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER with no time to linger: closing sends a RST


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A request as it came: the number of its connection (from 0), its first line, headers by lower-case name, body."""

    connection: int
    line: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.line.split(" ")[1]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Caller(asyncio.Protocol):
    """One connection, as the script that serves it sees it. `received` are all bytes the caller ever sent."""

    def __init__(self, server: "FaultServer", script: "Script") -> None:
        self.received = bytearray()
        self._unread = bytearray()
        self.server = server
        self._script = script
        self._news = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self.left = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._socket = cast(socket.socket, transport.get_extra_info("socket"))
        self._number = self.server.accept(self)
        self.serving = asyncio.create_task(self._serve())

    def data_received(self, data: bytes) -> None:
        self.received += data
        self._unread += data
        self._news.set()

    def connection_lost(self, error: Exception | None) -> None:
        self.left.set()
        self._news.set()
        self._writable.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    async def request(self) -> ReceivedRequest:
        """Wait for the next whole request; raises ConnectionError if the caller closes the connection first."""
        head = await self._until(b"\r\n\r\n")
        line, *fields = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
        request = ReceivedRequest(
            self._number, line, headers, await self._exactly(int(headers.get("content-length", 0)))
        )
        await self.server.record(request)
        return request

    async def send(self, *parts: bytes) -> None:
        """Send all of it; raises ConnectionError if the caller has closed the connection."""
        for part in parts:
            self._check_connected()
            self._transport.write(part)
            await self._writable.wait()
        self._check_connected()

    def stop_listening(self) -> None:
        """Read nothing more from the caller, not even the end of the connection, until `listen_again`."""
        self._transport.pause_reading()

    def listen_again(self) -> None:
        self._transport.resume_reading()

    def reset(self) -> None:
        """Break the connection at once with a RST, if it is still open."""
        if not self.left.is_set():
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._transport.abort()

    def hang_up(self, last_bytes: bytes = b"") -> None:
        """Send a FIN at once, without the event loop. What the caller sends is still received."""
        self._transport.write(last_bytes)
        self._socket.shutdown(socket.SHUT_WR)

    async def _serve(self) -> None:
        with suppress(ConnectionError):  # a caller may leave at any time
            await self._script(self)
        self._transport.close()

    async def _until(self, end: bytes) -> bytes:
        while (found := self._unread.find(end)) < 0:
            await self._more()
        return (await self._exactly(found + len(end)))[:found]

    async def _exactly(self, size: int) -> bytes:
        while len(self._unread) < size:
            await self._more()
        text = bytes(self._unread[:size])
        del self._unread[:size]
        return text

    async def _more(self) -> None:
        self._check_connected()
        self._news.clear()
        await self._news.wait()

    def _check_connected(self) -> None:
        if self.left.is_set():
            raise ConnectionResetError("The caller has left.")


Script = Callable[[Caller], Awaitable[None]]


class FaultServer:
    """What the server saw: `callers` are its connections in order, `requests` the whole requests of all of them."""

    def __init__(self, scripts: tuple[Script, ...]) -> None:
        self.callers: list[Caller] = []
        self.requests: list[ReceivedRequest] = []
        self.most_at_once = 0
        self._scripts = scripts
        self._news = asyncio.Condition()

    def __call__(self) -> Caller:
        """The protocol of the next connection; the last script serves all connections that come after it."""
        return Caller(self, self._scripts[min(len(self.callers), len(self._scripts) - 1)])

    async def open(self, listening: socket.socket, *, at_once: bool) -> Self:
        host, port = listening.getsockname()
        self.url = f"http://{host}:{port}"
        loop = asyncio.get_running_loop()
        self._listening = listening
        self._doors = await loop.create_server(self, sock=listening, backlog=1000, start_serving=at_once)
        return self

    def open_late(self) -> None:
        """Accept connections from now on, if that was put off."""
        self._listening.listen(1000)
        self._opening = asyncio.create_task(self._doors.start_serving())

    async def close(self) -> None:
        """Close all connections; raises what went wrong in a script."""
        self._doors.close()
        for caller in self.callers:
            caller.serving.cancel()
        ends = await asyncio.gather(*(caller.serving for caller in self.callers), return_exceptions=True)
        for caller in self.callers:
            caller.reset()
        for end in ends:
            if isinstance(end, Exception):
                raise end

    def accept(self, caller: Caller) -> int:
        self.callers.append(caller)
        self.most_at_once = max(self.most_at_once, self.open_connections)
        return len(self.callers) - 1

    async def record(self, request: ReceivedRequest) -> None:
        self.requests.append(request)
        async with self._news:
            self._news.notify_all()

    async def wait_for_requests(self, times: int) -> None:
        """Wait until that many requests have come."""
        async with self._news:
            await self._news.wait_for(lambda: len(self.requests) >= times)

    @property
    def open_connections(self) -> int:
        """How many connections are open."""
        return sum(not caller.left.is_set() for caller in self.callers)

    async def all_left(self) -> None:
        """Wait until every caller so far has closed its connection."""
        for caller in list(self.callers):
            caller.listen_again()
            await caller.left.wait()


@asynccontextmanager
async def faulty(*scripts: Script, at_once: bool = True) -> AsyncIterator[FaultServer]:
    """Serve the first connection by the first script, and so on; unless `at_once`, refuse all until `open_late()`."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = await FaultServer(scripts).open(listening, at_once=at_once)
        try:
            yield server
        finally:
            await server.close()


Header = str | float | None


def head(status: str = "200 OK", /, **headers: Header) -> bytes:
    """The head of an answer; `_` in a header's name stands for `-`, and a header of None is left out."""
    fields = {"content_type": "application/json", **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items() if value is not None]
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode("latin-1")


def whole(body: bytes, status: str = "200 OK", /, **headers: Header) -> bytes:
    """A correct answer."""
    return head(status, content_length=len(body), **headers) + body


def as_json(body: object, status: str = "200 OK", /, **headers: Header) -> bytes:
    return whole(json.dumps(body).encode(), status, **headers)


def in_chunks(*chunks: bytes) -> bytes:
    """The chunks of a chunked body, without the last one that would end it."""
    return b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)


def as_http_1_0(answer: bytes) -> bytes:
    """The same answer in HTTP/1.0."""
    return answer.replace(b"HTTP/1.1", b"HTTP/1.0", 1)


LAST_CHUNK = b"0\r\n\r\n"
STREAM = head(content_type="text/event-stream", transfer_encoding="chunked")


def says(*answers: bytes) -> Script:
    """Answer one request after the other with these bytes, then close the connection."""

    async def script(caller: Caller) -> None:
        for answer in answers:
            await caller.request()
            await caller.send(answer)

    return script


def then_waits(*parts: bytes) -> Script:
    """Answer a request with these bytes, and send nothing more until the caller leaves."""

    async def script(caller: Caller) -> None:
        await says(b"".join(parts))(caller)
        await caller.left.wait()

    return script


def then_resets(answer: bytes) -> Script:
    """Answer a request with these bytes, give the caller time to read them, and break the connection."""

    async def script(caller: Caller) -> None:
        await says(answer)(caller)
        await asyncio.sleep(0.02)
        caller.reset()

    return script


def trickles(beginning: bytes, drop: bytes, pause: float = 0.02) -> Script:
    """Answer a request with a beginning, then continue for ever, one drop after the other."""

    async def script(caller: Caller) -> None:
        await caller.request()
        await caller.send(beginning)
        while True:
            await asyncio.sleep(pause)
            await caller.send(drop)

    return script


def floods(beginning: bytes, flood: bytes) -> Script:
    """Answer a request with a beginning, then continue for ever, as fast as the caller reads."""

    async def script(caller: Caller) -> None:
        await caller.request()
        await caller.send(beginning)
        while True:
            await caller.send(flood)
            await asyncio.sleep(0)

    return script
