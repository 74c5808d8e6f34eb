"""Kept-alive connections that are alive, and connections that are given up at once."""

import asyncio
import select
import weakref
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection

_of_this_call: ContextVar[asyncio.Transport | None] = ContextVar("_of_this_call", default=None)


class LiveConnector(aiohttp.TCPConnector):
    """Gives out a kept-alive connection only if its server has said nothing since its last answer.

    A server that closed it meanwhile would get the request and drop it, which cannot be told from having executed it.
    What a server says unasked (that it is tired of waiting, or a second answer) would pass for the answer to the call.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._watched: weakref.WeakKeyDictionary[ResponseHandler, Callable[[], bool]] = weakref.WeakKeyDictionary()

    async def connect(
        self, req: aiohttp.ClientRequest, traces: list[Any], timeout: aiohttp.ClientTimeout
    ) -> Connection:
        while True:
            connection = await super().connect(req, traces, timeout)
            protocol, transport = connection.protocol, connection.transport
            if protocol is not None and transport is not None:
                has_news = self._watched.get(protocol)
                if has_news is None:
                    self._watched[protocol] = _watch(transport)
                    break
                if not protocol.should_close and not has_news():
                    break
            connection.close()
        _of_this_call.set(transport)
        return connection

    def abort(self) -> None:
        """Drop all connections at once; whoever receives something over one of them gets an error."""
        for protocol in list(self._watched):
            if protocol.transport is not None:
                protocol.transport.abort()


def _watch(transport: asyncio.Transport) -> Callable[[], bool]:
    """What tells whether there is something to read, be it the end: the loop may have had no chance to."""
    descriptor = transport.get_extra_info("socket").fileno()
    if not hasattr(select, "poll"):  # Windows
        return lambda: bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return lambda: bool(poll.poll(0))


def new_call() -> None:
    """Forget the connection of the last call in this task."""
    _of_this_call.set(None)


def give_up() -> None:
    """Drop the connection of the present call, with what has not been sent yet.

    aiohttp would keep it until the server has read all of that, which it may never do.
    """
    if (transport := _of_this_call.get()) is not None:
        transport.abort()


def hang_up(response: aiohttp.ClientResponse) -> None:
    """Close a response that is not complete, with its connection and what has not been sent of its request."""
    connection = response.connection
    if connection is None:
        return
    if connection.transport is not None:
        connection.transport.abort()
    response.close()
