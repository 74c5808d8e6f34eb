"""Typed outputs, which are also read-only mappings, and decoders for every format in use.

Names and fields are those of the Hub's task specifications, as in huggingface_hub.
"""

import re
from collections.abc import Callable, ItemsView, Iterator, KeysView, Mapping, ValuesView
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from inference_core.errors import InvalidAnswerError
from inference_core.http.error_body import invalid_answer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Part(msgspec.Struct, kw_only=True, eq=False):
    """A struct that is also a mapping of its fields that are not None: `dict(part)`, `"label" in part`.

    `part["label"]` also works if `part.label` is None, because programs read fields that a server may leave out.
    """

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
    label: str
    score: float


class ZeroShotClassificationOutputElement(Output, kw_only=True, eq=False):
    label: str
    score: float


class TokenClassificationOutputElement(Output, kw_only=True, eq=False):
    """`start` and `end` are character offsets into the input; either `entity_group` or `entity` is set."""

    word: str
    score: float
    start: int | None = None
    end: int | None = None
    entity_group: str | None = None
    entity: str | None = None
    index: int | None = None


class FillMaskOutputElement(Output, kw_only=True, eq=False):
    sequence: str
    score: float
    token: int
    token_str: str


class QuestionAnsweringOutputElement(Output, kw_only=True, eq=False):
    """`context[start:end] == answer`."""

    answer: str
    score: float
    start: int
    end: int


class TableQuestionAnsweringOutputElement(Output, kw_only=True, eq=False):
    """`coordinates` are the [row, column] of each answer cell, counted from 0."""

    answer: str
    coordinates: list[list[int]] = []
    cells: list[str] = []
    aggregator: str | None = None


class SummarizationOutput(Output, kw_only=True, eq=False):
    summary_text: str


class TranslationOutput(Output, kw_only=True, eq=False):
    translation_text: str


class Conversation(Part, kw_only=True, eq=False):
    generated_responses: list[str]
    past_user_inputs: list[str]


class ConversationalOutput(Output, kw_only=True, eq=False):
    """The reply and the conversation so far, in the format of the old `conversational` task."""

    generated_text: str
    conversation: Conversation | None = None
    warnings: list[str] | None = None


# What msgspec raises for a body that is not JSON, not UTF-8, of another type, or nested a thousand levels deep.
UNDECODABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

T = TypeVar("T", bound=Output)
Decoder = Callable[[bytes], Any]


def one(kind: type[T]) -> Callable[[bytes], T]:
    """Decode `{…}` or `[{…}]`."""

    def decode(body: bytes) -> T:
        return _element(_unlisted(body), kind)

    return decode


def many(kind: type[T]) -> Callable[[bytes], list[T]]:
    """Decode `[{…}, …]`, `[[{…}, …]]` or a single `{…}` to a list."""

    def decode(body: bytes) -> list[T]:
        is_wrapped = _IN_A_LIST.match(body) is not None
        if not is_wrapped and _first(body) == b"{":
            return [_element(body, kind)]
        try:
            decoded = _list_decoder(kind, is_wrapped)(body)
        except UNDECODABLE as error:
            raise _invalid(body, error) from None
        if is_wrapped and len(decoded) != 1:
            raise _invalid(body, "it contains several lists")
        elements: list[T] = decoded[0] if is_wrapped else decoded
        for place, element in enumerate(elements):
            element._body, element._place = body, place
        return elements

    return decode


def one_or_many(kind: type[T]) -> Callable[[bytes], T | list[T]]:
    """Decode `{…}` to one output, `[{…}, …]` to a list."""

    def decode(body: bytes) -> T | list[T]:
        return many(kind)(body) if _first(body) == b"[" else _element(body, kind)

    return decode


