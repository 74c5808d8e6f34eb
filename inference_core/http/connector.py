"""Reusing only connections that are still alive, and aborting connections at once."""

import asyncio
import select
import weakref
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection


class LiveConnector(aiohttp.TCPConnector):
    """Reuses a kept-alive connection only if the server has sent nothing since its last answer.

    If the server has closed it meanwhile, the request would be lost, and nobody could know whether it was executed. And
    what a server sends unasked (a time-out message or a second answer) would be taken for the answer to the call.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._used: weakref.WeakKeyDictionary[ResponseHandler, _UsedConnection] = weakref.WeakKeyDictionary()

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Any], timeout: aiohttp.ClientTimeout
    ) -> Connection:
        while True:
            connection = await super().connect(req, traces, timeout)
            protocol, transport = connection.protocol, connection.transport
            if protocol is not None and transport is not None:
                used = self._used.get(protocol)
                if used is None:
                    self._used[protocol] = _UsedConnection(transport)
                    return connection
                if not protocol.should_close and not used.is_readable():
                    return connection
            connection.close()

    def abort(self, *, only_closing: bool = False) -> None:
        """Abort all connections, or only those that are closing; whoever is reading from one gets an error.

        aiohttp keeps a closing connection until the server has read everything that was sent, which may never happen.
        """
        for protocol, used in list(self._used.items()):
            if only_closing and not used.transport.is_closing():
                continue
            if not only_closing:  # an error, because a plain end would complete a body without length or chunks
                protocol.connection_lost(ConnectionAbortedError())
            used.transport.abort()


class _UsedConnection:
    """A connection that has been used."""

    __slots__ = ("_poll", "transport")

    def __init__(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        descriptor = transport.get_extra_info("socket").fileno()
        self._poll: Callable[[float], object]
        if hasattr(select, "poll"):
            poll = select.poll()
            poll.register(descriptor, select.POLLIN)
            self._poll = poll.poll
        else:  # Windows
            self._poll = lambda seconds: select.select([descriptor], [], [], seconds)[0]

    def is_readable(self) -> bool:
        """Whether there is something to read, or the end, that the loop has not read yet."""
        return bool(self._poll(0))


def close_now(response: aiohttp.ClientResponse) -> None:
    """Close an incomplete response and its connection at once; the unsent part of its request is dropped."""
    connection = response.connection
    if connection is None:
        return
    if connection.transport is not None:
        connection.transport.abort()
    response.close()
