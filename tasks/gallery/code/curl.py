"""Snippets with cURL, for bash."""

import re
import shlex
from collections.abc import Sequence
from typing import Any

from tasks.gallery.code.answer import Answer
from tasks.gallery.code.call import LocalFile
from tasks.gallery.code.literals import JSON, Source, written
from tasks.gallery.code.place import Place
from tasks.gallery.code.python import notes, program
from tasks.gallery.code.request import HttpRequest

_OPTIONS = {
    Answer.PICTURE: ["--fail-with-body", "--output picture.png"],
    Answer.SOUND: ["--fail-with-body", "--output speech.wav"],
}
_STREAM = ("stream", "stream_options")
_END = "END"
_MARK = "\0"
"""Where the file goes; JSON has no such character in it."""

_EXPANDED = re.compile(r"[\\$`]")


def curl(answer: Answer, place: Place, request: HttpRequest, file: LocalFile | None, told: Sequence[str]) -> str:
    """The request with cURL; `file` is the one that it takes. A text is not streamed: nobody could read the events."""
    headers = [f"--header {shlex.quote(f'{name}: {value}')}" for name, value in request.headers.items()]
    if place.needs_token:
        headers.append('--header "Authorization: Bearer $HF_TOKEN"')
    is_file_itself = isinstance(request.body, LocalFile)
    data = f"@{request.body.name}" if is_file_itself else "@-"
    options = [*_OPTIONS.get(answer, []), *headers, f"--data-binary {shlex.quote(data)}"]
    command = " \\\n  ".join([f"curl {shlex.quote(request.url)}", *options])
    if is_file_itself:
        return program(notes(told), command)
    sent = {name: value for name, value in request.body.items() if name not in _STREAM}
    if file is None:
        # In quotes, the mark has bash take the lines as they are.
        return program(notes(told), f"{command} << '{_END}'\n{written(sent, JSON)}\n{_END}")
    read = f"file=$(base64 < {shlex.quote(file.name)} | tr -d '\\n')"
    # Without quotes, it replaces variables: all that looks like one is escaped but the file.
    body = _EXPANDED.sub(r"\\\g<0>", written(_with_marks(sent), JSON)).replace(_MARK, '"$file"')
    return program(notes(told), f"{read}\n{command} << {_END}\n{body}\n{_END}")


def _with_marks(value: Any) -> Any:
    match value:
        case LocalFile():
            return Source(_MARK)
        case dict():
            return {name: _with_marks(one) for name, one in value.items()}
        case list():
            return [_with_marks(one) for one in value]
    return value
