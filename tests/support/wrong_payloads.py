"""Payloads that are wrong in every way a caller of the API can be wrong, each with a word that no log may show."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tasks.fields import Picture, Sound, Table
from tasks.gallery.inputs import example_value
from tasks.registry import Task

CANARY = "canary-xylophone"

_DATA_URI = f"data:image/png;base64,{CANARY}!!"
_COMPONENT = {"type": "component", "component": CANARY, "value": CANARY, "constructor_args": {}}
_FILE = {"path": f"/tmp/{CANARY}.png", "meta": {"_type": "gradio.FileData"}}  # noqa: S108
WRONG_VALUES: dict[str, Any] = {
    "a text": CANARY,
    "a number": 10**30,
    "a switch": True,
    "a list": [CANARY],
    "a list of lists": [[CANARY]],
    "an object": {CANARY: CANARY},
    "a deep object": {"path": {"path": {"path": CANARY}}},
    "a list of objects": [{"role": CANARY, "content": CANARY}, {"text": CANARY}],
    "a file that is not there": _FILE,
    "a file that was not uploaded": {**_FILE, "path": f"/etc/passwd#{CANARY}"},
    "a file without a path": {"url": None, "orig_name": CANARY, "meta": {"_type": "gradio.FileData"}},
    "a file whose path is a list": {**_FILE, "path": [CANARY]},
    "a file with a null byte": {**_FILE, "path": f"/tmp/\0{CANARY}"},  # noqa: S108
    "a long path": {**_FILE, "path": CANARY * 1000},
    "a bad data URI": {
        **_FILE,
        "path": f"data:image/png;base64,{CANARY}!!",
        "url": f"data:image/png;base64,{CANARY}!!",
    },
    "a file at a bad URL": {**_FILE, "path": f"http://[{CANARY}", "url": f"http://[{CANARY}"},
    "a file elsewhere": {**_FILE, "path": f"ftp://{CANARY}/a.png"},
    "a table of objects": {"headers": [{CANARY: 1}], "data": [[{CANARY: [CANARY]}]], "metadata": CANARY},
    "a ragged table": {"headers": [CANARY], "data": [[CANARY, CANARY], [], CANARY]},
    "a table without cells": {"headers": CANARY},
    "messages of components": [{"role": "user", "content": [_COMPONENT]}],
    "half a character": f"{CANARY}\ud800",
}
"""Values that fit few components, by what they are."""


def good_values(task: Task) -> list[Any]:
    """The values of the task's first example in the order of the endpoint; files are left out."""
    pairs = zip(task.user_inputs, task.examples[0], strict=True)
    given = {
        one.name: None if isinstance(one.field, Picture | Sound) else example_value(one.field, value)
        for one, value in pairs
    }
    return [*(given.get(one.name) for one in task.inputs), "", *(None for _ in task.parameters)]


def wrong_data(task: Task) -> Iterator[tuple[str, Any]]:
    """What to send as `data`, by how it is wrong: each input in turn, the model, a parameter, and the whole."""
    good = good_values(task)
    places = [*range(len(task.inputs) + 1), *([len(good) - 1] if task.parameters else [])]
    for place in places:
        for name, value in WRONG_VALUES.items():
            if not (isinstance(value, str) and place < len(task.inputs) and _takes_text(task, place)):
                yield f"{name} as value {place}", [*good[:place], value, *good[place + 1 :]]
    yield "nothing", []
    yield "too few", [CANARY][: len(good) - 1]
    yield "too many", [*good, CANARY, CANARY]
    yield "an object", {CANARY: CANARY}
    yield "a text", CANARY
    yield "null", None


def _takes_text(task: Task, place: int) -> bool:
    return not isinstance(task.inputs[place].field, Picture | Sound | Table)


def wrong_bodies() -> Mapping[str, bytes]:
    """Bodies that are not even the JSON that Gradio expects, by how they are wrong."""
    return {
        "not JSON": f"{{{CANARY}".encode(),
        "not UTF-8": b'{"data": ["\xff' + CANARY.encode() + b'"]}',
        "a list": f'["{CANARY}"]'.encode(),
        "a text": f'"{CANARY}"'.encode(),
        "without data": f'{{"{CANARY}": 1}}'.encode(),
        "nothing": b"",
        "deep": f'{{"data": ["{CANARY}", '.encode() + b"[" * 100_000 + b"]" * 100_000 + b"]}",
        "a bad event": f'{{"data": ["{CANARY}"], "event_data": "{CANARY}", "fn_index": "{CANARY}"}}'.encode(),
        "a bad number": f'{{"data": ["{CANARY}"], "fn_index": 99999, "session_hash": "a"}}'.encode(),
        "a bad trigger": f'{{"data": ["{CANARY}"], "trigger_id": "{CANARY}", "session_hash": ["{CANARY}"]}}'.encode(),
    }


def wrong_messages() -> Mapping[str, bytes]:
    """Messages to the agents' address that are not of its protocol, by how they are wrong."""
    calls: dict[str, Any] = {
        "an unknown method": {"method": CANARY},
        "an unknown tool": {"method": "tools/call", "params": {"name": CANARY, "arguments": {CANARY: CANARY}}},
        "arguments as a text": {"method": "tools/call", "params": {"name": "text_classification", "arguments": CANARY}},
        "parameters as a list": {"method": "tools/call", "params": [CANARY]},
        "an unknown file": {"method": "resources/read", "params": {"uri": f"file:///{CANARY}"}},
        "an unknown prompt": {"method": "prompts/get", "params": {"name": CANARY}},
        "an object as id": {"method": "ping", "id": {CANARY: CANARY}},
        "a bad notification": {"method": "notifications/cancelled", "id": None, "params": {"requestId": [CANARY]}},
    }
    bodies = {how: json.dumps({"jsonrpc": "2.0", "id": 1, **call}).encode() for how, call in calls.items()}
    unreadable = {
        "half of UTF-16": b"\xff\xfe\x00" + CANARY.encode(),
        "not UTF-8": b'{"' + CANARY.encode() + b'": "\xff"}',
        "a deep list": b'["' + CANARY.encode() + b'", ' + b"[" * 100_000 + b"]" * 100_001,
        "a batch": f'[{{"jsonrpc": "2.0", "id": 1, "method": "{CANARY}"}}]'.encode(),
        "not JSON": f"{{{CANARY}".encode(),
    }
    return {**bodies, **unreadable}
