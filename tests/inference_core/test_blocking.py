"""The blocking client: the asynchronous one for callers without an event loop; it leaves nothing running or open."""

import asyncio
import gc
import inspect
import os
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio.to_thread
import pytest
from aiohttp import web
from anyio.from_thread import start_blocking_portal
from PIL import Image

from inference_core import (
    AsyncInferenceClient,
    Exchange,
    InferenceClient,
    InferenceConnectionError,
    InferenceHTTPError,
    InferenceTimeoutError,
    InvalidInputError,
)
from inference_core.errors import OverloadedError
from tests.support.answers import by_path, chat_event, event, headers_of, json_of, says, streams, token_event
from tests.support.processes import ROOT, clean_environment
from tests.support.upstream import Answer, Upstream, answers, serving, silence, tokens

SUMMARY = answers([{"summary_text": "b"}])
ENDLESS = tokens(10_000, 0.01)


@contextmanager
def served(answer: Answer) -> Iterator[Upstream]:
    """A server in a thread of its own."""
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(serving(answer)) as upstream:
        yield upstream


@contextmanager
def asking(
    answer: Answer, model: str | None = "some/model", **options: Any
) -> Iterator[tuple[InferenceClient, Upstream]]:
    """A client pointed at a server that answers so, closed before it."""
    with served(answer) as upstream, InferenceClient(model, endpoint=upstream.url, **options) as client:
        yield client, upstream


def texts(client: InferenceClient) -> list[str]:
    return list(client.text_generation("a", stream=True))


def becomes_true(condition: Callable[[], bool]) -> bool:
    """Whether the condition holds within a few seconds."""
    end = time.monotonic() + 5
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return condition()


def noticed(upstream: Upstream) -> bool:
    """Whether the server notices that its caller is gone."""
    return becomes_true(upstream.left.is_set)


async def mute(request: web.Request, upstream: Upstream) -> web.StreamResponse:
    """An answer that does not begin."""
    try:
        await asyncio.sleep(60)
    finally:
        upstream.left.set()
    raise AssertionError


class Connections(set[Any]):
    """A server's answer that remembers its callers' addresses."""

    async def __call__(self, request: web.Request, upstream: Upstream) -> web.StreamResponse:
        assert request.transport is not None
        self.add(request.transport.get_extra_info("peername"))
        return await SUMMARY(request, upstream)


