"""What an app takes while four visitors send picture bombs at once: memory at most, and CPU time.

    python tests/benchmarks/picture_bombs.py --check

A real app answers over its HTTP API. Its models are this program, so that the figures are the app's alone. A small file
unpacks to 169 million pixels, which is above the limit, or to 49 million, which is just below: as an upload, in a
`data:` URL, as a model's answer, and as ten masks.
"""

import argparse
import base64
import io
import json
import os
import re
import struct
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import httpx
from PIL import Image

from tests.support import processes

AT_ONCE = 4
MOST_GROWTH = 1000.0
"""MB above what the app took before."""

WARM_UPS = 2


def bomb(edge: int, kind: int = 6) -> bytes:
    """A clear PNG of `edge` by `edge` pixels of 32 bits (kind 6) or a black one of 8 (kind 0)."""
    row = b"\0" + bytes(edge * (4 if kind == 6 else 1))
    packer = zlib.compressobj(9)
    rows = b"".join([*(packer.compress(row) for _ in range(edge)), packer.flush()])
    head = struct.pack(">IIBBBBB", edge, edge, 8, kind, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def photo(kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (7_000, 7_000)).save(file, kind, **options)
    return file.getvalue()


JPEG, WEBP = photo("JPEG", progressive=True, subsampling=0), photo("WEBP", lossless=True, method=0, quality=0)
SMALL, ABOVE, BELOW, MASK = bomb(8), bomb(13_000, 0), bomb(7_000), bomb(7_000, 0)
BOXES = json.dumps([{"label": "a", "score": 0.9, "box": {"xmin": 1, "ymin": 1, "xmax": 9, "ymax": 9}}]).encode()
ONE_MASK = {"label": "a", "score": 0.9, "mask": base64.b64encode(MASK).decode()}
TASKS = {task: {"widgetModels": [task]} for task in ("object-detection", "image-segmentation", "text-to-image")}
TASKS["image-to-image"] = {"widgetModels": ["image-to-image"]}


class Models(BaseHTTPRequestHandler):
    """Answers every picture task with the worst that it may be."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(json.dumps(TASKS).encode() if self.path == "/api/tasks" else b"{}")

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "object-detection" in self.path:
            self._answer(BOXES)
        elif "image-segmentation" in self.path:
            self._answer(json.dumps([ONE_MASK] * 10).encode())
        else:
            self._answer(WEBP if "image-to-image" in self.path else BELOW, "image/png")

    def _answer(self, body: bytes, kind: str = "application/json") -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@contextmanager
def models() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Models)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Visitor:
    """Calls the app as its page does."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=300)

    def upload(self, picture: bytes) -> dict[str, Any]:
        path = self._http.post("/gradio_api/upload", files={"files": ("a.png", picture, "image/png")}).json()[0]
        return {"path": path, "orig_name": "a.png", "meta": {"_type": "gradio.FileData"}}

    def run(self, task: str, *inputs: Any) -> str:
        """Run a task to its end; the last event."""
        endpoint = self._http.get("/gradio_api/info").json()["named_endpoints"][f"/{task}"]
        left = [None] * (len(endpoint["parameters"]) - len(inputs))
        called = self._http.post(f"/gradio_api/call/{task}", json={"data": [*inputs, *left]}).json()
        events: str = self._http.get(f"/gradio_api/call/{task}/{called['event_id']}").text
        return events.strip().rpartition("event: ")[2]


def in_a_url(picture: bytes) -> dict[str, Any]:
    url = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
    return {"url": url, "meta": {"_type": "gradio.FileData"}}


@dataclass(frozen=True, slots=True)
class Attack:
    """What every visitor does, and what the last event of a run says then."""

    name: str
    ends: str
    do: Callable[[Visitor], str]


DONE, REFUSED = "complete", "more than 50 million pixels"
ATTACKS = (
    Attack("upload above the limit", REFUSED, lambda it: it.run("object_detection", it.upload(ABOVE))),
    Attack("data: URL above the limit", REFUSED, lambda it: it.run("object_detection", in_a_url(ABOVE))),
    Attack("upload below the limit", DONE, lambda it: it.run("object_detection", it.upload(BELOW))),
    Attack("progressive JPEG below it", DONE, lambda it: it.run("object_detection", it.upload(JPEG))),
    Attack("WebP below the limit", DONE, lambda it: it.run("object_detection", it.upload(WEBP))),
    Attack("answer below the limit", DONE, lambda it: it.run("text_to_image", "a")),
    Attack("WebP upload and answer", DONE, lambda it: it.run("image_to_image", it.upload(WEBP), "a")),
    Attack("ten masks below the limit", DONE, lambda it: it.run("image_segmentation", it.upload(BELOW))),
)


class Watched:
    """Memory and CPU time of one process."""

    def __init__(self, pid: int) -> None:
        self._folder = Path(f"/proc/{pid}")

    def memory(self) -> float:
        """MB that are resident now."""
        return int((self._folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def seconds(self) -> float:
        """CPU time so far."""
        used = (self._folder / "stat").read_text().rpartition(")")[2].split()
        return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")

    def forget_peak(self) -> None:
        (self._folder / "clear_refs").write_text("5")

    def peak(self) -> float:
        """The most MB since it was forgotten."""
        found = re.search(r"VmHWM:\s*(\d+)", (self._folder / "status").read_text())
        assert found is not None
        return int(found[1]) * 1024 / 1e6


def measured(attack: Attack, url: str, app: Watched) -> bool:
    """Print the figures of one attack; whether it ended as it should, within the limit."""
    before, seconds, started = app.memory(), app.seconds(), time.monotonic()
    app.forget_peak()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ends = list(pool.map(lambda _: attack.do(Visitor(url)), range(AT_ONCE)))
    growth = app.peak() - before
    is_met = growth <= MOST_GROWTH and all(attack.ends in end for end in ends)
    print(
        f"{attack.name:28}{before:9.0f}{growth:+9.0f}{app.seconds() - seconds:9.1f}"
        f"{time.monotonic() - started:9.1f}  {'met' if is_met else f'MISSED {[end[:200] for end in ends]}'}"
    )
    return is_met


def run() -> bool:
    """Print the table; whether every attack stayed within the limit."""
    with models() as server, processes.app("--backend", server) as app:
        watched = Watched(app.process.pid)
        for _ in range(WARM_UPS):
            visitor = Visitor(app.url)
            visitor.run("object_detection", visitor.upload(SMALL))
        print(f"{AT_ONCE} at once, at most +{MOST_GROWTH:.0f} MB\n\n{'':28}{'MB':>9}{'more':>9}{'CPU s':>9}{'s':>9}")
        results = [measured(attack, app.url, watched) for attack in ATTACKS]
        print(f"\nafterwards {watched.memory():.0f} MB")
    return all(results)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true", help="fail if the app takes more")
    given = arguments.parse_args()
    met = run()
    sys.exit(1 if given.check and not met else 0)
