"""A model for a child process that does what its input says: `sleep 3`, `spin`, `lock`, `die` and so on."""

import itertools
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from inference_core.engine.contract import CannotAnswer, Finish, Lane, Model, ServedTask, Token
from inference_core.engine.work.stopping import stop_if_unwanted
from inference_core.media.large_pictures import current_turn

PATH = "/models/a/heavy"


class Body(msgspec.Struct):
    inputs: str
    stream: bool = False


class Heavy:
    name = "heavy engine"

    def answer(self, body: Body) -> object:
        word, _, rest = body.inputs.partition(" ")
        return _ANSWERS[word](rest)

    def tokens(self, body: Body) -> Iterator[Token | Finish]:
        """`count N SECONDS`: N tokens with pauses. `die N`: the process ends after N tokens."""
        word, number, pause = [*body.inputs.split(), "0"][:3]
        for index in itertools.count():
            if index == int(number):
                if word == "die":
                    os.kill(os.getpid(), signal.SIGKILL)
                yield Finish("length", 1)
                return
            time.sleep(float(pause))
            yield Token(index, f" {os.getpid()}", None)


def _sleep(seconds: str) -> str:
    time.sleep(float(seconds))
    return f"slept in {os.getpid()}"


def _spin(_: str) -> None:
    while True:
        pass


def _steps(file: str) -> None:
    """Writes to the file until nobody waits any more."""
    while True:
        stop_if_unwanted()
        Path(file).write_text(str(time.monotonic()))
        time.sleep(0.02)


def _lock(_: str) -> object:
    """Holds Python's global lock for ever, as some libraries do for long."""
    return re.match(r"(a|a)*b", "a" * 200)


def _die(_: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_once(file: str) -> str:
    """Ends the process if the file is there, and deletes it."""
    try:
        os.remove(file)  # noqa: PTH107
    except FileNotFoundError:
        return "alive"
    return str(_die(""))


def _refuse(_: str) -> None:
    raise CannotAnswer("text_too_long", count=9, most=8)


def _fail(secret: str) -> None:
    raise ValueError(secret)


def _picture(wanted: str) -> tuple[float, float]:
    """`picture PIXELS SECONDS`: when it began to hold so many pixels, and when it ended."""
    pixels, seconds = wanted.split()
    counter = current_turn()
    assert counter is not None
    counter.count(int(pixels))
    begun = time.monotonic()
    time.sleep(float(seconds))
    return begun, time.monotonic()


def _print(text: str) -> str:
    print(text, flush=True)
    os.write(1, text.encode())
    return text


_ANSWERS: dict[str, Callable[[str], object]] = {
    "sleep": _sleep,
    "spin": _spin,
    "steps": _steps,
    "lock": _lock,
    "die": _die,
    "die-once": _die_once,
    "refuse": _refuse,
    "fail": _fail,
    "picture": _picture,
    "print": _print,
    "folder": lambda _: os.getcwd(),  # noqa: PTH109
    "pid": lambda _: os.getpid(),
    "environment": lambda name: os.environ.get(name, ""),
}

MODEL = Model(
    id="a/heavy",
    tasks=(
        ServedTask(
            id="scripted",
            body=Body,
            answer=Heavy.answer,
            tokens=Heavy.tokens,
            answered_example={"inputs": "pid"},
        ),
    ),
    words="models.vader",
    licence="none",
    load=Heavy,
    lane=Lane("heavy", __name__),
)
