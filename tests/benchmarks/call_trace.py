"""How many steps a call takes inside the client, and what it asks the Hub, compared with huggingface_hub's client.

    python tests/benchmarks/call_trace.py [--check] [--way]

Two calls by URL against a loopback server are traced, with a warm client (the same call was made twice before): one
`text_classification`, and one `text_generation(stream=True)` of a single token, read to its end. What counts are the
"call" events of `sys.setprofile` in Python code of the package, for both clients alike: a function that begins, a
comprehension, and a coroutine or generator that continues after it was suspended (then every one that awaits it, too).

    calls         all those events
    from outside  those whose caller is outside the package: the program itself, asyncio, aiohttp or httpx
    functions     different functions among them
    files         different files
    changes       two neighbouring events in different files
    into base     changes into methods/base.py (huggingface_hub has no such file: into its client's own)

Then a call by model id is made with a new client and `provider="auto"`, and what a stand-in for the Hub is asked
meanwhile is counted: with a model named, and with none.

`--check` fails unless a classification changes the file at most 20 times and enters the base at most twice, has no more
calls than huggingface_hub's, and the Hub is asked at most once where a model is named. `--way` prints every step.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

from aiohttp import web

sys.path.insert(0, str(Path(__file__).parents[2]))

import huggingface_hub
from huggingface_hub import constants
from huggingface_hub.inference._providers import PROVIDERS as HUB_PROVIDERS

import inference_core
from tests.support.answers import by_path
from tests.support.tracing import Trace, traced
from tests.support.upstream import Upstream, answers, serving, tokens

MOST_CHANGES = 20
MOST_ENTRIES_INTO_BASE = 2
MOST_QUESTIONS = 1
MODEL = "org/model"
TOKEN = "hf_trace"

Client = Any
Work = Callable[[Client], Any]


@dataclass(frozen=True, slots=True)
class Traced:
    """A package with a client, and the file that all its calls share."""

    package: ModuleType
    base: str

    @property
    def name(self) -> str:
        return self.package.__name__

    def client(self, model: str | None = None, **options: Any) -> Client:
        return self.package.AsyncInferenceClient(model, token=TOKEN, **options)


OURS = Traced(inference_core, "methods/base.py")
HUB = Traced(huggingface_hub, "inference/_generated/_async_client.py")


async def classify(client: Client) -> None:
    assert (await client.text_classification("text"))[0].label == "POSITIVE"


async def stream_a_token(client: Client) -> None:
    assert [text async for text in await client.text_generation("text", stream=True)] == [" word0"]


CLASSES = answers([[{"label": "POSITIVE", "score": 0.5}]])
WORKS: dict[str, tuple[Work, Any]] = {
    "text_classification by URL": (classify, CLASSES),
    "text_generation by URL, a stream of one token": (stream_a_token, tokens(1, 0)),
}


async def trace(of: Traced, work: Work, answer: Any) -> Trace:
    """The third of three calls of a client."""
    async with serving(answer) as upstream, of.client(upstream.url) as client:
        for _ in range(2):
            await work(client)
        return await traced(of.package, work(client))


@asynccontextmanager
async def stand_in_for_the_hub() -> AsyncIterator[Upstream]:
    """A server that is the Hub and serves its models, for both clients."""
    tasks = answers({"text-classification": {"widgetModels": [MODEL]}})
    mapping = {"hf-inference": {"providerId": MODEL, "task": "text-classification", "status": "live"}}
    shown = {"id": MODEL, "pipeline_tag": "text-classification", "tags": [], "inferenceProviderMapping": mapping}

    def said(path: str) -> Any:
        if path == "/api/tasks":
            return tasks
        return answers(shown) if path.startswith("/api/") else CLASSES

    async def every_model(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        return await by_path(said)(request, upstream)

    async with serving(every_model, lists_tasks=True) as upstream:
        os.environ["HF_ENDPOINT"] = os.environ["HF_INFERENCE_ENDPOINT"] = upstream.url
        constants.ENDPOINT = upstream.url
        HUB_PROVIDERS["hf-inference"]["text-classification"].base_url = upstream.url
        yield upstream


async def questions(of: Traced, model: str | None) -> list[str]:
    """What the Hub is asked in the first call of a client that leaves the provider to it."""

    async def first_call() -> None:
        async with of.client(model, provider="auto") as client:
            await classify(client)

    async with stand_in_for_the_hub() as upstream:
        # In another thread, since huggingface_hub's client lets the loop wait for the Hub.
        await asyncio.to_thread(lambda: asyncio.run(first_call()))
    return [path for path, _, _ in upstream.requests if path.startswith("/api/")]


def row(name: str, *cells: object) -> str:
    return f"  {name:18}" + "".join(f"{cell!s:>14}" for cell in cells)


async def main(way: bool) -> list[str]:
    """Print all figures; what is missed."""
    print(f"Python {sys.version.split()[0]}, huggingface_hub {version('huggingface_hub')}")
    traces: dict[tuple[str, str], Trace] = {}
    for name, (work, answer) in WORKS.items():
        print(f"\n{name}")
        print(row("", "calls", "from outside", "functions", "files", "changes", "into base"))
        for of in (OURS, HUB):
            made = traces[name, of.name] = await trace(of, work, answer)
            into_base = made.entries_into(of.base)
            print(row(of.name, made.calls, made.entries, made.functions, made.files, made.file_changes, into_base))
            if way:
                print("\n".join(f"    {line}" for line in made.way()))
    print("\nQuestions to the Hub, text_classification by model id")
    asked = {(of.name, model): await questions(of, model) for of in (OURS, HUB) for model in (MODEL, None)}
    for (name, model), paths in asked.items():
        print(row(name, f"{'a model named' if model else 'none named'}: {len(paths)}"), "", *paths)
    (first, *_) = WORKS
    ours, hubs = traces[first, OURS.name], traces[first, HUB.name]
    limits = {
        f"changes of file at most {MOST_CHANGES}": ours.file_changes <= MOST_CHANGES,
        f"the base entered at most {MOST_ENTRIES_INTO_BASE} times": ours.entries_into(OURS.base)
        <= MOST_ENTRIES_INTO_BASE,
        "no more calls than huggingface_hub's": ours.calls <= hubs.calls,
        "no more calls from outside than huggingface_hub's": ours.entries <= hubs.entries,
        f"the Hub asked at most {MOST_QUESTIONS} times with a model": len(asked[OURS.name, MODEL]) <= MOST_QUESTIONS,
    }
    print()
    for limit, is_met in limits.items():
        print(f"  {limit}: {'met' if is_met else 'MISSED'}")
    return [limit for limit, is_met in limits.items() if not is_met]


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true", help="fail if a limit is missed")
    arguments.add_argument("--way", action="store_true", help="print every step")
    given = arguments.parse_args()
    missed = asyncio.run(main(given.way))
    sys.exit(1 if given.check and missed else 0)
