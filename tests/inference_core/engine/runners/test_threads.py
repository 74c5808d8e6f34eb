"""The threads behind the server: how many run, for how long, and when they stop."""

import asyncio
import itertools
import json
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator

import aiohttp
import pytest

from inference_core.engine.contract import CannotAnswer, Finish, Token
from inference_core.engine.limits import Limits
from inference_core.engine.runners import threads
from inference_core.engine.runners.threads import Busy, DeadlineExceeded, Workers
from tests.support import in_process
from tests.support.in_process import PATH, Body, Scripted

ONE_AT_A_TIME = Limits(threads=1, waiting=4, deadline=10)


async def until(condition: Callable[[], bool], seconds: float = 2) -> None:
    for _ in range(int(seconds / 0.01)):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"not within {seconds} s")


def events_of(stream: bytes) -> list[dict[str, object]]:
    return [json.loads(event.removeprefix(b"data:")) for event in stream.split(b"\n\n") if event]


class Gate:
    """Work that counts its runs and lasts until the test opens the gate."""

    def __init__(self) -> None:
        self.runs = 0
        self._open = threading.Event()

    def __call__(self, body: Body | None = None) -> str:
        self.runs += 1
        assert self._open.wait(10)
        return "through"

    def open(self) -> None:
        self._open.set()


class Endless:
    """Tokens without end, until the iterator is closed."""

    def __init__(self, pause: float = 0.0) -> None:
        self.made = 0
        self.closed = threading.Event()
        self._pause = pause

    def __call__(self, body: Body | None = None) -> Iterator[Token | Finish]:
        try:
            for number in itertools.count():
                self.made += 1
                time.sleep(self._pause)
                yield Token(number, " word" * 400, None)
        finally:
            self.closed.set()


async def test_two_functions_run_at_once() -> None:
    workers = Workers(threads=2, waiting=0, deadline=10)
    both = threading.Barrier(2)
    await asyncio.gather(workers.run(lambda: both.wait(5)), workers.run(lambda: both.wait(5)))


async def test_one_more_than_may_run_and_wait_is_refused_until_there_is_room_again() -> None:
    workers = Workers(threads=1, waiting=1, deadline=10)
    gate = Gate()
    accepted = [asyncio.create_task(workers.run(gate)) for _ in range(2)]
    await until(lambda: gate.runs == 1)
    with pytest.raises(Busy):
        await workers.run(gate)
    with pytest.raises(Busy):
        await anext(workers.iterate(Endless()))
    gate.open()
    assert await asyncio.gather(*accepted) == ["through", "through"]
    assert await workers.run(gate) == "through"


async def test_after_the_deadline_the_place_is_free_when_the_thread_is() -> None:
    workers = Workers(threads=1, waiting=0, deadline=0.1)
    gate = Gate()
    with pytest.raises(DeadlineExceeded):
        await workers.run(gate)
    with pytest.raises(Busy):
        await workers.run(gate)
    gate.open()
    await asyncio.sleep(0.1)
    assert await workers.run(gate) == "through"


