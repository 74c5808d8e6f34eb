"""The snippets of examples, run against an engine as their readers would, and what the client itself answers."""

import asyncio
import json
import math
import re
import shutil
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from inference_core import AsyncInferenceClient, Exchange
from inference_core.answers.base import Part
from tasks.fields import Previous
from tasks.gallery.code.answer import Answer, answer_of
from tasks.gallery.code.call import ClientCall, LocalFile, client_call
from tasks.gallery.code.place import Place
from tasks.gallery.code.snippets import snippets
from tasks.registry import Task
from tests.support.models import catalogue, recommended
from tests.support.node import NODE
from tests.support.processes import ROOT, clean_environment

HOSTILE = [
    "'; touch pwned; '",
    '"; touch pwned; "',
    "$(touch pwned) `touch pwned` ${HOME} $HOME $file \\$HOME",
    "END",
    "\nEND\ntouch pwned\n",
    "ends with \\",
    "\\n is no line break, \\u0041 no letter, \\",
    """both ' and " and \"\"\" and \'\'\'""",
    "`${process.exit(1)}` */ // </script>",
    "tab\t, return\r\n, nothing\0, bell\x07, line\u2028, paragraph\u2029, left\u202eright, gap\u00a0",
    "Grüße, 你好, 👩‍👩‍👧, \U0001d11e",
    "#{}%s {} {0} !!",
]
"""Texts that mean something else to a language if they are not written with care."""

PYTHON = {"python", "async", "huggingface_hub", "openai"}
_COMMANDS = {"javascript": [NODE, "code.mjs"], "curl": ["bash", "code.sh"]}
_SHORT = {"seed": 7, "max_tokens": 12, "max_new_tokens": 12}
_TURNS = [{"role": "user", "content": "Hello!"}, {"role": "assistant", "content": "Hello. It's “you”, $USER?\n"}]


@dataclass(frozen=True, slots=True)
class Program:
    """A snippet of a task in the folder where it runs."""

    task: Task
    call: ClientCall
    language: str
    source: str
    folder: Path

    def __repr__(self) -> str:
        return f"{self.task.id}, {self.language}"


@dataclass(frozen=True, slots=True)
class Told:
    """What the client itself answers, and the body in which the server said it."""

    answer: Any
    body: bytes


def arguments_of(task: Task, example: Iterable[Any]) -> dict[str, Any]:
    """The arguments of an example, with those that make a long answer short and always the same."""
    given = dict(zip((one.name for one in task.user_inputs), example, strict=True))
    turns = {one.name: _TURNS for one in task.inputs if isinstance(one.field, Previous)}
    return given | turns | {one.name: _SHORT[one.name] for one in task.parameters if one.name in _SHORT}


async def programs(task: Task, arguments: Mapping[str, Any], endpoint: str, folder: Path) -> list[Program]:
    """A program in every language that has one, each in a new folder with the files of the arguments."""
    call = await client_call(task, arguments)
    made = []
    for snippet in await snippets(task, arguments, Place("server", _model(task), endpoint)):
        if not snippet.source:
            continue
        own = folder / snippet.language
        own.mkdir(parents=True)
        for path in arguments.values():
            if isinstance(path, Path):
                shutil.copy(path, own / path.name)
        (own / "code.mjs").write_text(snippet.source)
        (own / "code.sh").write_text(snippet.source)
        made.append(Program(task, call, snippet.language, snippet.source, own))
    return made


async def told(program: Program, endpoint: str) -> Told:
    """What the client answers to the call of a program."""

    def sent(value: Any) -> Any:
        return program.folder / value.name if isinstance(value, LocalFile) else value

    exchanges: list[Exchange] = []
    call = program.call
    async with AsyncInferenceClient(_model(program.task), endpoint=endpoint) as client:
        method = getattr(client.with_options(observer=exchanges.append), call.method)
        answer = await method(*map(sent, call.positional), **{name: sent(one) for name, one in call.keywords.items()})
        if program.task.streams:
            answer = "".join([_piece(event) async for event in answer])
    return Told(answer, bytes(exchanges[-1].response))


