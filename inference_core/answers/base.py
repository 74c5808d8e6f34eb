"""Typed outputs, which are also read-only mappings, and decoders for every format in use.

Names and fields are those of the Hub's task specifications, as in huggingface_hub.
"""

import re
from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView
from functools import cache
from typing import Any, ClassVar, TypeVar

import msgspec

from inference_core.answers.tolerant import (
    UNDECODABLE,
    AnswerText,
    Unreadable,
    encoded,
    parsed,
    readable,
    reader,
)
from inference_core.errors import InvalidAnswerError
from inference_core.http.error_body import invalid_answer


class Part(msgspec.Struct, kw_only=True, eq=False):
    """A struct that is also a mapping of its fields that are not None: `dict(part)`, `"label" in part`.

    `part["label"]` also works if `part.label` is None, because programs read fields that a server may leave out.

    A field that has no default is what the task was asked for, such as a label. A server may leave out any other.
    """

    _carriers: ClassVar[tuple[str, ...]] = ()
    """Fields of which one is enough for an answer."""

    def keys(self) -> KeysView[str]:
        return self._present().keys()

    def values(self) -> ValuesView[Any]:
        return self._present().values()

    def items(self) -> ItemsView[str, Any]:
        return self._present().items()

    def get(self, key: str, default: Any = None) -> Any:
        return self._present().get(key, default)

    def __getitem__(self, key: str) -> Any:
        if key in self.__struct_fields__ and not key.startswith("_"):
            return getattr(self, key)
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._present())

    def __len__(self) -> int:
        return len(self._present())

    def __contains__(self, key: object) -> bool:
        return key in self._present()

    def __eq__(self, other: object) -> bool:
        return dict(self.items()) == dict(other) if isinstance(other, Mapping) else NotImplemented

    def __ne__(self, other: object) -> bool:
        return not self == other  # msgspec has its own, which compares identities

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in self.items())})"

    def _present(self) -> dict[str, Any]:
        fields = ((name, getattr(self, name)) for name in self.__struct_fields__ if not name.startswith("_"))
        return {name: value for name, value in fields if value is not None}


class Output(Part, kw_only=True, eq=False):
    """A typed answer. `raw` is what the server sent for it."""

    _body: bytes = b""
    _place: int | None = None  # index in the list that the body is or contains

    @property
    def raw(self) -> Any:
        """The server's JSON for this output, including unknown fields. It is parsed on every call.

        Raises:
            InvalidAnswerError: an unknown field contains invalid JSON.
        """
        answer: Any = json_as(object)(self._body)
        if self._place is None:
            return answer
        return (answer[0] if isinstance(answer[0], list) else answer)[self._place]


Mapping.register(Part)


class TextClassificationOutputElement(Output, kw_only=True, eq=False):
    label: AnswerText
    score: float | None = None


class ZeroShotClassificationOutputElement(Output, kw_only=True, eq=False):
    label: AnswerText
    score: float | None = None


class TokenClassificationOutputElement(Output, kw_only=True, eq=False):
    """`start` and `end` are character offsets into the input; either `entity_group` or `entity` is set."""

    _carriers = ("word", "entity_group", "entity")

    word: AnswerText
    score: float | None = None
    start: int | None = None
    end: int | None = None
    entity_group: str | None = None
    entity: str | None = None
    index: int | None = None


class FillMaskOutputElement(Output, kw_only=True, eq=False):
    _carriers = ("token_str", "sequence")

    token_str: AnswerText
    sequence: AnswerText | None = None
    score: float | None = None
    token: int | None = None


class QuestionAnsweringOutputElement(Output, kw_only=True, eq=False):
    """`context[start:end] == answer`."""

    answer: AnswerText
    score: float | None = None
    start: int | None = None
    end: int | None = None


class TableQuestionAnsweringOutputElement(Output, kw_only=True, eq=False):
    """`coordinates` are the [row, column] of each answer cell, counted from 0."""

    answer: AnswerText
    coordinates: list[list[int]] = []
    cells: list[str] = []
    aggregator: str | None = None


class SummarizationOutput(Output, kw_only=True, eq=False):
    summary_text: AnswerText


class TranslationOutput(Output, kw_only=True, eq=False):
    translation_text: AnswerText


class Conversation(Part, kw_only=True, eq=False):
    generated_responses: list[str] = []
    past_user_inputs: list[str] = []


class ConversationalOutput(Output, kw_only=True, eq=False):
    """The reply and the conversation so far, in the format of the old `conversational` task."""

    generated_text: AnswerText
    conversation: Conversation | None = None
    warnings: list[str] | None = None


T = TypeVar("T", bound=Output)
Decoded = TypeVar("Decoded")
Decoder = Callable[[bytes], Decoded]
Body = TypeVar("Body", bound=bytes | msgspec.Raw)


