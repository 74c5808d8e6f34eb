"""Kept-alive connections that are alive, and connections that are given up at once."""

import asyncio
import select
import weakref
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
        self._known: weakref.WeakSet[ResponseHandler] = weakref.WeakSet()

    async def connect(self, *arguments: Any, **options: Any) -> Connection:
        while True:
            connection = await super().connect(*arguments, **options)
            protocol, transport = connection.protocol, connection.transport
            if protocol is not None and transport is not None and self._is_usable(protocol, transport):
                _of_this_call.set(transport)
                return connection
            connection.close()

    def _is_usable(self, protocol: ResponseHandler, transport: asyncio.Transport) -> bool:
        if protocol not in self._known:
            self._known.add(protocol)
            return True
        return not protocol.should_close and not _is_readable(transport)


def _is_readable(transport: asyncio.Transport) -> bool:
    """Whether there is something to read, be it the end: the loop may have had no chance to."""
    descriptor = transport.get_extra_info("socket").fileno()
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


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
