"""The transport that a client and all that derive from it share, made when the first of them sends a request."""

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inference_core.http.transport import Transport

_making = threading.Lock()


class TransportOnDemand:
    """Makes one transport, whichever of its clients, in whatever thread, asks first.

    A transport brings aiohttp along, which takes longer to load than all the rest of a client, and more memory.
    """

    def __init__(self, max_connections: int) -> None:
        self._max_connections = max_connections
        self._made: Transport | None = None

    def get(self) -> "Transport":
        with _making:
            if self._made is None:
                from inference_core.http.transport import Transport

                self._made = Transport(self._max_connections)
            return self._made

    async def close(self) -> None:
        """Close the sessions of the running loop, if there are any."""
        if self._made is not None:
            await self._made.sessions.close()