def public(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_")}


def test_a_call_returns_its_answer() -> None:
    with asking(SUMMARY, token="hf_a") as (client, upstream):
        assert client.summarization("a").summary_text == "b"
    assert json_of(upstream) == {"inputs": "a"}
    assert headers_of(upstream)["authorization"] == "Bearer hf_a"


def test_it_has_what_the_asynchronous_client_has() -> None:
    assert public(InferenceClient) == public(AsyncInferenceClient)


def functions() -> list[str]:
    return [name for name in sorted(public(InferenceClient)) if callable(getattr(InferenceClient, name))]


@pytest.mark.parametrize("name", ["__init__", *functions()])
def test_a_method_has_the_parameters_of_the_original(name: str) -> None:
    method = getattr(InferenceClient, name)
    original = inspect.signature(getattr(AsyncInferenceClient, name))
    assert inspect.signature(method).parameters == original.parameters
    assert method.__qualname__ == f"InferenceClient.{name}"


@pytest.mark.parametrize("name", functions())
def test_a_method_says_that_it_blocks(name: str) -> None:
    method = getattr(InferenceClient, name)
    assert not inspect.iscoroutinefunction(method)
    assert "Async" not in str(inspect.signature(method).return_annotation)
    assert method.__doc__
    assert not {"asynchronous", "aclose()", "await"} & set(method.__doc__.replace("`", "").split())


def test_a_method_that_does_not_exist_is_not_an_attribute() -> None:
    with pytest.raises(AttributeError):
        InferenceClient("some/model").sumarization  # type: ignore[attr-defined]  # noqa: B018


def test_its_repr_names_the_blocking_client_and_holds_no_secret() -> None:
    client = InferenceClient("http://me:password@localhost/", token="hf_secret", timeout=3)
    assert repr(client) == repr(client._asynchronous).replace("Async", "")  # type: ignore[attr-defined]
    assert not {word for word in ("password", "hf_secret") if word in repr(client)}


def test_properties_are_those_of_the_asynchronous_client() -> None:
    client = InferenceClient("some/model", timeout=3)
    assert (client.model, client.timeout) == ("some/model", 3)


def test_wrong_arguments_raise_the_same_errors_as_in_the_asynchronous_client() -> None:
    with pytest.raises(InvalidInputError):
        InferenceClient("some/model", base_url="http://localhost/")
    with asking(SUMMARY) as (client, _):
        with pytest.raises(TypeError, match="unexpected keyword argument 'unknown'"):
            client.summarization("a", unknown=1)  # type: ignore[call-arg]
        with pytest.raises(InvalidInputError):
            client.translation("a", src_lang="de")


def test_a_refusal_is_the_same_error_and_holds_no_secret() -> None:
    refusal = says(b"You sent hf_secret.", 422)
    with asking(refusal, token="hf_secret") as (client, _), pytest.raises(InferenceHTTPError, match="422") as raised:
        client.summarization("a")
    assert "hf_secret" not in "".join(traceback.format_exception(raised.value))


def test_a_silent_server_is_a_time_out() -> None:
    with asking(silence(30), timeout=0.2) as (client, upstream):
        with pytest.raises(InferenceTimeoutError):
            client.summarization("a")
        assert noticed(upstream)


def test_derived_clients_are_of_the_same_class_and_share_its_connection() -> None:
    class Own(InferenceClient):
        pass

    connections = Connections()
    exchanges: list[Exchange] = []
    with served(connections) as upstream, Own("some/model", endpoint=upstream.url) as client:
        derived = client.with_options(timeout=5, observer=exchanges.append)
        for asked_client in (client, derived, client):
            asked_client.summarization("a")
    assert type(derived) is Own
    assert (client.timeout, derived.timeout) == (None, 5)
    assert len(exchanges) == len(connections) == 1


def test_a_closed_client_can_be_used_again() -> None:
    connections = Connections()
    with asking(connections) as (client, _):
        client.summarization("a")
        with client as same:
            assert same is client
            client.summarization("a")
        client.summarization("a")
        client.close()
        client.close()
    assert len(connections) == 2


def test_all_clients_share_one_thread() -> None:
    with asking(SUMMARY) as (first, _), asking(SUMMARY) as (second, _):
        first.summarization("a")
        before = threading.active_count()
        second.summarization("a")
        assert threading.active_count() == before
    assert [thread.name for thread in threading.enumerate()].count("inference-client") == 1


def test_files_are_sent_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (3, 2), "red").save(path)
    classes = answers([{"label": "red", "score": 1.0}])
    with asking(classes) as (client, upstream), path.open("rb") as file, Image.open(path) as picture:
        for content in (path.read_bytes(), path, str(path), file, picture):
            assert client.image_classification(content)[0].label == "red"
    assert {body for _, _, body in upstream.requests[:4]} == {path.read_bytes()}
    assert upstream.requests[4][2].startswith(b"\x89PNG")


def test_a_text_arrives_token_by_token() -> None:
    with asking(streams(token_event("a"), token_event("b") + token_event("c"))) as (client, upstream):
        assert texts(client) == ["a", "b", "c"]
        assert [output.token.text for output in client.text_generation("a", stream=True, details=True)] == [
            "a",
            "b",
            "c",
        ]
    assert json_of(upstream, 0) == {"inputs": "a", "stream": True}


def test_a_chat_arrives_chunk_by_chunk() -> None:
    with asking(streams(chat_event("a"), chat_event("b"), b"data: [DONE]\n\n")) as (client, _):
        assert [chunk.choices[0].delta.content for chunk in client.chat_completion([], stream=True)] == ["a", "b"]


def test_chat_has_the_name_it_has_in_other_clients() -> None:
    with asking(streams(chat_event("a"))) as (client, upstream):
        create = client.chat.completions.create
        assert create == client.chat_completion
        assert [chunk.choices[0].delta.content for chunk in create([], stream=True)] == ["a"]
    assert upstream.requests[0][0] == "/models/some/model/v1/chat/completions"


