"""Finding the recorded answer to a request."""

import re
import threading
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from inference_core.recording.canonical import Key, canonical_target, digest, target, without_model
from inference_core.recording.format import Entry

CHAT = re.compile(r"(?:/models/(?P<model>.+))?/v1/chat/completions")
_PLACEHOLDERS = ("", "dummy", "tgi", "default")
"""What clients write as the model of a chat when the URL says which it is."""

_PUT_OFF = (429, 503)
_MOST_QUOTED = 3
_LONGEST_QUOTE = 60


class Matcher:
    """The answers of a recording by request: repeated requests get theirs in order, and then the last one again.

    With `puts_off=False` those are left out with which a server says that it will answer later, if it did.
    """

    def __init__(self, entries: Iterable[Entry], *, puts_off: bool = True) -> None:
        self._entries: dict[Key, list[Entry]] = {}
        self._chats: dict[str, list[Entry]] = {}
        self._asked: dict[object, int] = {}
        self._counting = threading.Lock()  # large bodies are looked up in threads
        for entry in entries:
            asked = entry.request
            place = target(asked.url)
            self._entries.setdefault(Key(asked.method, place, asked.digest), []).append(entry)
            if asked.any_model and CHAT.fullmatch(place):
                self._chats.setdefault(asked.any_model, []).append(entry)
        if not puts_off:
            self._entries = {key: _without_putting_off(found) for key, found in self._entries.items()}
            self._chats = {key: _without_putting_off(found) for key, found in self._chats.items()}

    def find(self, method: str, path: str, query: str, body: bytes, content_type: str) -> Entry | None:
        """The next answer to a request, None if it was not recorded."""
        key = Key(method, canonical_target(path, query), digest(body, content_type))
        if found := self._entries.get(key):
            return self._next(key, found)
        return self._chat(key, body)

    def told(self, path: str) -> list[str]:
        """Some requests that were recorded for a path, each in a few words; if there are none, some paths."""
        place = canonical_target(path, "")
        posted = [(key, found[0]) for key, found in self._entries.items() if key.method == "POST"]
        said = [_said(entry) for key, entry in posted if key.target == place]
        return list(dict.fromkeys(filter(None, said or [key.target for key, _ in posted])))[:_MOST_QUOTED]

    def _chat(self, key: Key, body: bytes) -> Entry | None:
        """A chat is the same wherever its model is named: in the body, in the URL, or nowhere for the only one."""
        place = CHAT.fullmatch(key.target)
        named = without_model(body) if place and key.method == "POST" else None
        if place is None or named is None:
            return None
        model = named[0] if named[0] not in _PLACEHOLDERS else (place["model"] or "")
        found = [entry for entry in self._chats.get(named[1], []) if model in ("", entry.model)]
        return self._next((named[1], model), found) if found else None

    def _next(self, key: object, found: list[Entry]) -> Entry:
        with self._counting:
            times = self._asked.get(key, 0)
            self._asked[key] = times + 1
        return found[min(times, len(found) - 1)]


def _without_putting_off(found: list[Entry]) -> list[Entry]:
    kept = [entry for entry in found if entry.response.status not in _PUT_OFF]
    return kept or found


def _said(entry: Entry) -> str:
    """What was asked, in a few words; "" if it was a file."""
    posted = entry.request.post_data
    if not posted or not posted.text:
        return ""
    try:
        return _quoted(msgspec.json.decode(posted.text))
    except (msgspec.MsgspecError, RecursionError):
        return _shortened(posted.text)


def _quoted(value: Any) -> str:
    """The first text in a body that somebody may have typed."""
    match value:
        case str():
            return _shortened(value)
        case {"messages": [*_, last]}:
            return _quoted(last)
        case Mapping():
            fields = ("inputs", "content", "prompt", "text", "question", "source_sentence", "query", "table")
            return next((said for name in fields if name in value and (said := _quoted(value[name]))), "")
        case [first, *_]:
            return _quoted(first)
    return ""


def _shortened(text: str) -> str:
    line = " ".join(text[: 4 * _LONGEST_QUOTE].split())
    return line if len(line) <= _LONGEST_QUOTE else line[: _LONGEST_QUOTE - 1] + "…"
