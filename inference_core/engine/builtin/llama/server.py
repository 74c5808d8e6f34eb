"""llama.cpp as a library: requests in OpenAI's format, answered chunk by chunk."""

import http.client
import queue
import secrets
import threading
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from inference_core.engine.contract import CannotAnswer

Chunk = dict[str, Any]

_Method = Literal["handle_completions", "handle_chat_completions"]


class Llama:
    """A loaded language model. Several threads may generate with it at once; those without a slot wait.

    Args:
        file: the model, in the format GGUF.
        context: how many tokens prompt and answer may have together.
        slots: how many texts are generated side by side; each takes the memory of a whole context.
    """

    def __init__(self, file: Path, *, context: int, slots: int) -> None:
        import xllamacpp

        options = xllamacpp.CommonParams()
        options.model.path = str(file)
        options.n_ctx = context * slots
        options.n_parallel = slots
        # Measured on two cores: with two threads, which wait for each other, a prompt takes twice the time if anything
        # else runs.
        options.cpuparams.n_threads = options.cpuparams_batch.n_threads = 1
        options.cache_ram_mib = 0  # it would keep the prompts of callers
        options.verbosity = 0
        # The library also listens on a port of loopback, where it is asked for tokens. Nobody else knows this key.
        self._key = secrets.token_urlsafe(32)
        options.api_keys = [self._key]
        options.ui = False
        self._context = context
        self._server = xllamacpp.Server(options)

    def completion(self, request: dict[str, Any]) -> Generator[Chunk]:
        """The chunks of a completion. Closing the generator ends the work within two tokens.

        Raises CannotAnswer if the prompt fills the context.
        """
        return self._chunks("handle_completions", request)

    def chat(self, request: dict[str, Any]) -> Generator[Chunk]:
        """The chunks of a chat completion; otherwise like `completion`."""
        return self._chunks("handle_chat_completions", request)

    def last_tokens(self, text: str, count: int) -> list[int]:
        """The ids of the last `count` tokens of a text."""
        connection = http.client.HTTPConnection(urlsplit(self._server.listening_address).netloc)
        with closing(connection):
            headers = {"Authorization": f"Bearer {self._key}"}
            connection.request("POST", "/tokenize", msgspec.json.encode({"content": text}), headers)
            tokens: list[int] = msgspec.json.decode(connection.getresponse().read())["tokens"]
        return tokens[-count:]

    def _chunks(self, method: _Method, request: dict[str, Any]) -> Generator[Chunk]:
        handle: Callable[..., object] = getattr(self._server, method)
        chunks: queue.SimpleQueue[Chunk | BaseException | None] = queue.SimpleQueue()
        left = threading.Event()

        def take(chunk: Chunk) -> bool:
            chunks.put(chunk)
            return left.is_set()

        def generate() -> None:
            try:
                handle(request | {"stream": True, "timings_per_token": True}, take)
                chunks.put(None)
            except BaseException as error:
                chunks.put(error)

        # A thread of its own, because the library calls back instead of letting itself be asked.
        threading.Thread(target=generate, name="llama", daemon=True).start()
        try:
            while (chunk := chunks.get()) is not None:
                if isinstance(chunk, BaseException):
                    raise chunk
                if "error" in chunk:
                    raise self._refusal(chunk["error"])
                yield chunk
        finally:
            left.set()

    def _refusal(self, error: dict[str, Any]) -> Exception:
        if error.get("type") == "exceed_context_size_error":
            return CannotAnswer("context_full", count=error["n_prompt_tokens"], most=self._context)
        return RuntimeError(f"llama.cpp refuses: {error.get('type')}")