def test_anything_can_be_posted_and_read_line_by_line() -> None:
    with asking(says(b"a\nb\n", content_type="text/plain")) as (client, _):
        assert client.post(json={}) == b"a\nb\n"
        assert list(client.post(json={}, stream=True)) == [b"a", b"b"]


def test_a_stream_is_a_generator_that_ends_and_can_be_closed() -> None:
    with asking(streams(token_event("a"))) as (client, _):
        stream = client.text_generation("a", stream=True)
        assert inspect.isgenerator(stream)
        assert list(stream) == ["a"]
        assert list(stream) == []
        stream.close()


def test_a_token_is_never_held_back() -> None:
    heard: list[str] = []

    async def waits_until_read(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for number in range(200):
            await response.write(token_event(str(number)))
            while len(heard) <= number:  # noqa: ASYNC110  # what is waited for happens in another thread
                await asyncio.sleep(0)
        return response

    with asking(waits_until_read, timeout=10) as (client, _):
        for token in client.text_generation("a", stream=True):
            heard.append(token)  # noqa: PERF402
    assert heard == [str(number) for number in range(200)]


def test_the_server_waits_for_a_slow_reader() -> None:
    large = token_event("x" * 100_000)

    async def endless(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        try:
            while True:
                await response.write(large)
                upstream.sent += 1
        finally:
            upstream.left.set()

    def has_stopped() -> bool:
        before = upstream.sent
        time.sleep(0.3)
        return upstream.sent == before

    with asking(endless) as (client, upstream):
        stream = client.text_generation("a", stream=True)
        next(stream)
        assert becomes_true(has_stopped)
        before = upstream.sent
        assert {len(next(stream)) for _ in range(2 * before)} == {100_000}
        assert upstream.sent > before
        assert becomes_true(has_stopped)
        stream.close()
        assert noticed(upstream)


def test_an_error_in_the_middle_comes_after_the_text_before_it() -> None:
    seen = []
    error = event({"error": "Model is overloaded", "error_type": "overloaded"})
    with asking(streams(token_event("a"), error)) as (client, _):
        stream = client.text_generation("a", stream=True)
        with pytest.raises(OverloadedError, match="Model is overloaded"):
            for token in stream:
                seen.append(token)  # noqa: PERF402
        assert list(stream) == []
    assert seen == ["a"]


def test_a_refusal_is_raised_by_the_call_itself() -> None:
    with asking(says(b"Too long.", 422)) as (client, _), pytest.raises(InferenceHTTPError, match="Too long"):
        client.text_generation("a", stream=True)


def test_silence_in_a_stream_is_a_time_out() -> None:
    with asking(silence(30), timeout=0.2) as (client, upstream):
        stream = client.text_generation("a", stream=True)
        with pytest.raises(InferenceTimeoutError):
            next(stream)
        assert noticed(upstream)


def by_breaking(client: InferenceClient) -> None:
    for _ in client.text_generation("a", stream=True):
        break


def by_closing(client: InferenceClient) -> None:
    stream = client.text_generation("a", stream=True)
    next(stream)
    stream.close()
    assert list(stream) == []


def by_closing_before_reading(client: InferenceClient) -> None:
    client.text_generation("a", stream=True).close()


def by_an_error_of_the_callers(client: InferenceClient) -> None:
    with pytest.raises(ZeroDivisionError):
        for _ in client.text_generation("a", stream=True):
            raise ZeroDivisionError


def by_forgetting(client: InferenceClient) -> None:
    stream = client.text_generation("a", stream=True)
    next(stream)
    del stream


def by_forgetting_before_reading(client: InferenceClient) -> None:
    client.text_generation("a", stream=True)


def by_forgetting_in_a_cycle(client: InferenceClient) -> None:
    circle: list[Any] = [client.text_generation("a", stream=True)]
    circle.append(circle)
    del circle
    gc.collect()


def by_closing_the_client(client: InferenceClient) -> None:
    stream = client.text_generation("a", stream=True)
    client.close()
    with pytest.raises(InferenceConnectionError):
        list(stream)


AFTER_A_TOKEN = [by_breaking, by_closing, by_an_error_of_the_callers, by_forgetting]
ANY_TIME = [by_closing_before_reading, by_forgetting_before_reading, by_forgetting_in_a_cycle, by_closing_the_client]


@pytest.mark.parametrize(
    ("leave", "answer"),
    [(leave, ENDLESS) for leave in AFTER_A_TOKEN + ANY_TIME] + [(leave, silence(30)) for leave in ANY_TIME],
)
def test_a_server_notices_when_its_stream_is_left(leave: Callable[[InferenceClient], None], answer: Answer) -> None:
    exchanges: list[Exchange] = []
    with asking(answer) as (client, upstream):
        leave(client.with_options(observer=exchanges.append))
        assert noticed(upstream)
        assert becomes_true(lambda: exchanges[0].ended is not None)


def test_fifty_threads_use_one_client_at_once() -> None:
    async def slowly(request: web.Request, upstream: Upstream) -> web.StreamResponse:
        await asyncio.sleep(0.2)
        body = await request.json()
        answer = (
            streams(token_event(body["inputs"])) if "stream" in body else answers([{"summary_text": body["inputs"]}])
        )
        return await answer(request, upstream)

    with asking(slowly) as (client, _), ThreadPoolExecutor(50) as threads:
        started = time.monotonic()
        summaries = list(threads.map(lambda number: client.summarization(str(number)).summary_text, range(50)))
        generated = list(threads.map(lambda number: list(client.text_generation(str(number), stream=True)), range(50)))
    assert summaries == [str(number) for number in range(50)]
    assert generated == [[str(number)] for number in range(50)]
    assert time.monotonic() - started < 2 * 50 * 0.2 / 2


def test_closing_a_client_ends_the_calls_of_other_threads() -> None:
    with asking(silence(30)) as (client, upstream), ThreadPoolExecutor(1) as threads:
        call = threads.submit(client.summarization, "a")
        assert becomes_true(lambda: len(upstream.requests) == 1)
        time.sleep(0.1)
        client.close()
        with pytest.raises(InferenceConnectionError):
            call.result()
        assert noticed(upstream)


async def test_it_works_where_a_loop_is_running() -> None:
    with asking(by_path(lambda path: streams(token_event("a")) if "stream" in path else SUMMARY)) as (client, _):
        assert client.summarization("a").summary_text == "b"
        assert list(client.text_generation("a", model="stream/model", stream=True)) == ["a"]


async def test_it_works_in_the_threads_of_a_web_framework() -> None:
    with asking(by_path(lambda path: streams(token_event("a")) if "stream" in path else SUMMARY)) as (client, _):
        assert (await anyio.to_thread.run_sync(client.summarization, "a")).summary_text == "b"
        assert (await asyncio.to_thread(client.summarization, "a")).summary_text == "b"
        stream = client.text_generation("a", model="stream/model", stream=True)
        assert await anyio.to_thread.run_sync(list, stream) == ["a"]


def test_a_call_from_inside_the_clients_own_thread_is_refused_instead_of_hanging() -> None:
    refused: list[RuntimeError] = []

    def call_again(exchange: Exchange) -> None:
        try:
            client.summarization("a")
        except RuntimeError as error:
            refused.append(error)

    with asking(SUMMARY) as (client, _):
        assert client.with_options(observer=call_again).summarization("a").summary_text == "b"
    assert len(refused) == 1


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit, ZeroDivisionError])
def test_an_error_in_the_callers_observer_is_raised_and_affects_no_other_call(error: type[BaseException]) -> None:
    def observer(exchange: Exchange) -> None:
        raise error

    with asking(tokens(3, 0.1)) as (client, _):
        stream = client.text_generation("a", stream=True)
        with pytest.raises(error):
            client.with_options(observer=observer).summarization("a")
        assert len(list(stream)) == 3


