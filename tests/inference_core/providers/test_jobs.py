"""Jobs that a provider queues: polled until they are done, have failed, or there is no time left."""

import asyncio
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from PIL import Image

from inference_core import (
    AddressRefusedError,
    AsyncInferenceClient,
    InferenceHTTPError,
    InferenceTimeoutError,
    InvalidAnswerError,
)
from inference_core.providers import PROVIDERS, jobs
from tests.inference_core.providers.asking import (
    AS_JSON,
    AS_PICTURE,
    AS_SOUND,
    ITS_MODEL,
    MODEL,
    PICTURE,
    PICTURE_URL,
    SPOKEN,
    asking,
    is_the_picture,
    poll_headers,
)
from tests.support.router import Reply, Router, all_hosts


@dataclass(frozen=True)
class Queue:
    """What a provider says about a job: first, in between, when it has failed, and when its result is at a URL."""

    provider: str
    polled_at: str
    states: tuple[Any, ...]
    failed: Any
    done: Callable[[str], Any]


# Only the path of a URL in an answer may be used: its host could be anybody's.
FAL = Queue(
    "fal-ai",
    "/other-model/requests/r1/status",
    (
        {"status": "IN_QUEUE", "response_url": "https://elsewhere.example.com/other-model/requests/r1"},
        {"status": "IN_QUEUE", "queue_position": 0},
        {"status": "IN_PROGRESS", "logs": None},
    ),
    {"status": "COMPLETED", "error": "It is not safe.", "error_type": "content_policy"},
    lambda url: {"status": "COMPLETED", "error": None},
)
REPLICATE = Queue(
    "replicate",
    "/v1/predictions/p1",
    (
        {"id": "p1", "status": "starting", "output": None, "error": None},
        {"id": "p1", "status": "starting"},
        {"id": "p1", "status": "processing", "output": []},
    ),
    {"id": "p1", "status": "failed", "error": "It is not safe.", "output": None},
    lambda url: {"id": "p1", "status": "succeeded", "output": [url]},
)
WAVESPEED = Queue(
    "wavespeed",
    "/api/v3/predictions/w1/result?a=b",
    (
        {
            "data": {
                "status": "created",
                "urls": {"get": "https://elsewhere.example.com/api/v3/predictions/w1/result?a=b"},
            }
        },
        {"code": 200, "data": {"status": "created", "outputs": []}},
        {"code": 200, "data": {"status": "processing", "outputs": None}},
    ),
    {"message": "success", "data": {"status": "failed", "error": "It is not safe."}},
    lambda url: {"data": {"status": "completed", "outputs": [url]}},
)
ZAI = Queue(
    "zai-org",
    "/api/paas/v4/async-result/z%2F1",
    ({"id": "z/1", "task_status": "PROCESSING"},) * 3,
    {"id": "z/1", "task_status": "FAIL", "error": {"code": "1", "message": "It is not safe."}},
    lambda url: {"id": "z/1", "task_status": "SUCCESS", "image_result": [{"url": url}]},
)


@dataclass(frozen=True)
class Job:
    """A task that goes into a queue: where it is sent, and with what body."""

    queue: Queue
    task: str
    sent_to: str
    body: dict[str, Any]

    @property
    def provider(self) -> str:
        return self.queue.provider

    async def call(self, client: AsyncInferenceClient) -> Any:
        match self.task:
            case "image-segmentation":
                return await client.image_segmentation(PICTURE)
            case "image-to-image":
                return await client.image_to_image(PICTURE, "more blue")
            case "text-to-speech":
                return await client.text_to_speech("Hi")
        return await client.text_to_image("a cat")

    def check(self, answer: Any) -> None:
        match self.task:
            case "image-segmentation":
                assert [(segment.label, segment.score) for segment in answer] == [("mask", None)]
                assert answer[0].mask.tobytes() == Image.open(io.BytesIO(PICTURE)).convert("L").tobytes()
            case "text-to-speech":
                assert answer == SPOKEN
            case _:
                assert is_the_picture(answer)