async def test_a_call_that_waits_beyond_the_deadline_is_not_run() -> None:
    workers = Workers(threads=1, waiting=4, deadline=0.1)
    gate = Gate()
    outcomes = await asyncio.gather(*(workers.run(gate) for _ in range(4)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [DeadlineExceeded] * 4
    gate.open()
    await asyncio.sleep(0.1)
    assert gate.runs == 1


async def test_the_deadline_of_a_stream_includes_its_wait_for_a_thread() -> None:
    workers = Workers(threads=1, waiting=1, deadline=0.2)
    gate, endless = Gate(), Endless()
    holder = asyncio.create_task(workers.run(gate))
    await until(lambda: gate.runs == 1)
    with pytest.raises(DeadlineExceeded):
        await anext(workers.iterate(endless))
    with pytest.raises(DeadlineExceeded):
        await holder
    gate.open()
    assert endless.made == 0


async def test_a_stream_ends_at_the_deadline_even_if_it_says_nothing() -> None:
    workers = Workers(threads=1, waiting=0, deadline=0.1)
    gate = Gate()
    silent = workers.iterate(lambda: (gate() for _ in range(1)))
    with pytest.raises(DeadlineExceeded):
        await anext(silent)
    with pytest.raises(Busy):
        await workers.run(gate)
    gate.open()
    await asyncio.sleep(0.1)
    assert await workers.run(gate) == "through"


async def test_the_deadline_counts_for_the_whole_stream_and_not_for_each_batch() -> None:
    workers = Workers(threads=1, waiting=0, deadline=0.5)
    slow = Endless(pause=0.05)
    begun = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        async for _ in workers.iterate(slow):
            assert time.monotonic() - begun < 1
    assert 0.4 < time.monotonic() - begun < 1
    assert slow.closed.wait(1)


async def test_a_thread_that_is_stuck_is_replaced_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_PATIENCE", 0.1)
    told: list[int] = []
    workers = Workers(threads=1, waiting=3, deadline=0.2, on_stuck=told.append)
    gates = [Gate(), Gate()]
    for count, gate in enumerate(gates, start=1):
        with pytest.raises(DeadlineExceeded):
            await workers.run(gate)
        await until(lambda count=count: workers.stuck == count)
        assert await workers.run(lambda: "through") == "through"
    assert told == [1, 2]
    for gate in gates:
        gate.open()
    await until(lambda: workers.stuck == 0)
    both = threading.Barrier(2)
    with pytest.raises(DeadlineExceeded):  # there is one thread again, and not three
        await asyncio.gather(workers.run(lambda: both.wait(0.4)), workers.run(lambda: both.wait(0.4)))


async def test_items_come_in_order_and_complete() -> None:
    workers = Workers(threads=2, waiting=0, deadline=10)
    items = [item async for batch in workers.iterate(lambda: iter(range(1000))) for item in batch]
    assert items == list(range(1000))


async def test_an_item_is_handed_over_long_before_the_last_is_made() -> None:
    workers = Workers(threads=1, waiting=0, deadline=10)
    endless = Endless(pause=0.02)
    stream = workers.iterate(endless)
    assert len(await anext(stream)) == 1
    await stream.aclose()


async def test_closing_a_stream_closes_the_iterator_and_frees_its_place() -> None:
    workers = Workers(threads=1, waiting=0, deadline=10)
    endless = Endless()
    stream = workers.iterate(endless)
    await anext(stream)
    await stream.aclose()
    assert endless.closed.wait(1)
    await asyncio.sleep(0)
    assert await workers.run(lambda: 1) == 1


async def test_a_caller_cancelled_in_the_middle_of_a_batch_closes_the_iterator_after_it() -> None:
    workers = Workers(threads=1, waiting=0, deadline=10)
    endless = Endless(pause=0.1)

    async def read() -> None:
        async for _ in workers.iterate(endless):
            pass

    reading = asyncio.create_task(read())
    await until(lambda: endless.made > 0)
    reading.cancel()
    assert not endless.closed.is_set()
    await until(endless.closed.is_set)


async def test_a_slow_reader_holds_no_thread() -> None:
    workers = Workers(threads=1, waiting=8, deadline=10)
    streams: list[AsyncGenerator[list[Token | Finish]]] = [workers.iterate(Endless()) for _ in range(5)]
    for stream in streams:
        await anext(stream)
    async with asyncio.timeout(1):
        assert await workers.run(lambda: "served") == "served"
    for stream in streams:
        await stream.aclose()


async def test_a_full_queue_is_a_503_that_says_when_to_ask_again() -> None:
    gate = Gate()
    limits = Limits(threads=1, waiting=0, deadline=10)
    async with in_process.serving(Scripted(answer=gate), limits) as url, aiohttp.ClientSession(url) as http:

        async def ask() -> tuple[int, str | None]:
            async with http.post(PATH, json={"inputs": "x"}) as response:
                return response.status, response.headers.get("Retry-After")

        first = asyncio.create_task(ask())
        await until(lambda: gate.runs == 1)
        assert await ask() == (503, "1")
        gate.open()
        assert await first == (200, None)
        assert await ask() == (200, None)


async def test_an_answer_beyond_the_deadline_is_a_504() -> None:
    gate = Gate()
    limits = Limits(threads=1, waiting=0, deadline=0.1)
    async with in_process.serving(Scripted(answer=gate), limits) as url, aiohttp.ClientSession(url) as http:
        async with http.post(PATH, json={"inputs": "x"}) as response:
            assert response.status == 504
            assert "0.1 s" in (await response.json())["error"]
        gate.open()


async def test_health_says_how_many_threads_are_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_PATIENCE", 0.1)
    gate = Gate()
    limits = Limits(threads=1, waiting=1, deadline=0.1)
    async with in_process.serving(Scripted(answer=gate), limits) as url, aiohttp.ClientSession(url) as http:

        async def health() -> tuple[int, object]:
            async with http.get("/health") as response:
                return response.status, await response.json()

        assert await health() == (200, {"status": "ok"})
        async with http.post(PATH, json={"inputs": "x"}) as response:
            assert response.status == 504
        await asyncio.sleep(0.3)
        assert await health() == (503, {"status": "stuck", "stuck_threads": 1})
        gate.open()
        await asyncio.sleep(0.2)
        assert await health() == (200, {"status": "ok"})


async def test_nothing_is_computed_for_a_caller_who_leaves_while_waiting() -> None:
    gate = Gate()
    async with in_process.serving(Scripted(answer=gate), ONE_AT_A_TIME) as url, aiohttp.ClientSession(url) as http:

        async def ask() -> int:
            async with http.post(PATH, json={"inputs": "x"}) as response:
                return response.status

        first = asyncio.create_task(ask())
        await until(lambda: gate.runs == 1)
        waiting = [asyncio.create_task(ask()) for _ in range(3)]
        await asyncio.sleep(0.1)
        for task in waiting:
            task.cancel()
        await asyncio.sleep(0.1)
        gate.open()
        assert await first == 200
        assert await ask() == 200
        assert gate.runs == 2


async def test_leaving_a_stream_stops_the_engine() -> None:
    endless = Endless()
    async with in_process.serving(Scripted(tokens=endless)) as url, aiohttp.ClientSession(url) as http:
        async with http.post(PATH, json={"inputs": "x", "stream": True}) as response:
            await response.content.readany()
            response.close()
        await until(endless.closed.is_set)
        made = endless.made
        await asyncio.sleep(0.1)
        assert endless.made == made


async def test_a_reader_who_stops_reading_stops_the_engine_at_some_point() -> None:
    endless = Endless()
    async with in_process.serving(Scripted(tokens=endless), ONE_AT_A_TIME) as url, aiohttp.ClientSession(url) as http:
        async with http.post(PATH, json={"inputs": "x", "stream": True}) as response:
            made = 0
            while made != endless.made or not made:
                made = endless.made
                await asyncio.sleep(0.3)
            async with http.post(PATH, json={"inputs": "x"}) as other:
                assert other.status == 200
            response.close()
        await until(endless.closed.is_set)


def refused(body: Body) -> Iterator[Token | Finish]:
    raise CannotAnswer("Nothing comes to mind.")
    yield Finish("length", 0)


async def test_a_refusal_before_the_first_token_has_its_own_status() -> None:
    async with (
        in_process.serving(Scripted(tokens=refused)) as url,
        aiohttp.ClientSession(url) as http,
        http.post(PATH, json={"inputs": "x", "stream": True}) as response,
    ):
        assert response.status == 422
        assert (await response.json())["error"] == "Nothing comes to mind."


def breaking(body: Body) -> Iterator[Token | Finish]:
    for number in range(3):
        time.sleep(0.02)
        yield Token(number, " word", None)
    raise ValueError(body.inputs)


async def test_an_error_in_the_middle_ends_the_stream_with_an_error_event() -> None:
    async with in_process.serving(Scripted(tokens=breaking)) as url, aiohttp.ClientSession(url) as http:
        async with http.post(PATH, json={"inputs": "a secret", "stream": True}) as response:
            assert response.status == 200
            *tokens, last = events_of(await response.read())
        assert tokens and all("token" in event for event in tokens)
        assert "failed" in str(last["error"]) and "a secret" not in str(last)
