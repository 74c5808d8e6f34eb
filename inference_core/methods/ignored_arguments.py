"""Remembering which models refuse which arguments of text generation."""

import re
from hashlib import sha256
from typing import Any

from msgspec.structs import replace

from inference_core.errors import InferenceHTTPError
from inference_core.providers.call import Call
from inference_core.routing.server import Server

_MAX_MODELS = 1000
_IGNORED = re.compile(r"`model_kwargs` are not used by the model: \[(.*?)\]")


class IgnoredArguments:
    """The refused arguments by server and model. Both are hashed, because a URL may contain a password."""

    def __init__(self) -> None:
        self._known: dict[bytes, frozenset[str]] = {}

    def of(self, server: Server, model: str) -> frozenset[str]:
        """The arguments that `model` (an id or a URL) is known to refuse."""
        return self._known.get(_key(server, model), frozenset())

    def learn(self, server: Server, model: str, refused: frozenset[str]) -> bool:
        """Remember that `model` refused these; returns whether that is new."""
        key = _key(server, model)
        known = self._known.get(key, frozenset())
        if len(self._known) >= _MAX_MODELS:
            self._known.clear()
        self._known[key] = known | refused
        return not refused <= known


def without(call: Call[Any], ignored: frozenset[str]) -> Call[Any]:
    """The call without these parameters."""
    if not ignored:
        return call
    return replace(call, parameters={name: value for name, value in call.parameters.items() if name not in ignored})


def refused_by(error: InferenceHTTPError) -> frozenset[str]:
    """The arguments that the server says its model does not use."""
    named = _IGNORED.search(error.server_message) if error.status == 400 else None
    return frozenset(re.findall(r"\w+", named.group(1))) if named else frozenset()


def _key(server: Server, model: str) -> bytes:
    return sha256(f"{server.models}\n{model}".encode()).digest()
