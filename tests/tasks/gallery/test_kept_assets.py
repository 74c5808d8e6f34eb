"""Scripts and styles are read and compressed once, and are to every visitor what Gradio would have sent."""

from collections.abc import Iterator

import httpx
import pytest

from tests.support import processes
from tests.support.processes import Server


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    with processes.app("--backend", "http://127.0.0.1:9") as app:
        yield app


def assets(page: str) -> list[str]:
    names = [part.split('"')[0] for part in page.split("./assets/")[1:]]
    return sorted({f"/assets/{name}" for name in names if name.endswith((".js", ".css"))})


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity", "br, gzip"])
def test_each_is_what_gradio_sends(served: Server, encoding: str) -> None:
    found = [*assets(httpx.get(served.url).text), "/gallery.js", "/front.css"]
    assert len(found) > 2
    for path in found:
        first, again = (httpx.get(f"{served.url}{path}", headers={"accept-encoding": encoding}) for _ in range(2))
        whole = httpx.get(f"{served.url}{path}", headers={"accept-encoding": "identity", "range": "bytes=0-"})
        assert first.content == again.content == whole.content, path
        assert first.headers.get("content-encoding") == again.headers.get("content-encoding")
        assert (first.headers.get("content-encoding") or "identity") in encoding
        assert "immutable" in first.headers["cache-control"]
        assert "default-src" not in first.headers["content-security-policy"]


def test_what_is_not_there_is_not_kept(served: Server) -> None:
    for _ in range(2):
        missing = httpx.get(f"{served.url}/assets/nothing-12345678.js")
        assert missing.status_code == 404 and "immutable" not in missing.headers.get("cache-control", "")
