"""What the engine and the child process of a lane say to each other through pipes: a length, then MessagePack."""

import struct
from collections.abc import Iterator
from typing import IO, Any, Literal

import msgspec

from inference_core.engine.contract import Finish, Token
from inference_core.engine.inputs import Upload, decode_hook
from inference_core.engine.limits import Limits
from inference_core.engine.runners.contract import Answer, Details

_LENGTH = struct.Struct("<Q")


class Setup(msgspec.Struct, tag=True):
    """The first message to a child. `path` is where Python finds modules, `idle` after how many seconds it ends."""

    path: list[str]
    limits: Limits
    idle: float | None


class Work(msgspec.Struct, tag=True):
    """To compute something: the whole answer, the tokens, or (`load`) nothing but to load the model."""

    id: int
    kind: Literal["answer", "tokens", "load"]
    module: str
    made_from: str
    model: str
    task: str
    body: bytes


class More(msgspec.Struct, tag=True):
    """To compute the next batch of tokens."""

    id: int


class Stop(msgspec.Struct, tag=True):
    """To drop work that has not begun or lets itself be stopped, and tokens between two batches.

    The child answers with `Failed`.
    """

    id: int


class Loaded(msgspec.Struct, tag=True):
    """The model of the work with this id is loaded; the work goes on."""

    id: int
    details: Details


class Downloading(msgspec.Struct, tag=True):
    """Files of the model of the work with this id are on their way: bytes that have come, and of all known so far."""

    id: int
    come: int
    all: int


class Answered(msgspec.Struct, tag=True):
    id: int
    answer: Answer


class Batch(msgspec.Struct, tag=True):
    """Some tokens. After `finish` there are no more; None if it is still to come."""

    id: int
    tokens: list[Token]
    finish: Finish | None
    is_last: bool
    engine: str


class Failed(msgspec.Struct, tag=True):
    """Why there is no answer. `code` and `arguments` are those of an error of the engine's own."""

    id: int
    why: Literal["refused", "not_loaded", "dropped", "broken"]
    code: str = ""
    arguments: dict[str, Any] = {}


ToChild = Setup | Work | More | Stop
FromChild = Loaded | Downloading | Answered | Batch | Failed


def send(pipe: IO[bytes], message: ToChild | FromChild) -> None:
    """Write a message. Raises OSError or ValueError if nobody reads any more."""
    content = msgspec.msgpack.encode(message, enc_hook=str)
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def received(pipe: IO[bytes], kind: Any) -> Iterator[Any]:
    """The messages of a pipe until its other end is closed."""
    decoder = msgspec.msgpack.Decoder(kind)
    while len(head := pipe.read(_LENGTH.size)) == _LENGTH.size:
        (length,) = _LENGTH.unpack(head)
        content = pipe.read(length)
        if len(content) < length:
            return
        yield decoder.decode(content)


def packed(body: msgspec.Struct) -> bytes:
    """A body as a child gets it."""
    return msgspec.msgpack.encode(body, enc_hook=_content_of)


def unpacked(body: bytes, kind: type[msgspec.Struct], limits: Limits) -> Any:
    """The body that was packed."""
    decode = decode_hook(limits)

    def hook(type: type, sent: Any) -> Any:
        return Upload(bytes(sent), limits) if type is Upload else decode(type, sent)

    return msgspec.msgpack.decode(body, type=kind, dec_hook=hook)


def _content_of(value: Any) -> Any:
    if isinstance(value, Upload):
        return value.content
    raise TypeError(f"A {type(value).__name__} cannot be sent to a child process.")