def program(text: str, *arguments: str) -> list[str]:
    """The command of a program that fails on what it leaves open."""
    warnings = ["-W", "error::ResourceWarning", "-W", "ignore::DeprecationWarning"]
    return [sys.executable, "-X", "dev", *warnings, "-c", text, *arguments]


def run(text: str, *arguments: str) -> str:
    """What a program prints, which must end successfully, soon, and with nothing on stderr."""
    ended = subprocess.run(
        program(text, *arguments), cwd=ROOT, env=clean_environment(), capture_output=True, text=True, timeout=20
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


# asyncio's debug mode would say on stderr that the machine is slow.
# Ctrl-C interrupts it although whoever started the tests may ignore that signal, as nohup does.
START = """
import logging, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
logging.getLogger("asyncio").setLevel(logging.ERROR)
from inference_core import InferenceClient
client = InferenceClient("some/model", endpoint=sys.argv[1])
"""
OF_ALL_KINDS = by_path(
    lambda path: {"stream": ENDLESS, "silent": silence(60), "mute": mute}.get(path.split("/")[2], SUMMARY)
)
ENDINGS = {
    "unused": "",
    "after a call": "client.summarization('a')",
    "in a stream": "stream = client.text_generation('a', model='stream/model', stream=True); next(stream)",
    "in an unread stream": "stream = client.text_generation('a', model='silent/model', stream=True)",
    "in a call of a daemon": (
        "import threading, time\n"
        "call = lambda: client.summarization('a', model='silent/model')\n"
        "threading.Thread(target=call, daemon=True).start()\n"
        "time.sleep(0.3)"
    ),
    "after a file was read": (  # in a thread of the loop's
        "try: client.image_to_text(logging.__file__)\n"
        "except Exception: pass"
    ),
    "by a last word": (
        "import atexit\n"
        "client.summarization('a')\n"
        "atexit.register(client.summarization, 'a')"
    ),
}  # fmt: skip


@pytest.mark.parametrize("ending", ENDINGS.values(), ids=list(ENDINGS))
def test_a_program_that_closes_nothing_ends_silently(ending: str) -> None:
    with served(OF_ALL_KINDS) as upstream:
        run(START + ending, upstream.url)
        assert "stream" not in ending or noticed(upstream)


def test_streams_are_closed_when_the_program_ends_and_later_calls_are_refused() -> None:
    before = """
import atexit
def later():
    print(exchanges[0].ended is not None)
    try:
        client.summarization("a")
    except Exception as error:
        print(error)
exchanges = []
atexit.register(later)
"""
    after = """
stream = client.with_options(observer=exchanges.append).text_generation("a", model="silent/model", stream=True)
"""
    with served(OF_ALL_KINDS) as upstream:
        said = run(before + START + after, upstream.url)
    assert said.splitlines() == ["True", "The program is ending, so nothing can be sent any more."]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="There are no forks here.")
