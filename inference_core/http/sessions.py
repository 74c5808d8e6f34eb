"""One aiohttp session per event loop and trust level, opened on first use and closed with the loop."""

import asyncio
import weakref
from collections.abc import AsyncGenerator
from typing import Any, NamedTuple

import aiohttp
from yarl import URL

from inference_core.http.connector import LiveConnector
from inference_core.http.proxies import Proxies
from inference_core.http.ssrf_guard import guarded_connector


class _OpenSession(NamedTuple):
    session: aiohttp.ClientSession
    connector: LiveConnector
    keeper: AsyncGenerator[None]


class Sessions:
    """The open sessions of one client.

    An asynchronous generator holds each session open. The loop closes its generators when it shuts down or when they
    are garbage collected, so a client that was not closed leaves no open socket and no "Unclosed" warning.
    """

    def __init__(self, max_connections: int) -> None:
        self._max_connections = max_connections
        self._open: dict[tuple[asyncio.AbstractEventLoop, bool], _OpenSession] = {}
        # A second reference, because in a reference cycle the sessions could be finalized before their generators.
        weakref.finalize(self, self._open.clear).atexit = False
        self._proxies = Proxies()

    async def request(self, method: str, url: URL, *, guarded: bool, **options: Any) -> aiohttp.ClientResponse:
        """Send a request with the session of the running loop; `options` are those of `aiohttp.ClientSession.request`.

        A `guarded` request only reaches public addresses and uses no proxy.
        """
        kept = await self._kept(guarded=guarded)
        proxy = None if guarded else self.proxy_for(url)
        try:
            return await kept.session.request(method, url, proxy=proxy, **options)
        except BaseException as error:
            kept.connector.abort(only_closing=True)  # drops the unsent part of this request, too
            if isinstance(error, asyncio.CancelledError) and kept.session.closed and not _is_cancelled():
                # Closing cancels the calls that wait for a connection, but nobody cancelled their tasks.
                raise aiohttp.ClientConnectionError("The client was closed.") from None
            raise

    def proxy_for(self, url: URL) -> str | None:
        """The proxy for a trusted URL, from the environment; None for loopback."""
        return self._proxies.proxy_for(url)

    async def close(self) -> None:
        """Close the sessions of the running loop and abort what they are receiving."""
        loop = asyncio.get_running_loop()
        for key in list(self._open):
            if key[0] is loop:
                kept = self._open.pop(key)
                # With aiohttp alone, whoever waits for the rest of a body would wait forever.
                kept.connector.abort()
                await asyncio.sleep(0)  # lets it see the error
                await kept.keeper.aclose()

    async def _kept(self, *, guarded: bool) -> _OpenSession:
        loop = asyncio.get_running_loop()
        kept = self._open.get((loop, guarded))
        if kept is None or kept.session.closed:
            self._forget_closed_loops()
            connector = (guarded_connector if guarded else LiveConnector)(limit=self._max_connections)
            session = _session(connector)
            self._open[loop, guarded] = kept = _OpenSession(session, connector, _kept_open(session, connector))
            await anext(kept.keeper)
        return kept

    def _forget_closed_loops(self) -> None:
        # On a copy, because loops in other threads may add their sessions meanwhile.
        for key in list(self._open):
            if key[0].is_closed():
                self._open.pop(key, None)


def _is_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _kept_open(session: aiohttp.ClientSession, connector: LiveConnector) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        # A loop that ends runs this only one step further, so there must be no connection left to wait for.
        connector.abort()
        await session.close()


def _session(connector: aiohttp.BaseConnector) -> aiohttp.ClientSession:
    # No cookie jar: one session serves many visitors. No trust_env: it would also read .netrc.
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        trust_env=False,
    )
