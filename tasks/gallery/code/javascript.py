"""Snippets with `fetch`, for Node and browsers."""

from collections.abc import Mapping, Sequence
from typing import Any

from tasks.gallery.code.answer import Answer
from tasks.gallery.code.call import LocalFile
from tasks.gallery.code.literals import JAVASCRIPT, WIDTH, Source, block, in_a_line, written
from tasks.gallery.code.place import Place
from tasks.gallery.code.python import program
from tasks.gallery.code.request import HttpRequest

_STREAM = """\
let rest = "";
for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
  const lines = (rest + text).split("\\n");
  rest = lines.pop();
  for (const line of lines) {
    const data = line.startsWith("data:") ? line.slice(5).trim() : "";
    if (!data || data === "[DONE]") continue;
    process.stdout.write(PIECE);
  }
}
process.stdout.write("\\n");"""
_MASKS = """\
const answer = await response.json();
for (const [index, { label, score, mask }] of answer.entries()) {
  console.log(label, score);
  await writeFile(`mask-${index + 1}.png`, Buffer.from(mask, "base64"));
}"""
_SAVED = 'await writeFile("NAME", Buffer.from(await response.arrayBuffer()));'
_USES = {
    Answer.CHAT: _STREAM.replace("PIECE", 'JSON.parse(data).choices[0]?.delta.content ?? ""'),
    Answer.TOKENS: _STREAM.replace("PIECE", "JSON.parse(data).token.text"),
    Answer.PICTURE: _SAVED.replace("NAME", "picture.png"),
    Answer.SOUND: _SAVED.replace("NAME", "speech.wav"),
    Answer.MASKS: _MASKS,
}
_PRINTED = "console.log(JSON.stringify(await response.json(), null, 2));"
_CHECK = "if (!response.ok) throw new Error(await response.text());"
_FILE, _BASE64 = Source("file"), Source('file.toString("base64")')
_LARGEST = 2**53 - 1


def javascript(answer: Answer, place: Place, request: HttpRequest, file: LocalFile | None, told: Sequence[str]) -> str:
    """The request with `fetch`; `file` is the one that it takes."""
    use = _USES.get(answer, _PRINTED)
    names = [name for name, needed in (("readFile", file), ("writeFile", "writeFile" in use)) if needed]
    imports = f'import {{ {", ".join(names)} }} from "node:fs/promises";' if names else ""
    read = f"const file = await readFile({in_a_line(file.name, JAVASCRIPT)});" if file else ""
    notes = "\n".join(f"// {text}" for text in told)
    return program(notes, imports, read, f"{_fetch(place, request)}\n{_CHECK}\n{use}")


def has_too_large_number(body: Any) -> bool:
    """Whether a number in the body is one that JavaScript would round."""
    match body:
        case Mapping():
            return any(map(has_too_large_number, body.values()))
        case list():
            return any(map(has_too_large_number, body))
    return isinstance(body, int) and abs(body) > _LARGEST


def _fetch(place: Place, request: HttpRequest) -> str:
    headers: dict[str, Any] = dict(request.headers)
    if place.needs_token:
        headers["Authorization"] = Source("`Bearer ${process.env.HF_TOKEN}`")
    options = [
        'method: "POST"',
        f"headers: {written(headers, JAVASCRIPT, taken=12)}",
        f"body: {_body(request)}",
    ]
    url = f"const url = {in_a_line(request.url, JAVASCRIPT)};"
    return f"{url}\n{block('const response = await fetch(url, {', options, '});', JAVASCRIPT)}"


def _body(request: HttpRequest) -> str:
    if isinstance(request.body, LocalFile):
        return _FILE.text
    return f"JSON.stringify({written(_with_base64(request.body), JAVASCRIPT, WIDTH - JAVASCRIPT.step, 23)})"


def _with_base64(value: Any) -> Any:
    match value:
        case LocalFile():
            return _BASE64
        case dict():
            return {name: _with_base64(one) for name, one in value.items()}
        case list():
            return [_with_base64(one) for one in value]
    return value
