"""Many callers at once: sixteen mixed calls at a time get the answers a single caller gets, and memory stays level."""

import asyncio
import base64
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from inference_core.media.sounds import decode_sound
from tasks.samples import sample
from tests.support import processes
from tests.support.media import sound_file, spoken, tone
from tests.support.models import path_of
from tests.support.processes import Server

CALLERS = 16
WARM, MEASURED = 8.0, 12.0
_MIB = 2**20

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")]


@dataclass(frozen=True)
class Call:
    """A request, and what of its answer must be the same each time."""

    task: str
    body: bytes | dict[str, Any]
    essence: Callable[[bytes], Any] = lambda answer: answer

    async def send(self, http: aiohttp.ClientSession) -> Any:
        sent = {"json": self.body} if isinstance(self.body, dict) else {"data": self.body}
        async with http.post(path_of(self.task), **sent) as response:
            answer = await response.read()
            return response.status, self.essence(answer) if response.status == 200 else answer


def rounded(answer: bytes) -> bytes:
    """Fractions with two digits: the last ones depend on the order in which threads add up."""
    return re.sub(rb"(\d\.\d\d)\d+(e-?\d+)?", rb"\1", answer)


def encoded(name: str) -> str:
    return base64.b64encode(sample(name).read_bytes()).decode()


_QUESTION = {"question": "What is the total?", "image": encoded("invoice.png")}
_SENTENCES = {"source_sentence": "It rains.", "sentences": ["It snows.", "A car."]}
_LABELS = {"candidate_labels": ["sport", "art"]}
_IRIS = {"petal length": [1.4], "petal width": [0.2], "sepal length": [5.1], "sepal width": [3.5]}
CALLS = [
    Call("text-to-speech", {"inputs": "Good morning."}, lambda sound: round(decode_sound(sound).seconds)),
    Call("automatic-speech-recognition", spoken("good morning my friend")),
    Call("audio-classification", sound_file(tone(1)), rounded),
    Call("image-to-text", sample("letter.png").read_bytes()),
    Call("document-question-answering", {"inputs": _QUESTION}, rounded),
    Call("object-detection", sample("invoice.png").read_bytes(), rounded),
    Call("image-segmentation", sample("flower.jpg").read_bytes(), rounded),
    Call("image-classification", sample("lion.jpg").read_bytes(), rounded),
    Call("sentence-similarity", {"inputs": _SENTENCES}, rounded),
    Call("zero-shot-classification", {"inputs": "A goal!", "parameters": _LABELS}, rounded),
    Call("text-to-image", {"inputs": "a sunset over the sea", "parameters": {"seed": 3, "width": 256, "height": 256}}),
    Call("image-to-image", {"inputs": encoded("tower.jpg"), "parameters": {"prompt": "pencil drawing"}}),
    Call("tabular-classification", {"table": _IRIS}),
]  # fmt: skip


def resident(process: int) -> float:
    """MiB of memory of a process."""
    status = Path(f"/proc/{process}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / _MIB


async def test_sixteen_mixed_calls_at_a_time_get_right_answers_in_level_memory(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with processes.engine("--warm") as engine:
        async with aiohttp.ClientSession(engine.url) as http:
            alone = [await call.send(http) for call in CALLS]
            assert {status for status, _ in alone} == {200}, alone
            warm = await load(engine, http, alone, WARM)
            measured = await load(engine, http, alone, MEASURED)
    with capsys.disabled():
        print(
            f"\n{measured.calls} calls in {MEASURED:g} s; MiB while warming {warm.memory}, measured {measured.memory}"
        )
    assert measured.wrong == warm.wrong == Counter()
    assert max(measured.memory[len(measured.memory) // 2 :]) < max(warm.memory) * 1.1


@dataclass
class Load:
    calls: int
    wrong: Counter[str]
    memory: list[int]


async def load(engine: Server, http: aiohttp.ClientSession, alone: list[Any], seconds: float) -> Load:
    end = time.monotonic() + seconds
    done = Load(0, Counter(), [])

    async def call_on(start: int) -> None:
        turn = start
        while time.monotonic() < end:
            call, expected = CALLS[turn % len(CALLS)], alone[turn % len(CALLS)]
            if await call.send(http) != expected:
                done.wrong[call.task] += 1
            done.calls += 1
            turn += 1

    async def measure_memory() -> None:
        while time.monotonic() < end:
            done.memory.append(round(resident(engine.process.pid)))
            await asyncio.sleep(2)

    await asyncio.gather(measure_memory(), *(call_on(number) for number in range(CALLERS)))
    return done


async def test_a_full_queue_is_answered_with_503_and_when_to_come_back() -> None:
    with processes.engine("--threads", "1", "--queue", "2") as engine:
        async with aiohttp.ClientSession(engine.url) as http:

            async def ask() -> tuple[int, str | None]:
                async with http.post("/models/builtin/photo-edits", json=CALLS[11].body) as response:
                    return response.status, response.headers.get("Retry-After")

            assert (await ask())[0] == 200
            answers = Counter([*await asyncio.gather(*(ask() for _ in range(24)))])
    assert set(answers) == {(200, None), (503, "1")}
    assert answers[200, None] >= 3
