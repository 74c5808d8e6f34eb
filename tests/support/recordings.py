"""Recordings that a test writes itself."""

import base64
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any


def entry(
    body: bytes = b"{}",
    file: str = "",
    *,
    url: str = "http://127.0.0.1/models/a/b",
    method: str = "POST",
    digest: str = "",
    encoding: str = "",
    **fields: Any,
) -> dict[str, Any]:
    """One exchange, with what of its fields is given."""
    text = "" if file else base64.b64encode(body).decode() if encoding else body.decode()
    content = {"size": len(body), "mimeType": "application/json", "text": text, "encoding": encoding, "_file": file}
    return {
        "startedDateTime": "2026-11-27T10:00:00.000Z",
        "time": 5,
        "request": {"method": method, "url": url, "_digest": digest},
        "response": {"status": 200, "content": content},
        "_head": 1,
        "_events": [[2, len(body)]],
        **fields,
    }


def har(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"log": {"version": "1.2", "_version": 1, "entries": list(entries)}}


def packed(index: Any, bodies: Mapping[str, bytes] | None = None, kind: int = zipfile.ZIP_STORED) -> bytes:
    """A zip with this index (JSON, or text; None for none) and these bodies."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind) as archive:
        if index is not None:
            archive.writestr("recording.har", index if isinstance(index, str) else json.dumps(index))
        for name, content in (bodies or {}).items():
            archive.writestr(name, content)
    return file.getvalue()
