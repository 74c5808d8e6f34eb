"""Kept-alive connections that are alive, and connections that are given up at once."""

import asyncio
import select
import weakref
from collections.abc import Callable
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection


class LiveConnector(aiohttp.TCPConnector):
    """Gives out a kept-alive connection only if its server has said nothing since its last answer.

    A server that closed it meanwhile would get the request and drop it, which cannot be told from having executed it.
    What a server says unasked (that it is tired of waiting, or a second answer) would pass for the answer to the call.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._watched: weakref.WeakKeyDictionary[ResponseHandler, _Watched] = weakref.WeakKeyDictionary()

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Any], timeout: aiohttp.ClientTimeout
    ) -> Connection:
        while True:
            connection = await super().connect(req, traces, timeout)
            protocol, transport = connection.protocol, connection.transport
            if protocol is not None and transport is not None:
                watched = self._watched.get(protocol)
                if watched is None:
                    self._watched[protocol] = _Watched(transport)
                    return connection
                if not protocol.should_close and not watched.has_news():
                    return connection
            connection.close()

    def abort(self, *, only_closing: bool = False) -> None:
        """Drop all connections at once, or those that are being closed; who receives something over them gets an error.

        aiohttp keeps one that it closes until its server has read all that was sent, which it may never do.
        """
        for protocol, watched in list(self._watched.items()):
            if only_closing and not watched.transport.is_closing():
                continue
            if not only_closing:  # as a break: its end would be that of a body without length or chunks
                protocol.connection_lost(ConnectionAbortedError())
            watched.transport.abort()


class _Watched:
    """A connection that was used before."""

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

    def has_news(self) -> bool:
        """Whether there is something to read, be it the end: the loop may have had no chance to."""
        return bool(self._poll(0))


def hang_up(response: aiohttp.ClientResponse) -> None:
    """Close a response that is not complete, with its connection and what has not been sent of its request."""
    connection = response.connection
    if connection is None:
        return
    if connection.transport is not None:
        connection.transport.abort()
    response.close()
