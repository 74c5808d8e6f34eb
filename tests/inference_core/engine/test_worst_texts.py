"""Four callers send the largest texts that models accept: another caller is still answered soon.

The bound is loose, so that it holds on a busy machine; `tests/benchmarks/worst_texts.py` measures it.
"""

import asyncio
import time
from collections.abc import Iterator

import aiohttp
import pytest

from tests.support import processes
from tests.support.processes import Server
from tests.support.worst import worst_requests

SLOW = {
    ("builtin/vader", "one emoji"),
    ("builtin/minilm-lexrank", "made-up words"),
    ("builtin/minilm-zero-shot", "abbreviations"),
    ("builtin/espeak-ng", "dotted letters"),
}
SECONDS = 30.0


@pytest.fixture
def engine() -> Iterator[Server]:
    with processes.engine() as running:
        yield running


async def test_another_caller_is_answered_while_four_send_the_worst_texts(engine: Server) -> None:
    worst = [request for request in worst_requests() if (request.model.id, request.name) in SLOW]
    async with aiohttp.ClientSession(engine.url) as http:

        async def send(path: str, body: object) -> int:
            async with http.post(path, json=body) as response:
                await response.read()
                return response.status

        assert await send("/models/builtin/vader", {"inputs": "Good!"}) == 200
        senders = [asyncio.create_task(send(request.path, request.body)) for request in worst]
        assert len(senders) == 4
        await asyncio.sleep(0.5)
        for _ in range(5):
            begun = time.monotonic()
            assert await send("/models/builtin/vader", {"inputs": "Good!"}) == 200
            assert time.monotonic() - begun < SECONDS
        # Each is answered, or refused by its model for a reason of its own.
        assert set(await asyncio.gather(*senders)) <= {200, 422}
