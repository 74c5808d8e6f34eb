"""A server for benchmarks: as little work as possible between the request and the bytes of the answer.

    python tests/benchmarks/upstream.py --port 0        prints its URL

POST /json answers a text classification. POST /tokens/N/K/S answers N token events in the way of
text-generation-inference, K per write (each write is one chunk of the body), with S seconds between two writes.
Without a pause it writes as fast as it can: otherwise the figures would depend on how client and server take turns.
POST /steady/N/R answers N token events, R a second by the clock; the last one says when it left, as `time.monotonic()`.
POST /chat/N/K/S/v1/chat/completions answers N chunks with content in OpenAI's way, and the two events that end them.
"""

import argparse
import asyncio
import contextlib
import re
import time

_CLASSES = b'[[{"label":"POSITIVE","score":0.9987},{"label":"NEGATIVE","score":0.0013}]]'
_TOKEN = (
    b'data:{"index":1,"token":{"id":1,"text":" word","logprob":-0.5,"special":false},'
    b'"generated_text":null,"details":null}\n\n'
)
_CHUNK = (
    b'data: {"id":"chatcmpl-5f0c2a","object":"chat.completion.chunk","created":1750000000,"model":"endpoint",'
    b'"system_fingerprint":"fp_1","choices":[{"index":0,"delta":%s,"logprobs":null,"finish_reason":%s}]}\n\n'
)
_WORD = _CHUNK % (b'{"role":"assistant","content":" word"}', b"null")
_END_OF_CHAT = _CHUNK % (b"{}", b'"stop"') + b"data: [DONE]\n\n"
_JSON_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(_CLASSES),
    _CLASSES,
)
_NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
_STREAM_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
_LAST_CHUNK = b"0\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)


class Upstream(asyncio.Protocol):
    """One kept-alive connection; requests come one after the other and have a Content-Length."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = b""
        self._stream: asyncio.Task[None] | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        if self._stream is not None:
            self._stream.cancel()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, blank, body = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if blank and len(body) >= (int(length[1]) if length else 0):
            self._received = b""
            self._answer(head.split(b" ", 2)[1].decode())

    def _answer(self, path: str) -> None:
        match path.removeprefix("/").split("/"):
            case ["json"]:
                self._transport.write(_JSON_ANSWER)
            case ["tokens", events, per_write, pause]:
                self._answer_with(_TOKEN, int(events), int(per_write), float(pause), end=b"")
            case ["steady", events, rate]:
                self._stream = asyncio.ensure_future(self._write_steadily(int(events), float(rate)))
            case ["chat", events, per_write, pause, "v1", "chat", "completions"]:
                self._answer_with(_WORD, int(events), int(per_write), float(pause), end=_END_OF_CHAT)
            case _:
                self._transport.write(_NOT_FOUND)

    def _answer_with(self, event: bytes, events: int, per_write: int, pause: float, end: bytes) -> None:
        self._stream = asyncio.ensure_future(self._write_events(event, events, per_write, pause, end))

    async def _write_events(self, event: bytes, events: int, per_write: int, pause: float, end: bytes) -> None:
        self._transport.write(_STREAM_HEAD)
        for written in range(0, events, per_write):
            if pause:
                await asyncio.sleep(pause)
            self._transport.write(_as_chunk(event * min(per_write, events - written)))
        self._transport.write((_as_chunk(end) if end else b"") + _LAST_CHUNK)

    async def _write_steadily(self, events: int, rate: float) -> None:
        self._transport.write(_STREAM_HEAD)
        began = time.monotonic()
        for number in range(1, events + 1):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            word = b" left%.6f" % time.monotonic() if number == events else b" word"
            self._transport.write(_as_chunk(_TOKEN.replace(b" word", word)))
        self._transport.write(_LAST_CHUNK)


def _as_chunk(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


async def serve(port: int) -> None:
    """Serve on loopback until cancelled; port 0 takes a free one."""
    server = await asyncio.get_running_loop().create_server(Upstream, "127.0.0.1", port)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--port", type=int, default=0)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(arguments.parse_args().port))
