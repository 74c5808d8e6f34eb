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
    "a table with null headers": {"headers": [None, CANARY], "data": [[CANARY, 1]]},
    "a table with a deep cell": {CANARY: [[CANARY]]},
    "a table of text columns": {CANARY: CANARY},
    "a message of null": [{"role": "user", "content": None, CANARY: CANARY}],
    "a table without cells": {"headers": CANARY},
    "messages of components": [{"role": "user", "content": [_COMPONENT]}],
    "half a character": f"{CANARY}\ud800",
}
"""Values that fit few components, by what they are."""


_EQUAL = (
    "The columns of the table are not of equal length: fill the short ones, with empty texts where there is nothing."
)

_COLUMNS = "table must be an object with a list of cells for each column: send the table in this form."
_CELL = "A cell of the table is a list or an object: send a text or a number in every cell."
_HEADER = "Table has a column whose header is not a text: give every column a name."
_CHAT = (
    "The conversation so far is not a list of messages, each with a role and a content: send such a list, "
    "or leave it out."
)


def _row(number: int, given: int, columns: int) -> str:
    return (
        f"Row {number} of the table has another number of cells ({given}) than there are columns ({columns}): "
        "give every row one cell for each column, an empty text where there is nothing."
    )


def _table(table: Any, sentence: str) -> tuple[str, dict[str, Any], str]:
    return "table_question_answering", {"query": "Which?", "table": table}, sentence


def _chat(conversation: Any) -> tuple[str, dict[str, Any], str]:
    return "conversational", {"message": "Hello", "conversation": conversation}, _CHAT


WRONG_CALLS: dict[str, tuple[str, dict[str, Any], str]] = {
    "a long row": _table({"headers": ["a", "b"], "data": [["1", "2"], ["1", "2", "3"]]}, _row(2, 3, 2)),
    "a short row": _table({"headers": ["a", "b"], "data": [["1"]]}, _row(1, 1, 2)),
    "an empty row without cells": _table({"headers": ["a"], "data": [["1"], []]}, _row(2, 0, 1)),
    "a row that is no list": _table(
        {"headers": ["a"], "data": ["1"]}, "Table has a row that is not a list: send every row as a list of cells."
    ),
    "columns of unequal length": _table({"a": ["1"], "b": []}, _EQUAL),
    "a column that is no list": _table({"a": "1", "b": ["2"]}, _COLUMNS),
    "a null header": _table({"headers": ["a", None], "data": [["1", "2"]]}, _HEADER),
    "a number as header": _table({"headers": ["a", 1], "data": [["1", "2"]]}, _HEADER),
    "null headers": _table({"headers": None, "data": [["1"]]}, _COLUMNS),
    "null data": _table({"headers": ["a"], "data": None}, _COLUMNS),
    "the same header twice": _table(
        {"headers": ["a", "a"], "data": [["1", "2"]]}, "Table has two columns with the same name: rename one."
    ),
    "a list as cell": _table({"a": ["1", ["2"]]}, _CELL),
    "an object as cell": _table({"a": [{"b": "2"}]}, _CELL),
    "a list as table": _table([["1"]], _COLUMNS),
    "a text as table": _table("a,b", _COLUMNS),
    "a number as table": _table(1, _COLUMNS),
    "an empty table": _table({}, "Table is empty: fill it in, or click an example."),
    "a table of empty cells": _table({"a": ["", None]}, "Table is empty: fill it in, or click an example."),
    "a text as conversation": _chat("Hello"),
    "an object as conversation": _chat({"role": "user", "content": "Hello"}),
    "a text as message": _chat(["Hello"]),
    "null as message": _chat([None]),
    "a message without role": _chat([{"content": "Hello"}]),
    "a message without content": _chat([{"role": "user"}]),
    "a message of null": _chat([{"role": "user", "content": None}]),
    "a message of a number": _chat([{"role": "user", "content": 1}]),
    "an unknown role": _chat([{"role": "tool", "content": "Hello"}]),
    "a list as role": _chat([{"role": ["user"], "content": "Hello"}]),
    "a message of pictures": _chat([{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "a"}}]}]),
    "a list as text": (
        "text_classification",
        {"text": ["a"]},
        "text must be a text: change it, or leave it out.",
    ),
    "a switch as text": (
        "text_classification",
        {"text": True},
        "text must be a text: change it, or leave it out.",
    ),
    "an object as list": (
        "feature_extraction",
        {"texts": {"a": "b"}},
        "texts must be a list of texts: change it, or leave it out.",
    ),
    "a list in a list": (
        "feature_extraction",
        {"texts": [["a"]]},
        "texts must be a text: change it, or leave it out.",
    ),
    "a number as choice": (
        "text_classification",
        {"text": "a", "function_to_apply": 1},
        "function_to_apply must be one of sigmoid, softmax, none: change it, or leave it out.",
    ),
    "a list as choice": (
        "text_classification",
        {"text": "a", "function_to_apply": ["none"]},
        "function_to_apply must be one of sigmoid, softmax, none: change it, or leave it out.",
    ),
    "a text as switch": (
        "feature_extraction",
        {"texts": ["a"], "normalize": "yes"},
        "normalize must be true or false: change it, or leave it out.",
    ),
    "a number as file": ("image_to_text", {"image": 1}, "image must be a file: upload it, or give its URL."),
    "a list as model": (
        "text_classification",
        {"text": "a", "model": ["b"]},
        "model must be a text: change it, or leave it out.",
    ),
}
"""Calls with one wrong value, by what it is: the task, what is sent, and the sentence that says what is wrong."""


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