def _decoder(exact: Callable[[Body], Decoded], tolerant: Callable[[Any], Decoded]) -> Callable[[Body], Decoded]:
    """A decoder that reads what `exact` cannot decode with `tolerant`, which gets the JSON and may raise Unreadable."""

    def decode(body: Body) -> Decoded:
        try:
            return exact(body)
        except UNDECODABLE as error:
            problem = str(error)
        try:
            return tolerant(parsed(body))
        except Unreadable:
            raise invalid(bytes(body), problem) from None

    return decode


def one(kind: type[T]) -> Decoder[T]:
    """Decode `{…}`, `[{…}]`, or lists in lists, of which the first object counts."""

    def exact(body: bytes) -> T:
        return _element(_unlisted(body), kind)

    def tolerant(answer: Any) -> T:
        while isinstance(answer, list) and answer:
            answer = answer[0]
        return _read(answer, kind)

    return _decoder(exact, tolerant)


def many(kind: type[T]) -> Decoder[list[T]]:
    """Decode `[{…}, …]`, `[[{…}, …]]` or a single `{…}` to a list."""
    return _decoder(lambda body: _elements(body, kind), lambda answer: _read_all(answer, kind))


def one_or_many(kind: type[T]) -> Decoder[T | list[T]]:
    """Decode `{…}` to one output, `[{…}, …]` to a list."""

    def exact(body: bytes) -> T | list[T]:
        return _elements(body, kind) if _first(body) == b"[" else _element(body, kind)

    def tolerant(answer: Any) -> T | list[T]:
        return _read_all(answer, kind) if isinstance(answer, list) else _read(answer, kind)

    return _decoder(exact, tolerant)


def nested(kind: type[T]) -> Decoder[list[T] | list[list[T]]]:
    """Decode `[{…}, …]` to a list, `[[…], […]]` to a list of lists."""
    inner = many(kind)

    def exact(body: bytes) -> list[T] | list[list[T]]:
        elements = _LIST.decode(body) if _first(body) == b"[" else []
        if len(elements) > 1 and _first(elements[0]) == b"[":
            return [inner(bytes(element)) for element in elements]
        return _elements(body, kind)

    def tolerant(answer: Any) -> list[T] | list[list[T]]:
        if isinstance(answer, list) and len(answer) > 1 and isinstance(answer[0], list):
            return [_read_all(element, kind) for element in answer]
        return _read_all(answer, kind)

    return _decoder(exact, tolerant)


def json_as(kind: type[Decoded]) -> Callable[[bytes | msgspec.Raw], Decoded]:
    """Decode JSON to the type `kind`, which can be any type that msgspec knows."""
    read: Any = kind  # mypy does not know that a class can be hashed
    return _decoder(msgspec.json.Decoder(kind).decode, lambda answer: reader(read)(answer))


_START = re.compile(rb"[ \t\r\n]*(.)")
_IN_A_LIST = re.compile(rb"[ \t\r\n]*\[[ \t\r\n]*\[")
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


@cache
def _element_decoder(kind: type[Output]) -> Callable[[bytes | msgspec.Raw], Any]:
    return msgspec.json.Decoder(kind).decode


@cache
def _list_decoder(kind: Any, is_wrapped: bool) -> Callable[[bytes], Any]:
    return msgspec.json.Decoder(list[list[kind]] if is_wrapped else list[kind]).decode


def _element(body: bytes | msgspec.Raw, kind: type[T]) -> T:
    output: T = _element_decoder(kind)(body)
    output._body, output._place = bytes(body), None
    return output


def _elements(body: bytes, kind: type[T]) -> list[T]:
    is_wrapped = _IN_A_LIST.match(body) is not None
    if not is_wrapped and _first(body) == b"{":
        return [_element(body, kind)]
    decoded = _list_decoder(kind, is_wrapped)(body)
    if is_wrapped and len(decoded) != 1:
        raise invalid(body, "it contains several lists")
    elements: list[T] = decoded[0] if is_wrapped else decoded
    for place, element in enumerate(elements):
        element._body, element._place = body, place
    return elements


def _unlisted(body: bytes) -> bytes | msgspec.Raw:
    if _first(body) != b"[":
        return body
    elements = _LIST.decode(body)
    if not elements:
        raise InvalidAnswerError("empty_list", body)
    return elements[0]


def _first(body: bytes | msgspec.Raw) -> bytes:
    start = _START.match(memoryview(body))
    return start[1] if start else b""


def _read(answer: Any, kind: type[T]) -> T:
    output: T = reader(kind)(answer)
    output._body = encoded(answer)
    return output


def _read_all(answer: Any, kind: type[T]) -> list[T]:
    if isinstance(answer, dict):
        return [_read(answer, kind)]
    is_wrapped = isinstance(answer, list) and len(answer) == 1 and isinstance(answer[0], list)
    elements = answer[0] if is_wrapped else answer
    if not isinstance(elements, list):
        raise Unreadable
    return readable(elements, lambda element: _read(element, kind))


def invalid(body: bytes, problem: Exception | str) -> InvalidAnswerError:
    """The error for a body that is not an answer to the task; `problem` says why not."""
    return invalid_answer(body, "unexpected_answer", problem=str(problem))
