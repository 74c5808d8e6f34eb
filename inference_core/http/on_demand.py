"""The transport that a client shares with those made from it by `with_options`; the first request creates it."""

import os
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inference_core.http.transport import Transport

_making = threading.RLock()
if hasattr(os, "register_at_fork"):
    # A child that is forked while another thread makes a transport would wait for it for ever.
    os.register_at_fork(before=_making.acquire, after_in_parent=_making.release, after_in_child=_making.release)


class TransportOnDemand:
    """Creates one transport when one of its clients first needs it, in any thread.

    A transport imports aiohttp, which takes more time and memory than all the rest of a client.
    """

    def __init__(self, max_connections: int, replay: str | None = None) -> None:
        self._max_connections = max_connections
        self._replay = replay
        self._made: Transport | None = None

    def get(self) -> "Transport":
        with _making:
            if self._made is None:
                from inference_core.http.transport import Transport

                self._made = Transport(self._max_connections, self._replay)
            return self._made

    async def close(self) -> None:
        """Close the sessions of the running loop, if there are any."""
        if self._made is not None:
            await self._made.sessions.close()
