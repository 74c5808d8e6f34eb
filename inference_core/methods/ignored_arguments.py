"""Which arguments of text generation which model refuses to use."""

from hashlib import sha256

from inference_core.routing.server import Server

_MOST_MODELS = 1000


class UnusedArguments:
    """What was learnt from refusals, by server and model: as a hash, since a URL may hold a password."""

    def __init__(self) -> None:
        self._known: dict[bytes, frozenset[str]] = {}

    def of(self, server: Server, model: str) -> frozenset[str]:
        """The arguments that `model` (an id or a URL) is known not to use."""
        return self._known.get(_key(server, model), frozenset())

    def learn(self, server: Server, model: str, refused: frozenset[str]) -> bool:
        """Remember that `model` refused these; whether that is news."""
        key = _key(server, model)
        known = self._known.get(key, frozenset())
        if len(self._known) >= _MOST_MODELS:
            self._known.clear()
        self._known[key] = known | refused
        return not refused <= known


def _key(server: Server, model: str) -> bytes:
    return sha256(f"{server.models}\n{model}".encode()).digest()