def nested(kind: type[T]) -> Callable[[bytes], list[T] | list[list[T]]]:
    """Decode `[{…}, …]` to a list, `[[…], […]]` to a list of lists."""

    def decode(body: bytes) -> list[T] | list[list[T]]:
        elements = _listed(body) if _first(body) == b"[" else []
        if len(elements) > 1 and _first(elements[0]) == b"[":
            return [many(kind)(bytes(element)) for element in elements]
        return many(kind)(body)

    return decode


def labelled_scores(body: bytes) -> list[ZeroShotClassificationOutputElement]:
    """Decode `{sequence, labels, scores}` (also inside a list) or a list of `{label, score}`."""
    element = next(iter(_listed(body)), b"") if _first(body) == b"[" else body
    if _first(element) != b"{" or "labels" not in json_as(dict[str, msgspec.Raw])(element):
        return many(ZeroShotClassificationOutputElement)(body)
    ranked = json_as(_Ranked)(element)
    if len(ranked.labels) != len(ranked.scores):
        raise _invalid(bytes(element), "there is not one score per label")
    return [
        ZeroShotClassificationOutputElement(label=label, score=score, _body=bytes(element))
        for label, score in zip(ranked.labels, ranked.scores, strict=True)
    ]


class _Ranked(msgspec.Struct):
    labels: list[str]
    scores: list[float]


Decoded = TypeVar("Decoded")


def json_as(kind: type[Decoded]) -> Callable[[bytes | msgspec.Raw], Decoded]:
    """Decode JSON of exactly the type `kind`, which can be any type that msgspec knows."""
    decoder = msgspec.json.Decoder(kind, strict=False)

    def decode(body: bytes | msgspec.Raw) -> Decoded:
        try:
            return decoder.decode(body)
        except UNDECODABLE as error:
            raise _invalid(bytes(body), error) from None

    return decode


def array(body: bytes) -> "NDArray[np.float32]":
    """Decode nested lists of numbers to an array; lists of the same level must have the same length."""
    return array_of(json_as(list[Any])(body), body)


def array_of(values: list[Any], body: bytes) -> "NDArray[np.float32]":
    """As `array`, for an answer that is already decoded to lists; `body` is for the error."""
    import numpy as np

    try:
        numbers = np.array(values)
    except ValueError as error:
        raise _invalid(body, error) from None
    if numbers.dtype.kind not in "fiu":
        raise _invalid(body, "it contains something other than numbers")
    with np.errstate(over="ignore"):
        return numbers.astype(np.float32)


_START = re.compile(rb"[ \t\r\n]*(.)")
_IN_A_LIST = re.compile(rb"[ \t\r\n]*\[[ \t\r\n]*\[")
_LIST = msgspec.json.Decoder(list[msgspec.Raw])


@cache
def _decoder(kind: type[Output]) -> Callable[[bytes | msgspec.Raw], Any]:
    return msgspec.json.Decoder(kind, strict=False).decode


@cache
def _list_decoder(kind: Any, is_wrapped: bool) -> Callable[[bytes], Any]:
    return msgspec.json.Decoder(list[list[kind]] if is_wrapped else list[kind], strict=False).decode


def _element(body: bytes | msgspec.Raw, kind: type[T]) -> T:
    try:
        output: T = _decoder(kind)(body)
    except UNDECODABLE as error:
        raise _invalid(bytes(body), error) from None
    output._body = bytes(body)
    return output


def _listed(body: bytes | msgspec.Raw) -> list[msgspec.Raw]:
    try:
        return _LIST.decode(body)
    except UNDECODABLE as error:
        raise _invalid(bytes(body), error) from None


def _unlisted(body: bytes) -> bytes | msgspec.Raw:
    if _first(body) != b"[":
        return body
    elements = _listed(body)
    if not elements:
        raise InvalidAnswerError("empty_list", body)
    return elements[0]


def _first(body: bytes | msgspec.Raw) -> bytes:
    start = _START.match(memoryview(body))
    return start[1] if start else b""


def _invalid(body: bytes, error: Exception | str) -> InvalidAnswerError:
    return invalid_answer(body, "unexpected_answer", problem=str(error))