def _model(task: Task) -> str:
    """The recommended model; where that writes now this and now that, the one that is quick and sure."""
    return catalogue().by_task()[task.id][-1].id if task.streams else recommended(task.id)


async def run_python(made: list[Program]) -> list[str]:
    """What the programs print, all run by one process; fails on the first that ends with an error."""
    asked = [{"source": program.source, "folder": str(program.folder)} for program in made]
    printed = await _run([sys.executable, "-m", "tests.support.snippet_runner"], ROOT, json.dumps(asked))
    outcomes = json.loads(printed)
    for program, outcome in zip(made, outcomes, strict=True):
        assert not outcome["error"], f"{program}\n{program.source}\n{outcome['error']}"
    return [outcome["printed"] for outcome in outcomes]


async def run_others(made: list[Program]) -> list[str]:
    """What the programs in other languages print, one process after the other."""
    return [await _run(_COMMANDS[program.language], program.folder) for program in made]


def says_the_same(program: Program, printed: str, answered: Told) -> bool:
    """Whether a program found what the client found."""
    kind = answer_of(program.task, program.call)
    is_python = program.language in PYTHON
    match kind:
        case Answer.PICTURE:
            return _same_picture(program.folder / "picture.png", answered.answer)
        case Answer.SOUND:
            # Whoever speaks never speaks in quite the same way.
            spoken = (program.folder / "speech.wav").read_bytes()
            return spoken[:4] == b"RIFF" and math.isclose(len(spoken), len(answered.answer), rel_tol=0.05)
        case Answer.CHAT | Answer.TOKENS:
            read = _whole_text(printed) if program.language == "curl" else printed.removesuffix("\n")
            return read.endswith(answered.answer) and len(answered.answer) > 10
        case Answer.MASKS if program.language != "curl":
            saved = sorted(program.folder.glob("mask-*.png"), key=lambda path: int(path.stem[5:]))
            masks = [part.mask for part in answered.answer]
            return bool(masks) and all(map(_same_picture, saved, masks)) and len(saved) == len(masks)
    if not is_python:
        return bool(json.loads(printed) == json.loads(answered.body))
    return _is_printed(answered.answer, printed)


def _same_picture(path: Path, picture: Image.Image) -> bool:
    with Image.open(path) as saved:
        return saved.convert(picture.mode).tobytes() == picture.tobytes()


def _whole_text(printed: str) -> str:
    answer = json.loads(printed)
    return str(answer[0]["generated_text"] if isinstance(answer, list) else answer["choices"][0]["message"]["content"])


def _piece(event: Any) -> str:
    if isinstance(event, str):
        return event
    return (event.choices[0].delta.content or "") if event.choices else ""


def _is_printed(answer: Any, printed: str) -> bool:
    """Whether every text and every number of the answer is there."""
    if hasattr(answer, "tolist"):  # numpy leaves out the middle of a large array
        answer = [*answer.flat[:2], *answer.flat[-2:]]
    numbers = [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e[+-]?\d+)?", printed)]
    leaves = list(_leaves(answer))
    return bool(leaves) and all(
        leaf in printed or repr(leaf)[1:-1] in printed
        if isinstance(leaf, str)
        else any(math.isclose(leaf, number, rel_tol=1e-4, abs_tol=1e-7) for number in numbers)
        for leaf in leaves
    )


def _leaves(value: Any) -> Iterable[Any]:
    match value:
        case Part():
            # `boxes` are the engine's own, and a text is all that is printed of an answer that has one.
            texts = [one for name, one in value.items() if name.endswith("text")]
            for one in texts or (one for name, one in value.items() if name != "boxes"):
                yield from _leaves(one)
        case list():
            for one in value:
                yield from _leaves(one)
        case None | "":
            pass
        case _:
            yield value


async def _run(command: list[str], folder: Path, text: str = "") -> str:
    # Offline, huggingface_hub does not even ask loopback.
    environment = clean_environment(PYTHONPATH=str(ROOT), HF_HUB_OFFLINE="0")
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environment, stdin=pipe, stdout=pipe, stderr=pipe
    )
    printed, complaint = await process.communicate(text.encode())
    assert process.returncode == 0, f"{folder}: {complaint.decode()}\n{printed.decode()}"
    return printed.decode()
