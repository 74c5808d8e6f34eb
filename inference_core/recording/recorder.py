"""Recording what clients send and receive: `client.with_options(recorder=FileRecorder(...))`."""

import base64
import logging
import re
import threading
import time
from collections import deque
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import msgspec

from inference_core.http.record import Sent, Take
from inference_core.private_log import where_raised
from inference_core.recording.canonical import HARMLESS, digest, target, without_model
from inference_core.recording.checking import is_replayable
from inference_core.recording.format import (
    BODIES,
    MOST_INDEX_BYTES,
    MOST_INLINE,
    MOST_LISTS,
    NOTED_HEADERS,
    About,
    Answered,
    Asked,
    Content,
    Entry,
    Field,
    Posted,
    RecordingError,
    Timings,
    is_text,
    written,
)
from inference_core.recording.journal import Journal
from inference_core.recording.matching import CHAT
from inference_core.recording.secrets import (
    Hiding,
    UnsearchedError,
    secrets_of_headers,
    secrets_of_process,
    secrets_of_url,
)
from inference_core.urls import safe_url

_log = logging.getLogger(__name__)

MOST_RECORDED = 512 * 1024 * 1024
"""Bytes of a recording, after which nothing more is recorded."""

MOST_WAITING = 256 * 1024 * 1024
"""Bytes that wait to be written; what comes on top of it is not recorded."""

MOST_RECORDED_EXCHANGES = 10_000
_HEAD_OF_INDEX = 10_000
_MEDIA = ("image/", "audio/", "video/")
_MOST_PARTS = 100_000
_SECRETS_REMEMBERED = 100
"""Credentials of earlier requests: a server may repeat one of them later."""

_REMEMBERED = re.compile(r"(?=.*[0-9]).{16,}|.{30,}")
"""Such a credential; a visitor's may be any word of JSON, which must not be missing in what others are answered."""


class FileRecorder:
    """Writes exchanges to a recording, each as soon as its answer is complete, in a thread of its own.

    Args:
        file: the zip that `close()` makes. It must not exist yet; a recording that was cut off is continued.
        about: what is recorded.
        secrets: keys of seven letters or more that must not be in it, beside those of each request and those in this
            process's environment.
        most: bytes after which nothing more is recorded.

    Raises:
        RecordingError: the recording cannot be written there.
    """

    def __init__(self, file: Path, about: About, secrets: Collection[str] = (), *, most: int = MOST_RECORDED) -> None:
        self._file = file.name
        self._known = secrets_of_process(secrets)
        self._journal = Journal(file, About(kind=about.kind, endpoint=Hiding(self._known).text(about.endpoint)))
        self._seen: deque[str] = deque(maxlen=_SECRETS_REMEMBERED)
        self._most = most
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="recording")
        self._waiting = 0
        self._counting = threading.Lock()
        self.is_over = False
        """Whether it has stopped to record, because it is full or nothing can be written any more."""

    def __call__(self, sent: Sent) -> Take:
        return _Take(sent, self, self._most)

    def keep(self, take: "_Take") -> None:
        """Write a take that is complete; returns at once."""
        if not self._may_wait(take.weight):
            _log.warning("%s", RecordingError("recording_behind"))
            return
        with suppress(RuntimeError):  # it has been closed
            self._writing.submit(self._keep, take)

    def flush(self) -> None:
        """Wait until all that is complete has been written."""
        self._writing.submit(int).result()

    def close(self) -> None:
        """Write what is complete and make the file; raises RecordingError."""
        self._writing.shutdown()
        self._journal.finish()

    def _keep(self, take: "_Take") -> None:
        try:
            self._write(take)
        except OSError as error:
            self._stop(RecordingError("recording_unwritable", file=self._file, reason=error.strerror or "?"))
        except Exception as error:  # nobody else would hear of it
            _log.error("%s", where_raised(error))
        finally:
            with self._counting:
                self._waiting -= take.weight

    def _may_wait(self, weight: int) -> bool:
        """Whether so many bytes may wait on top of the others; then they do."""
        with self._counting:
            if self._waiting and self._waiting + weight > MOST_WAITING:
                return False
            self._waiting += weight
        return True

    def _write(self, take: "_Take") -> None:
        if self.is_over:
            return
        if take.size > self._most:
            self._stop(RecordingError("recording_full"))
            return
        try:
            entry, body = self._hidden(take)
        except UnsearchedError:
            _log.warning("%s", RecordingError("recording_unsearched"))
            return
        line = msgspec.json.encode(entry)
        files = {entry.response.content.file: body} if entry.response.content.file else {}
        if self._is_too_much(line, body):
            self._stop(RecordingError("recording_full"))
        elif not _can_be_read(line, {name: len(content) for name, content in files.items()}):
            _log.warning("%s", RecordingError("recording_unreplayable"))
        else:
            self._journal.add(files, line)

    def _hidden(self, take: "_Take") -> tuple[Entry, bytes]:
        """What is written of a take, with the body of its answer, both without keys; raises UnsearchedError."""
        own = secrets_of_headers(take.sent.private)
        seen = set(self._seen)
        self._seen.extend(one for one in own - seen if _REMEMBERED.fullmatch(one))
        everywhere = Hiding(self._known | own)
        here = Hiding(self._known | own | seen | secrets_of_url(take.sent.url))
        kind = take.headers.get("Content-Type", "")
        body = here.content(b"".join(take.chunks), is_text=not _is_media(kind))
        content = _content(body, everywhere.text(kind), f"{self._journal.count:06}")
        return _entry(take, content, everywhere, here), body

    def _is_too_much(self, line: bytes, body: bytes) -> bool:
        """Whether with this exchange it would be larger than what is read."""
        journal = self._journal
        return (
            journal.size + len(line) + len(body) > self._most
            or journal.index + len(line) > MOST_INDEX_BYTES - _HEAD_OF_INDEX
            or journal.lists + line.count(b"[") > MOST_LISTS - _HEAD_OF_INDEX
            or journal.count >= MOST_RECORDED_EXCHANGES
        )

    def _stop(self, reason: RecordingError) -> None:
        self.is_over = True
        _log.warning("%s", reason)


