"""A signal to the real app while it answers: a stream goes on to its end, new runs are told to come back."""

import asyncio
import json
import os
import signal
import time

import httpx
import pytest

from tests.support import processes
from tests.support.upstream import serving, tokens

pytestmark = pytest.mark.slow
CALL = "/gradio_api/call/v2/text_generation"
KEY = {"Authorization": "Bearer the-key"}


async def stream(http: httpx.AsyncClient, begun: asyncio.Event) -> str:
    """The last events of a run that streams."""
    started = await http.post(CALL, json={"prompt": "a secret prompt"})
    name = started.json()["event_id"]
    events: list[str] = []
    async with http.stream("GET", f"{CALL}/{name}") as answer:
        async for line in answer.aiter_lines():
            events.append(line)
            if "word1" in line:
                begun.set()
    return "\n".join(events[-6:])


async def test_a_stream_is_finished_before_the_process_ends() -> None:
    async with serving(tokens(60, 0.05)) as upstream:
        with processes.app("--backend", upstream.url, "--log", "json", GALLERY_OPERATOR_KEY="the-key") as app:
            async with httpx.AsyncClient(base_url=app.url, timeout=30) as http:
                begun = asyncio.Event()
                streaming = asyncio.create_task(stream(http, begun))
                async with asyncio.timeout(20):
                    await begun.wait()
                assert "gallery_runs_running 1" in (await http.get("/metrics", headers=KEY)).text
                app.process.send_signal(signal.SIGTERM)
                await asyncio.sleep(0.7)
                assert (await http.get("/health")).status_code == 503
                refused = await http.post(CALL, json={"prompt": "a secret prompt"})
                assert refused.status_code == 503 and "is being restarted" in refused.json()["detail"]
                last = await streaming
            assert "word59" in last and "complete" in last
            assert await asyncio.to_thread(app.process.wait, 8) == 0
    logged = [json.loads(line) for line in app.output if line.startswith("{")]
    (run,) = (one for one in logged if one["logger"] == "tasks.runs")
    assert (run["task"], run["outcome"]) == ("text-generation", "done") and "secret" not in "".join(app.output)


@pytest.mark.parametrize(
    ("signals", "least", "most"),
    [([signal.SIGTERM], 2.0, 6.0), ([signal.SIGTERM, signal.SIGTERM], 0.0, 3.0), ([signal.SIGINT], 0.0, 4.0)],
    ids=["its time is over", "asked again", "in a terminal"],
)
async def test_a_stream_without_an_end_holds_the_process_up_for_its_time_at_most(
    signals: list[signal.Signals], least: float, most: float
) -> None:
    async with serving(tokens(10_000, 0.05)) as upstream:
        with processes.app("--backend", upstream.url, "--drain", "2") as app:
            async with httpx.AsyncClient(base_url=app.url, timeout=30) as http:
                begun = asyncio.Event()
                streaming = asyncio.create_task(stream(http, begun))
                async with asyncio.timeout(20):
                    await begun.wait()
                asked = time.monotonic()
                for one in signals:
                    os.kill(app.process.pid, one)
                    await asyncio.sleep(0.2)
                assert await asyncio.to_thread(app.process.wait, 15) == 0
                assert least <= time.monotonic() - asked <= most
                streaming.cancel()
                await asyncio.wait({streaming})
