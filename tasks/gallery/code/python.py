"""What the Python clients have in common: how a call is written, and what is done with its answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import indent
from typing import Any

from tasks.gallery.code.answer import Answer, answer_of, text_field
from tasks.gallery.code.call import ClientCall, LocalFile
from tasks.gallery.code.literals import PYTHON, WIDTH, Source, block, in_a_line, written
from tasks.registry import Task

_STEP = " " * PYTHON.step
_CHUNK = 'chunk.choices[0].delta.content or ""'


@dataclass(frozen=True, slots=True)
class Flavour:
    """How a client is called: `awaits` if it is asynchronous; then its call stands in a function, deeper by `depth`."""

    awaits: bool = False
    depth: int = 0

    @property
    def word(self) -> str:
        return "await " if self.awaits else ""

    @property
    def loop(self) -> str:
        return "async for" if self.awaits else "for"


BLOCKING = Flavour()


def call_source(target: str, function: str, positional: Sequence[Any], keywords: Mapping[str, Any], depth: int) -> str:
    """`target = function(…)`, of at most the usual width."""
    arguments = [("", value) for value in positional] + [(f"{name}=", value) for name, value in keywords.items()]
    opening = f"{target}{function}("
    line = f"{opening}{', '.join(name + in_a_line(_shown(value), PYTHON) for name, value in arguments)})"
    width = WIDTH - depth * PYTHON.step
    if len(line) <= width:
        return line
    items = [
        name + written(_shown(value), PYTHON, width - PYTHON.step, len(name) + 1, is_alone=not name)
        for name, value in arguments
    ]
    return block(opening, items, ")", PYTHON)


def method_source(task: Task, call: ClientCall, flavour: Flavour = BLOCKING) -> str:
    """The call of `client`'s method, and what is done with its answer."""
    answer = answer_of(task, call)
    target = "stream = " if task.streams else "answer = "
    function = f"{flavour.word}client.{call.method}"
    called = call_source(target, function, call.positional, call.keywords, flavour.depth)
    return f"{called}\n{_use(answer, call, flavour)}"


def imports(task: Task, call: ClientCall, client: str, *first: str) -> str:
    """The imports of a program: `client`'s line, and of the standard library `first` and what `method_source` needs."""
    standard = [*first, *(["from pathlib import Path"] if answer_of(task, call) is Answer.SOUND else [])]
    return "\n".join([*standard, "", client] if standard else [client])


def chat_use(flavour: Flavour = BLOCKING) -> str:
    """Printing a chat's `stream` as it comes."""
    condition = f'if chunk.choices:\n{_STEP}print({_CHUNK}, end="", flush=True)'
    return f"{flavour.loop} chunk in stream:\n{indent(condition, _STEP)}\nprint()"


def program(*parts: str) -> str:
    """The parts that are not empty, with a line between them."""
    return "\n\n".join(part for part in parts if part) + "\n"


def notes(texts: Sequence[str]) -> str:
    return "\n".join(f"# {text}" for text in texts)


def _use(answer: Answer, call: ClientCall, flavour: Flavour) -> str:
    match answer:
        case Answer.CHAT:
            return chat_use(flavour)
        case Answer.TOKENS:
            return f'{flavour.loop} token in stream:\n{_STEP}print(token, end="", flush=True)\nprint()'
        case Answer.PICTURE:
            return 'answer.save("picture.png")'
        case Answer.SOUND:
            return 'Path("speech.wav").write_bytes(answer)'
        case Answer.MASKS:
            each = 'print(part.label, part.score)\npart.mask.save(f"mask-{number}.png")'
            return f"for number, part in enumerate(answer, 1):\n{indent(each, _STEP)}"
        case Answer.ITEMS:
            return f"for item in answer:\n{_STEP}print(item)"
        case Answer.VALUE:
            field = text_field(call)
            return f"print(answer.{field})" if field else "print(answer)"


def _shown(value: Any) -> Any:
    return Source(in_a_line(value.name, PYTHON)) if isinstance(value, LocalFile) else value
