"""A server that stands in for the files of the Hub."""

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def hub(files: dict[str, bytes], seconds: float = 0.0) -> Iterator[tuple[str, list[str]]]:
    """A loopback server standing in for the Hub: its address and the paths asked for by GET.

    The content of each file takes these seconds, in ten parts.
    """
    listed = [{"type": "file", "path": name, "size": len(content), "oid": "b" * 40} for name, content in files.items()]
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.respond()

        def do_GET(self) -> None:
            asked.append(self.path)
            content = self.respond()
            part = len(content) // 10 + 1
            for start in range(0, len(content), part):
                self.wfile.write(content[start : start + part])
                time.sleep(seconds / 10)

        def respond(self) -> bytes:
            is_list = "/tree/" in self.path
            content = json.dumps(listed).encode() if is_list else files.get(self.path.rpartition("/")[2], b"")
            self.send_response(200 if content else 404)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("X-Repo-Commit", "c" * 40)
            self.end_headers()
            return content

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