@dataclass(slots=True)
class _Take:
    """One attempt, as `http.record.Take`; times are in milliseconds since it began."""

    sent: Sent
    recorder: FileRecorder
    most: int
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    started: float = field(default_factory=time.monotonic)
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    head: float = 0.0
    ended: float = 0.0
    chunks: list[bytes] = field(default_factory=list)
    events: list[tuple[float, int]] = field(default_factory=list)
    size: int = 0

    @property
    def weight(self) -> int:
        """Bytes that it keeps in memory."""
        return sum(map(len, self.chunks)) + len(self.sent.body or b"")

    def begin_answer(self, status: int, headers: Mapping[str, str]) -> None:
        self.status, self.headers, self.head, self.size = status, headers, self._now(), 0
        self.chunks.clear()
        self.events.clear()

    def receive(self, chunk: bytes) -> None:
        self.size += len(chunk)
        if self.size > self.most:
            self.chunks.clear()
            return
        self.chunks.append(chunk)
        if len(self.events) < _MOST_PARTS:
            self.events.append((self._now(), len(chunk)))
        else:
            at, size = self.events[-1]
            self.events[-1] = at, size + len(chunk)

    def end(self) -> None:
        if self.status:
            self.ended = self._now()
            self.recorder.keep(self)

    def _now(self) -> float:
        return round((time.monotonic() - self.started) * 1000, 1)


def _entry(take: _Take, content: Content, everywhere: Hiding, here: Hiding) -> Entry:
    """A take as it is written. A path is searched for keys `everywhere`: a replay must find it again by its words."""
    kept = [Field("content-type", content.mime_type)] if content.mime_type else []
    kept += [Field(name, here.text(take.headers[name])) for name in NOTED_HEADERS if name in take.headers]
    return Entry(
        started_date_time=written(take.began),
        time=take.ended,
        request=_asked(take.sent, everywhere, here),
        response=Answered(status=take.status, headers=kept, content=content, body_size=content.size),
        timings=Timings(wait=take.head, receive=round(take.ended - take.head, 1)),
        head=take.head,
        events=take.events,
        model=everywhere.text(take.sent.model),
        task=take.sent.task,
    )


def _asked(sent: Sent, everywhere: Hiding, here: Hiding) -> Asked:
    body = sent.body or b""
    plain, _, query = sent.url.partition("#")[0].partition("?")
    given = [(name, value) for name, value in parse_qsl(query, True) if name in HARMLESS]
    fields = [Field(name, everywhere.text(value)) for name, value in given]
    shown = safe_url(plain) + ("?" + urlencode([(one.name, one.value) for one in fields]) if fields else "")
    shown = everywhere.text(shown)
    headers = [Field("accept", here.text(sent.accept))]
    if sent.body is None:
        return Asked(method=sent.method, url=shown, headers=headers, query_string=fields)
    chat = without_model(body) if CHAT.fullmatch(target(sent.url)) else None
    text = here.text(_text(body)) if is_text(sent.content_type) else ""
    kind = everywhere.text(sent.content_type)
    return Asked(
        method=sent.method,
        url=shown,
        headers=[*headers, Field("content-type", kind)],
        query_string=fields,
        post_data=Posted(mime_type=kind, text=text),
        body_size=len(body),
        digest=digest(body, sent.content_type),
        any_model=chat[1] if chat else msgspec.UNSET,
    )


def _can_be_read(line: bytes, bodies: Mapping[str, int]) -> bool:
    """Whether a replay can use what is written of an exchange; a single one that it cannot would spoil the file."""
    try:
        return is_replayable(msgspec.json.decode(line, type=Entry), bodies)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False


def _text(body: bytes) -> str:
    """A body that is text of a moderate length, to be read by people; otherwise the digest says enough."""
    try:
        return body.decode() if len(body) <= MOST_INLINE else ""
    except UnicodeDecodeError:
        return ""


def _is_media(kind: str) -> bool:
    return kind.lower().startswith(_MEDIA)


def _content(body: bytes, kind: str, name: str) -> Content:
    """The body of an answer as it stands in the index; media and all that is long are in a file beside it."""
    if len(body) > MOST_INLINE or (body and _is_media(kind)):
        return Content(size=len(body), mime_type=kind, file=f"{BODIES}{name}")
    try:
        return Content(size=len(body), mime_type=kind, text=body.decode())
    except UnicodeDecodeError:
        text = base64.b64encode(body).decode()
        return Content(size=len(body), mime_type=kind, text=text, encoding="base64")