def test_a_forked_process_has_a_loop_of_its_own_and_leaves_its_parents_alone() -> None:
    forks = """
import os
stream = client.text_generation("a", model="stream/model", stream=True)
next(stream)
client.summarization("a")
for _ in range(3):
    if not (child := os.fork()):
        client.summarization("a")
        client.with_options(timeout=5).summarization("a")
        print("child")
        break
    assert os.waitpid(child, 0)[1] == 0
    client.summarization("a")
    next(stream)
else:
    print("parent")
"""
    connections = Connections()
    with served(by_path(lambda path: ENDLESS if "stream" in path else connections)) as upstream:
        assert run(START + forks, upstream.url).split() == ["child"] * 3 + ["parent"]
    assert len(connections) == 1 + 3


INTERRUPTED = {
    "a call": "client.summarization('a', model='silent/model')",
    "the beginning of a stream": "client.text_generation('a', model='mute/model', stream=True)",
    "a stream": "list(client.text_generation('a', model='silent/model', stream=True))",
}


@pytest.mark.skipif(sys.platform == "win32", reason="There is no Ctrl-C to send here.")
@pytest.mark.parametrize("call", INTERRUPTED.values(), ids=list(INTERRUPTED))
def test_an_interrupt_is_raised_and_ends_the_call(call: str) -> None:
    interrupted = f"""
try:
    {call}
except KeyboardInterrupt:
    print(client.summarization("a").summary_text, flush=True)
    sys.stdin.read()
"""
    with (
        served(OF_ALL_KINDS) as upstream,
        subprocess.Popen(
            program(START + interrupted, upstream.url),
            cwd=ROOT,
            env=clean_environment(),
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process,
    ):
        assert becomes_true(lambda: len(upstream.requests) == 1)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        assert noticed(upstream)
        assert process.communicate(timeout=20) == ("b\n", "")
