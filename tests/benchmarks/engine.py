"""What the engine costs over calling the library: a classifier and a language model, made on the spot.

    python tests/benchmarks/engine.py [--check] [--ray]

It needs requirements-pretrained.txt. With --ray, the same models run on Ray beside it, which needs
requirements-cluster.txt. The library is called in this process, the engine through the client; they take turns, and a
figure is the median of the rounds. A step of the language model takes 5 ms or more, as on a real one of some hundred
million parameters.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from inference_core import AsyncInferenceClient
from tests.support import processes
from tests.support.processes import Server

ROUNDS = 7
CALLS = 40
CALLERS = 16
TOKENS = 200
TEXT = "the weather is nice"
LEAST_STEP = 0.005
LEAST_SPEED = 0.9
MODELS = """[[model]]
id = "bench/labels"
task = "text-classification"
source = "labels"

[[model]]
id = "bench/writer"
task = "text-generation"
source = "writer"
"""


@dataclass(slots=True)
class Figures:
    """Seconds of one round each: a call, a call of one of 16 callers, and a token."""

    call: list[float] = field(default_factory=list)
    crowded: list[float] = field(default_factory=list)
    token: list[float] = field(default_factory=list)


class Library:
    """transformers itself, in this process."""

    def __init__(self, folder: Path) -> None:
        import torch
        import transformers

        self._labels = transformers.pipeline("text-classification", model=str(folder / "labels"), device="cpu")
        self._tokenizer = transformers.AutoTokenizer.from_pretrained(folder / "writer")
        self._writer = transformers.AutoModelForCausalLM.from_pretrained(folder / "writer", dtype=torch.float32).eval()

    async def label(self) -> None:
        self._labels(TEXT, top_k=None)

    async def write(self) -> int:
        import torch

        ids = self._tokenizer(TEXT, return_tensors="pt").input_ids
        with torch.inference_mode():
            whole = self._writer.generate(ids, max_new_tokens=TOKENS, do_sample=False)
        return int(whole.shape[1] - ids.shape[1])


class Engine:
    """The engine at `url`, as a client sees it."""

    def __init__(self, url: str) -> None:
        self._client = AsyncInferenceClient(endpoint=url, timeout=300)

    async def label(self) -> None:
        await self._client.text_classification(TEXT, model="bench/labels")

    async def write(self) -> int:
        tokens = await self._client.text_generation(TEXT, model="bench/writer", max_new_tokens=TOKENS, stream=True)
        return len([token async for token in tokens])

    async def close(self) -> None:
        await self._client.close()


def write_models(folder: Path) -> Path:
    """Both models and their models.toml."""
    import torch

    from tests.support.tiny import language

    torch.manual_seed(0)
    language.text_classifier(folder / "labels")
    language.writer(folder / "writer", hidden_size=512, layers=8)
    listed = folder / "models.toml"
    listed.write_text(MODELS, encoding="utf-8")
    return listed


async def one_round(of: Library | Engine, figures: Figures) -> None:
    figures.call.append(await _seconds(of.label, CALLS))
    if isinstance(of, Engine):
        began = time.perf_counter()
        await asyncio.gather(*(_repeated(of.label, CALLS // 4) for _ in range(CALLERS)))
        figures.crowded.append((time.perf_counter() - began) / (CALLERS * (CALLS // 4)))
    began = time.perf_counter()
    written = await of.write()
    figures.token.append((time.perf_counter() - began) / written)


async def _seconds(call: Callable[[], Awaitable[None]], count: int) -> float:
    """The median of some calls, one after the other."""
    taken = []
    for _ in range(count):
        began = time.perf_counter()
        await call()
        taken.append(time.perf_counter() - began)
    return median(taken)


async def _repeated(call: Callable[[], Awaitable[None]], count: int) -> None:
    for _ in range(count):
        await call()


async def measured(ways: dict[str, Library | Engine]) -> dict[str, Figures]:
    """The figures of each way; the first round only warms up."""
    found = {name: Figures() for name in ways}
    for number in range(ROUNDS + 1):
        for name, way in ways.items():
            await one_round(way, found[name] if number else Figures())
    for way in ways.values():
        if isinstance(way, Engine):
            await way.close()
    return found


@contextmanager
def started(listed: Path, *options: str) -> Iterator[tuple[Server, float]]:
    """An engine, and the seconds from its start to its first answer."""
    began = time.perf_counter()
    with processes.engine("--models", str(listed), *options) as server:
        asyncio.run(_first_answer(server.url))
        yield server, time.perf_counter() - began


async def _first_answer(url: str) -> None:
    engine = Engine(url)
    await engine.label()
    await engine.close()


def told(server: Server) -> dict[str, dict[str, Any]]:
    models = httpx.get(f"{server.url}/info").json()["models"]
    return {one["id"]: one for one in models if one["id"].startswith("bench/")}


def report(found: dict[str, Figures], servers: dict[str, tuple[Server, float]]) -> bool:
    """Print the tables; whether what can be missed is met."""
    library = found["library"]
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors, {ROUNDS} rounds\n")
    print(f"{'':10}{'p50 ms a call':>16}{'ms a call, 16 callers':>24}{'ms a token':>14}{'tokens/s':>12}")
    for name, one in found.items():
        crowded = f"{median(one.crowded) * 1000:.2f}" if one.crowded else "-"
        token = median(one.token)
        print(f"{name:10}{median(one.call) * 1000:16.2f}{crowded:>24}{token * 1000:14.2f}{1 / token:12.1f}")
    for name, (server, first) in servers.items():
        for id, one in told(server).items():
            memory, seconds = one["memory_bytes"] or 0, one["load_seconds"] or 0.0
            print(f"{name}: {id} loads in {seconds:.1f} s and takes {memory / 2**20:.0f} MiB")
        print(f"{name}: first answer {first:.1f} s after the start")
    step = median(library.token)
    speed = median(bare / ours for bare, ours in zip(library.token, found["engine"].token, strict=True))
    print(
        f"\na step of the library: {step * 1000:.1f} ms; at least {LEAST_STEP * 1000:.0f}: {_met(step >= LEAST_STEP)}"
    )
    print(f"tokens/s, engine / library: {speed:.2f}; at least {LEAST_SPEED}: {_met(speed >= LEAST_SPEED)}")
    return step >= LEAST_STEP and speed >= LEAST_SPEED


def _met(is_met: bool) -> str:
    return "met" if is_met else "MISSED"


def run(with_ray: bool) -> bool:
    """Measure and print; whether what can be missed is met."""
    with TemporaryDirectory() as folder:
        listed = write_models(Path(folder))
        ways: dict[str, Library | Engine] = {"library": Library(Path(folder))}
        with started(listed) as engine:
            ways["engine"] = Engine(engine[0].url)
            if not with_ray:
                return report(asyncio.run(measured(ways)), {"engine": engine})
            with started(listed, "--ray") as ray:
                ways["Ray"] = Engine(ray[0].url)
                return report(asyncio.run(measured(ways)), {"engine": engine, "Ray": ray})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="fail if the engine writes too slowly")
    parser.add_argument("--ray", action="store_true", help="measure the same models on Ray too")
    arguments = parser.parse_args()
    is_met = run(arguments.ray)
    raise SystemExit(1 if arguments.check and not is_met else 0)
