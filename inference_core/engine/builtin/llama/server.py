"""llama.cpp as a library: requests in OpenAI's format, answered chunk by chunk."""

import http.client
import queue
import secrets
import threading
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from inference_core.engine.contract import CannotAnswer
from inference_core.engine.work.stopping import WAIT, stop_if_unwanted

_BATCH = 64
"""Tokens of a prompt that are read in one piece, 0.4 s of work: other texts go on between, and who leaves ends it."""

Chunk = dict[str, Any]

_Chunks = queue.SimpleQueue[Chunk | BaseException | None]
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
        options.n_batch = _BATCH
        # Measured on two cores: with two threads, which wait for each other, a prompt takes twice the time if anything
        # else runs.
        options.cpuparams.n_threads = options.cpuparams_batch.n_threads = 1
        options.cache_ram_mib = 0  # it would keep the prompts of callers
        options.verbosity = 0
        # The library also listens on a port of loopback, where it is asked for tokens. Nobody else knows this key.
        self._key = secrets.token_urlsafe(32)
        options.api_keys = [self._key]
        options.ui = False
        options.endpoint_metrics = True
        self._context = context
        self._server = xllamacpp.Server(options)
        # Its loop starts a little later. If the server were taken apart before that, it would wait for ever for the end
        # of a loop that nobody ends; only the loop answers this.
        self._server.handle_metrics()

    def completion(self, request: dict[str, Any]) -> Generator[Chunk]:
        """The chunks of a completion. Closing the generator ends the work within two tokens, or a piece of the prompt.

        Raises CannotAnswer if the prompt fills the context, and Stopped if nobody waits for the text any more.
        """
        return self._chunks("handle_completions", request)

    def chat(self, request: dict[str, Any]) -> Generator[Chunk]:
        """The chunks of a chat completion; otherwise like `completion`."""
        return self._chunks("handle_chat_completions", request)

    def tokens(self, text: str) -> list[int]:
        """The ids of the tokens of a text."""
        connection = http.client.HTTPConnection(urlsplit(self._server.listening_address).netloc)
        with closing(connection):
            headers = {"Authorization": f"Bearer {self._key}"}
            connection.request("POST", "/tokenize", msgspec.json.encode({"content": text}), headers)
            tokens: list[int] = msgspec.json.decode(connection.getresponse().read())["tokens"]
        return tokens

    def require_room(self, count: int) -> None:
        """Raises CannotAnswer if a prompt of so many tokens is more than the context has room for."""
        if count > self._context:
            raise CannotAnswer("context_full", count=count, most=self._context)

    def _chunks(self, method: _Method, request: dict[str, Any]) -> Generator[Chunk]:
        handle: Callable[..., object] = getattr(self._server, method)
        chunks = _Chunks()
        left = threading.Event()

        def take(chunk: Chunk) -> bool:
            chunks.put(chunk)
            return left.is_set()  # which ends the work; while a prompt is read, this is asked after every piece

        def generate() -> None:
            try:
                handle(request | {"stream": True, "timings_per_token": True, "return_progress": True}, take)
                chunks.put(None)
            except BaseException as error:
                chunks.put(error)

        # A thread of its own, because the library calls back instead of letting itself be asked.
        threading.Thread(target=generate, name="llama", daemon=True).start()
        try:
            while (chunk := _wanted(chunks)) is not None:
                if isinstance(chunk, BaseException):
                    raise chunk
                if "error" in chunk:
                    raise self._refusal(chunk["error"])
                if "prompt_progress" not in chunk:
                    yield chunk
        finally:
            left.set()

    def _refusal(self, error: dict[str, Any]) -> Exception:
        if error.get("type") == "exceed_context_size_error":
            return CannotAnswer("context_full", count=error["n_prompt_tokens"], most=self._context)
        return RuntimeError(f"llama.cpp refuses: {error.get('type')}")


def _wanted(chunks: _Chunks) -> Chunk | BaseException | None:
    """The next of the chunks. Raises Stopped if nobody waits for it any more."""
    while True:
        stop_if_unwanted()
        with suppress(queue.Empty):
            return chunks.get(timeout=WAIT)