@dataclass(frozen=True)
class ExpectedRequests:
    """The requests expected for a job at `base` (a path, or a host's name as one), each with `headers`."""

    job: Job
    router: Router
    base: str
    headers: dict[str, str]

    @classmethod
    def routed(cls, job: Job, router: Router) -> "ExpectedRequests":
        return cls(job, router, f"/{job.provider}", poll_headers(job.provider))

    def starts(self) -> None:
        accept = {"image-segmentation": AS_JSON, "text-to-speech": AS_SOUND}.get(self.job.task, AS_PICTURE)
        headers = {**self.headers, "content-type": AS_JSON, "accept": accept}
        self.router.expect("POST", self._at(self.job.sent_to), headers, self.job.body, self.job.queue.states[0])

    def is_polled(self, *answers: Any) -> None:
        for answer in answers:
            self.router.expect("GET", self._at(self.job.queue.polled_at), self.headers, None, answer)

    def ends(self, url: str) -> None:
        """The job is done, and its result is a file at a URL; fal has to be asked for that."""
        self.is_polled(self.job.queue.done(url))
        if self.job.queue is FAL:
            path = self._at(FAL.polled_at.removesuffix("/status"))
            result = {"image": {"url": url}, "images": [{"url": url}]}
            self.router.expect("GET", path, self.headers, None, result)

    def _at(self, path: str) -> str:
        """fal's queue has a host of its own, which its router has to know."""
        return f"{self.base}{path}?_subdomain=queue" if self.base == "/fal-ai" else self.base + path


_SOURCES = {"image": PICTURE_URL, "images": [PICTURE_URL], "input_image": PICTURE_URL, "input_images": [PICTURE_URL]}
_PREDICTIONS = f"/v1/models/{ITS_MODEL}/predictions"
_WAVESPEED = f"/api/v3/{ITS_MODEL}"
_MORE_BLUE = {"prompt": "more blue"}
_CAT = {"prompt": "a cat"}

