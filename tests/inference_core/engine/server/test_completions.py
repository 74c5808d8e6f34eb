"""Completions of several prompts are one request: one deadline, and nothing goes on when it has ended."""

import asyncio
import time
from collections.abc import AsyncGenerator, Iterator

import aiohttp
import pytest

from inference_core.engine.contract import Finish, Token
from inference_core.engine.limits import Limits
from inference_core.engine.runners.contract import DeadlineExceeded
from inference_core.engine.server.completions import Batches, gathered, in_turn
from tests.support import in_process


class Source:
    """Batches of one token with a pause before each; notes whether it has been closed."""

    def __init__(self, pause: float, count: int = 3) -> None:
        self.pause, self.count, self.closed = pause, count, False

    async def batches(self) -> AsyncGenerator[list[Token | Finish]]:
        try:
            for number in range(self.count):
                await asyncio.sleep(self.pause)
                yield [Token(number, "a", None)]
            yield [Finish("length", 1)]
        finally:
            self.closed = True


def started(sources: list[Source]) -> list[Batches]:
    return [source.batches() for source in sources]


async def test_each_choice_gets_its_own_tokens() -> None:
    found = await gathered(in_turn(started([Source(0, 2), Source(0, 5)]), 10), 2)
    assert [len(items) for items in found] == [3, 6]


async def test_all_prompts_share_one_deadline() -> None:
    sources = [Source(0.1), Source(0.1), Source(0.1)]
    begin = asyncio.get_running_loop().time()
    with pytest.raises(DeadlineExceeded):
        await gathered(in_turn(started(sources), 0.45), 3)
    assert asyncio.get_running_loop().time() - begin < 1.2  # three of them are 1.35
    assert [source.closed for source in sources[:2]] == [True, True]


async def test_the_deadline_of_the_engine_is_that_of_all_prompts_of_a_request() -> None:
    def tokens(body: in_process.Body) -> Iterator[Token | Finish]:
        time.sleep(0.2)
        yield Finish("length", 1)

    model = in_process.model(in_process.Scripted(tokens=tokens), "text-generation")
    async with (
        in_process.hosting([model], Limits(deadline=0.35)) as url,
        aiohttp.ClientSession(url) as http,
        http.post("/v1/completions", json={"prompt": ["a", "b", "c"]}) as response,
    ):
        assert response.status == 504


async def test_a_stream_that_is_left_closes_its_source() -> None:
    source = Source(0)
    batches = in_turn(started([source, Source(0)]), 10)
    await anext(batches)
    await batches.aclose()
    assert source.closed
