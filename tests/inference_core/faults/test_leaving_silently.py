"""A program that breaks out of a stream and ends without closing its client says nothing, whatever the server does."""

import asyncio
import sys

import pytest

from tests.support.answers import token_event
from tests.support.faults import (
    LAST_CHUNK,
    STREAM,
    Script,
    as_http_1_0,
    faulty,
    floods,
    head,
    in_chunks,
    says,
    then_waits,
    trickles,
    whole,
)

EVENT = token_event("a")
CHUNK = in_chunks(EVENT)
EVENTS = head(content_type="text/event-stream")
SERVERS: list[Script] = [
    then_waits(STREAM + CHUNK),
    trickles(STREAM + CHUNK, CHUNK),
    floods(STREAM + CHUNK, CHUNK * 100),
    says(STREAM + CHUNK * 2 + LAST_CHUNK),
    then_waits(STREAM + CHUNK + in_chunks(b"data: [DONE]\n\n") + LAST_CHUNK),
    then_waits(as_http_1_0(EVENTS + EVENT)),
    trickles(as_http_1_0(EVENTS) + EVENT, EVENT),
    trickles(head(content_type="text/event-stream", content_length=10**6) + EVENT, EVENT),
    says(whole(EVENT * 2, content_type="text/event-stream")),
    then_waits(whole(b'{"generated_text": "a"}')),
]

PROGRAM = """
import asyncio, sys
from inference_core import AsyncInferenceClient, InferenceClient

url, times, how, debug = sys.argv[1], int(sys.argv[2]), sys.argv[3], bool(sys.argv[4])
kept = []

async def leave():
    asyncio.get_running_loop().slow_callback_duration = 60
    client = AsyncInferenceClient(url)
    stream = await client.text_generation("a", stream=True)
    if how == "held":
        kept.append((client, stream))
    if how == "in a cycle":
        client.itself = [client, stream]
    async for _ in stream:
        break
    if how == "exit":
        raise SystemExit

def leave_blocking():
    client = InferenceClient(url)
    if how == "blocking, held":
        kept.append(client)
    for _ in client.text_generation("a", stream=True):
        break

for _ in range(times):
    try:
        leave_blocking() if how.startswith("blocking") else asyncio.run(leave(), debug=debug)
    except SystemExit:
        pass
"""


ASYNCHRONOUS = ["", "held", "in a cycle", "exit"]


@pytest.mark.parametrize(
    ("how", "debug"),
    [(how, debug) for how in ASYNCHRONOUS for debug in ("", "debug")] + [("blocking", ""), ("blocking, held", "")],
)
def test_a_program_that_leaves_a_stream_says_nothing(how: str, debug: str) -> None:
    asyncio.run(check(how, debug))  # in real time


async def check(how: str, debug: str) -> None:
    async with asyncio.timeout(60), faulty(*SERVERS) as server:
        program = await asyncio.create_subprocess_exec(
            *[sys.executable, "-c", PROGRAM, server.url, str(len(SERVERS)), how, debug],
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await program.communicate()
        assert output.decode() == ""
        assert program.returncode == 0
        assert len(server.requests) == len(SERVERS)
