"""`/metrics`: what Prometheus reads, and no word of a caller."""

import re

import httpx
import pytest

from inference_core.engine.server.description.metrics import Metrics
from inference_core.metrics_text import CONTENT_TYPE
from tests.support.in_process import PATH, Scripted, serving
from tests.support.models import catalogue

SAMPLE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="(?:[^"\\]|\\.)*",?)*)\})? (\S+)')


async def metrics_of(url: str) -> dict[str, float]:
    async with httpx.AsyncClient(base_url=url) as http:
        response = await http.get("/metrics")
    assert response.headers["content-type"] == CONTENT_TYPE
    found: dict[str, float] = {}
    for line in response.text.splitlines():
        if not line.startswith("#"):
            matched = SAMPLE.fullmatch(line)
            assert matched, line
            found[line.rpartition(" ")[0]] = float(matched[3])
    return found


async def test_requests_are_counted_by_route_model_and_status() -> None:
    async with serving(Scripted()) as url, httpx.AsyncClient(base_url=url) as http:
        for _ in range(3):
            await http.post(PATH, json={"inputs": "secret words"})
        await http.post(PATH, json={"inputs": 5})
        await http.post(PATH, json={"inputs": "x", "stream": True})
        await http.get("/secret-path")
        found = await metrics_of(url)
        text = (await http.get("/metrics")).text
    requests = "inference_engine_requests_total"
    assert found[f'{requests}{{route="task",model="builtin/scripted",status="200"}}'] == 4
    assert found[f'{requests}{{route="task",model="",status="422"}}'] == 1
    assert found[f'{requests}{{route="none",model="",status="404"}}'] == 1
    assert found["inference_engine_requests_running"] == 1
    assert found["inference_engine_request_seconds_count"] == 6
    assert found['inference_engine_request_seconds_bucket{le="+Inf"}'] == 6
    assert found['inference_engine_model_ready{model="builtin/scripted"}'] == 1
    assert "secret" not in text


def test_a_model_may_have_any_letters_in_its_id() -> None:
    metrics = Metrics()
    metrics.note("task", 'a"b\\c\nd', 200, 0.5)

    class Unloaded:
        def state(self, model: object) -> str:
            return "unloaded"

    lines = list(metrics.lines(catalogue(), Unloaded()))  # type: ignore[arg-type]
    assert 'inference_engine_requests_total{route="task",model="a\\"b\\\\c\\nd",status="200"} 1' in lines


@pytest.mark.parametrize(("seconds", "bound", "count"), [(0.005, "0.01", 1), (0.5, "0.3", 0), (0.5, "1.0", 1)])
def test_the_histogram_is_cumulative(seconds: float, bound: str, count: int) -> None:
    metrics = Metrics()
    metrics.note("task", "", 200, seconds)
    lines = metrics.seconds.lines("seconds", "Seconds")
    assert f'seconds_bucket{{le="{bound}"}} {count}' in lines
