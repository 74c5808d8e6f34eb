"""One aiohttp session per event loop and trust level, opened on first use and closed with the loop at the latest."""

import asyncio
import urllib.request
import weakref
from collections.abc import AsyncGenerator

import aiohttp
from yarl import URL

from inference_core.egress import guarded_connector


class Sessions:
    """The open sessions of one client.

    A session is kept by an asynchronous generator: the loop closes those when it shuts down, and also when they are
    garbage collected, so that a client nobody closed leaves no open socket and no "Unclosed" behind.
    """

    def __init__(self) -> None:
        self._open: dict[
            tuple[asyncio.AbstractEventLoop, bool], tuple[aiohttp.ClientSession, AsyncGenerator[None]]
        ] = {}
        # Held from outside as well: in a reference cycle the collector would finalize the sessions before their keepers.
        weakref.finalize(self, self._open.clear).atexit = False
        self._proxies = urllib.request.getproxies()

    async def get(self, *, guarded: bool) -> aiohttp.ClientSession:
        """The session of the running loop; `guarded` ones reach public addresses only and use no proxy."""
        loop = asyncio.get_running_loop()
        kept = self._open.get((loop, guarded))
        if kept is None or kept[0].closed:
            self._forget_closed_loops()
            session = _guarded_session() if guarded else _trusted_session()
            keeper = _kept_open(session)
            self._open[loop, guarded] = kept = (session, keeper)
            await anext(keeper)
        return kept[0]

    def proxy_for(self, url: URL) -> str | None:
        """The proxy the environment names for a trusted URL; loopback is never proxied."""
        if not self._proxies or url.host in {"localhost", "127.0.0.1", "::1"}:
            return None
        if urllib.request.proxy_bypass(url.host or ""):
            return None
        return self._proxies.get(url.scheme)

    async def close(self) -> None:
        """Close the sessions of the running loop."""
        loop = asyncio.get_running_loop()
        for key in list(self._open):
            if key[0] is loop:
                _, keeper = self._open.pop(key)
                await keeper.aclose()

    def _forget_closed_loops(self) -> None:
        # Over a copy, since other loops of other threads may add theirs meanwhile.
        for key in list(self._open):
            if key[0].is_closed():
                self._open.pop(key, None)


async def _kept_open(session: aiohttp.ClientSession) -> AsyncGenerator[None]:
    try:
        yield
    finally:
        await session.close()


def _trusted_session() -> aiohttp.ClientSession:
    # limit=0: how many calls run at once is the caller's decision, not the pool's.
    return _session(aiohttp.TCPConnector(limit=0))


def _guarded_session() -> aiohttp.ClientSession:
    return _session(guarded_connector(limit=64))


def _session(connector: aiohttp.TCPConnector) -> aiohttp.ClientSession:
    # No cookie jar: one session serves many visitors. No trust_env: it would also read .netrc.
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=None),
        trust_env=False,
    )