JOBS = [
    Job(FAL, "image-segmentation", f"/{ITS_MODEL}", {"image_url": PICTURE_URL, "sync_mode": True}),
    Job(FAL, "image-to-image", f"/{ITS_MODEL}", {"image_url": PICTURE_URL, "image_urls": [PICTURE_URL], **_MORE_BLUE}),
    Job(REPLICATE, "image-to-image", _PREDICTIONS, {"input": {**_SOURCES, **_MORE_BLUE}}),
    Job(REPLICATE, "text-to-image", _PREDICTIONS, {"input": _CAT}),
    Job(REPLICATE, "text-to-speech", _PREDICTIONS, {"input": {"text": "Hi"}}),
    Job(WAVESPEED, "image-to-image", _WAVESPEED, {"image": PICTURE_URL, **_MORE_BLUE}),
    Job(WAVESPEED, "text-to-image", _WAVESPEED, _CAT),
    Job(ZAI, "text-to-image", "/api/paas/v4/async/images/generations", {**_CAT, "model": ITS_MODEL}),
]
every_job = pytest.mark.parametrize("job", JOBS, ids=lambda job: f"{job.provider} {job.task}")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Queues are polled more often than would be polite elsewhere."""
    monkeypatch.setattr(jobs, "FIRST_PAUSE", 0.001)


@every_job
@pytest.mark.usefixtures("quick")
async def test_a_job_is_polled_until_it_is_done(job: Job) -> None:
    waits: list[tuple[str, float]] = []
    async with asking(job.provider, job.task, on_wait=lambda *wait: waits.append(wait)) as (client, router):
        expected = ExpectedRequests.routed(job, router)
        expected.starts()
        expected.is_polled(*job.queue.states[1:])
        expected.ends(f"{router.url}/files/result")
        router.expect_download("/files/result", SPOKEN if job.task == "text-to-speech" else PICTURE)
        job.check(await job.call(client))
    assert [reason for reason, _ in waits] == ["queue"] * 3
    assert all(first < second for (_, first), (_, second) in pairwise(waits))


@every_job
@pytest.mark.usefixtures("quick")
async def test_a_job_sent_to_the_provider_itself_is_polled_there(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    provider = PROVIDERS[job.provider]
    host = (provider.tasks[job.task].base_url or provider.base_url).removeprefix("https:/")
    headers = {**poll_headers(job.provider), "authorization": f"{provider.key_scheme} key-x"}
    async with all_hosts(monkeypatch) as router:
        router.serve(MODEL, job.provider, job.task, ITS_MODEL, in_list=True)
        expected = ExpectedRequests(job, router, host, headers)
        expected.starts()
        expected.is_polled(*job.queue.states[1:])
        expected.ends(f"{router.url}/files/result")
        router.expect_download("/files/result", SPOKEN if job.task == "text-to-speech" else PICTURE)
        monkeypatch.setattr(
            "inference_core.http.ssrf_guard.is_public", lambda address: True
        )  # as if the file were out there
        async with AsyncInferenceClient(MODEL, provider=job.provider, api_key="key-x") as client:
            job.check(await job.call(client))


@pytest.mark.usefixtures("quick")
async def test_a_result_in_our_own_network_is_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    async with all_hosts(monkeypatch) as router:
        router.serve(MODEL, "fal-ai", "text-to-image", ITS_MODEL)
        router.other = Reply({"images": [{"url": f"{router.url}/latest/meta-data"}]})
        async with AsyncInferenceClient(MODEL, provider="fal-ai", api_key="key-x") as client:
            with pytest.raises(AddressRefusedError):
                await client.text_to_image("a")
    assert len(router.requests) == 1


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("failures", [2, 3])
async def test_a_failed_poll_does_not_give_up_the_job(failures: int) -> None:
    job = JOBS[0]
    async with asking(job.provider, job.task) as (client, router):
        expected = ExpectedRequests.routed(job, router)
        expected.starts()
        expected.is_polled(*[Reply({"error": "Busy."}, 502)] * failures)
        if failures == 3:
            with pytest.raises(InferenceHTTPError, match=r"Busy\."):
                await job.call(client)
            return
        expected.is_polled(*job.queue.states[1:])
        expected.ends(f"{router.url}/files/result")
        router.expect_download("/files/result", PICTURE)
        job.check(await job.call(client))


@every_job
@pytest.mark.usefixtures("quick")
async def test_a_job_that_fails_is_an_error_in_the_providers_words(job: Job) -> None:
    async with asking(job.provider, job.task) as (client, router):
        expected = ExpectedRequests.routed(job, router)
        expected.starts()
        expected.is_polled(*job.queue.states[1:], job.queue.failed)
        with pytest.raises(InvalidAnswerError, match=rf"{job.provider} .*It is not safe\.") as raised:
            await job.call(client)
    assert json.loads(raised.value.body) == job.queue.failed


@every_job
@pytest.mark.usefixtures("quick")
async def test_a_refused_poll_is_an_error_in_the_queues_words(job: Job) -> None:
    async with asking(job.provider, job.task) as (client, router):
        expected = ExpectedRequests.routed(job, router)
        expected.starts()
        expected.is_polled(job.queue.states[1], Reply({"detail": "No such request."}, 404))
        with pytest.raises(InferenceHTTPError, match=r"No such request\."):
            await job.call(client)


@every_job
async def test_a_job_that_takes_too_long_is_a_time_out(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "FIRST_PAUSE", 0.01)
    async with asking(job.provider, job.task, timeout=0.3) as (client, router):
        router.other = Reply(job.queue.states[0])
        with pytest.raises(InferenceTimeoutError):
            await job.call(client)
        await asyncio.sleep(0.1)  # for a poll that was under way
        looks = len(router.requests)
        await asyncio.sleep(0.2)
        assert len(router.requests) == looks > 3


@every_job
@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("said", [b"", b"<html>", b"[]", b"{}", b'{"status": "LOST", "task_status": "LOST"}'])
async def test_nonsense_from_a_queue_ends_the_wait(job: Job, said: bytes) -> None:
    async with asking(job.provider, job.task, timeout=10) as (client, router):
        expected = ExpectedRequests.routed(job, router)
        expected.starts()
        expected.is_polled(Reply(said))
        with pytest.raises(InvalidAnswerError):
            await job.call(client)


@every_job
@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "url", ["", "/etc/passwd", "file:///etc/passwd", "result.png", "ftp://example.com/a", "http://"]
)
async def test_only_an_http_url_is_a_result(job: Job, url: str) -> None:
    async with asking(job.provider, job.task) as (client, router):
        expected = ExpectedRequests.routed(job, router)
        expected.starts()
        expected.ends(url)
        with pytest.raises(InvalidAnswerError):
            await job.call(client)


@every_job
@pytest.mark.usefixtures("quick")
async def test_a_result_that_cannot_be_fetched_is_a_refusal(job: Job) -> None:
    async with asking(job.provider, job.task) as (client, router):
        expected = ExpectedRequests.routed(job, router)
        expected.starts()
        expected.ends(f"{router.url}/files/gone")
        router.expect("GET", "/files/gone", {"accept": "*/*"}, None, Reply({"error": "It has expired."}, 410))
        with pytest.raises(InferenceHTTPError, match=r"It has expired\."):
            await job.call(client)


ELSEWHERE = ["@example.com/a", "example.com/a", "//example.com/a", "file:///a", "http://", "http://[", "", ".example"]


@pytest.mark.parametrize("url", ELSEWHERE)
@pytest.mark.parametrize("job", [JOBS[0], JOBS[5]], ids=lambda job: job.provider)
async def test_the_token_is_not_sent_to_another_host_that_an_answer_names(job: Job, url: str) -> None:
    first = {"response_url": url, "status": "IN_QUEUE", "data": {"status": "created", "urls": {"get": url}}}
    async with asking(job.provider, job.task, timeout=5) as (client, router):
        router.other = Reply(first)
        with pytest.raises(InvalidAnswerError):
            await job.call(client)
    assert len(router.requests) == 1


def test_a_path_cannot_climb_with_dots() -> None:
    assert jobs.path_of("https://example.com/a/../../b/%2e%2e/%2E%2e/c?d=e#f") == "/c?d=e"
    assert jobs.path_of("https://user:password@example.com") == "/"


async def test_a_job_may_be_done_at_once_and_its_result_in_the_answer() -> None:
    done = {**FAL.states[0], "status": "COMPLETED"}
    body = {"image_url": PICTURE_URL, "threshold": 0.5, "sync_mode": True}
    async with asking("fal-ai", "image-segmentation") as (client, router):
        headers = poll_headers("fal-ai")
        sent = {**headers, "content-type": AS_JSON}
        router.expect("POST", f"/fal-ai/{ITS_MODEL}?_subdomain=queue", sent, body, done)
        path = "/fal-ai/other-model/requests/r1?_subdomain=queue"
        router.expect("GET", path, headers, None, {"image": {"url": PICTURE_URL}})
        JOBS[0].check(await client.image_segmentation(PICTURE, threshold=0.5))


async def test_polls_of_a_queue_slow_down_to_a_limit() -> None:
    pauses: list[float] = []

    class CountingFollowup:
        async def get(self, path: str) -> bytes:
            return b"wait" if len(pauses) < 30 else b"done"

        async def download(self, url: str) -> Any:
            raise AssertionError

        async def pause(self, seconds: float) -> None:
            pauses.append(seconds)

    followup = CountingFollowup()
    assert await jobs.poll(b"wait", b"wait".__eq__, lambda: followup.get("/"), followup) == b"done"
    assert pauses[0] == jobs.FIRST_PAUSE <= 1
    assert all(before <= after <= before * 1.5 for before, after in pairwise(pauses))
    assert pauses[-1] == jobs.MAX_PAUSE <= 10
