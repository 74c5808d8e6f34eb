"""Scripts and styles are read and compressed once, and are to every visitor what Gradio would have sent."""

import httpx
import pytest

from tests.support.processes import Server


def assets(page: str) -> list[str]:
    names = [part.split('"')[0] for part in page.split("./assets/")[1:]]
    return sorted({f"/assets/{name}" for name in names if name.endswith((".js", ".css"))})


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity", "br, gzip"])
def test_each_is_what_gradio_sends(app: Server, encoding: str) -> None:
    found = [*assets(httpx.get(app.url).text), "/gallery.js", "/front.css"]
    assert len(found) > 2
    for path in found:
        first, again = (httpx.get(f"{app.url}{path}", headers={"accept-encoding": encoding}) for _ in range(2))
        whole = httpx.get(f"{app.url}{path}", headers={"accept-encoding": "identity", "range": "bytes=0-"})
        assert first.content == again.content == whole.content, path
        assert first.headers.get("content-encoding") == again.headers.get("content-encoding")
        assert (first.headers.get("content-encoding") or "identity") in encoding
        assert "immutable" in first.headers["cache-control"]
        assert "default-src" not in first.headers["content-security-policy"]


def test_what_is_not_there_is_not_kept(app: Server) -> None:
    for _ in range(2):
        missing = httpx.get(f"{app.url}/assets/nothing-12345678.js")
        assert missing.status_code == 404 and "immutable" not in missing.headers.get("cache-control", "")
