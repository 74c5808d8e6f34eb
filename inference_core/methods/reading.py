"""Reading an answer that is framed in another way than it was asked for, or is an error although its status is good."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from inference_core.errors import InvalidAnswerError
from inference_core.http.error_body import error_in_answer, hidden_error, invalid_answer
from inference_core.http.framing import begins_like_events, is_done, values_in
from inference_core.providers.call import JSON, Call
from inference_core.routing.route import Route
from inference_core.urls import safe_url

_MAX_FRAMED_BYTES = 2 * 1024 * 1024
_TEXTS = ("generated_text", "summary_text", "translation_text", "answer", "text")

Decode = Callable[[bytes], Awaitable[Any]]


async def read_oddly(answer: bytes, decode: Decode, call: Call[Any], route: Route, problem: InvalidAnswerError) -> Any:
    """What `decode` makes of an answer that came as a stream or has the marks of one.

    Raises:
        InferenceHTTPError, TextGenerationError: the answer is an error, in the server's words.
        InvalidAnswerError: the answer is something else, as `problem` says.
    """
    is_told = "words" in problem.arguments and problem.code != "only_words"  # a provider's reader has found the words
    if call.direct is not None or is_told or len(answer) > _MAX_FRAMED_BYTES:
        raise problem
    values = values_in(answer)
    told = [value for value in values if not is_done(value)]
    _raise_error_in(told, route, beside_answer=True)
    if values and (values != [answer] or not told):
        try:
            return await _joined(answer, told, decode, call, route)
        except InvalidAnswerError as error:
            problem = error
    _raise_error_in(told, route, beside_answer=False)
    raise problem


def check_answer(answer: bytes, decoded: Any, call: Call[Any], route: Route) -> None:
    """Raise the server's error if the answer that was decoded is one, or has one beside an answer that says nothing."""
    if call.direct is not None:
        return
    if call.accept != JSON and begins_like_events(answer):  # any bytes may be decoded as a sound
        _raise_error_in(values_in(answer), route, beside_answer=False)
        raise invalid_answer(answer, "empty_stream")
    if _says_nothing(decoded):
        _raise_error_in([answer], route, beside_answer=True)


async def _joined(answer: bytes, values: Sequence[bytes], decode: Decode, call: Call[Any], route: Route) -> Any:
    """The answer in the last value, or the one that all values make together."""
    last = values[-1] if values else b""
    if call.events is None or call.events.joined is None:
        if len(values) > 1 and not begins_like_events(answer):
            raise invalid_answer(answer, "unexpected_answer", problem="it contains several answers")
        return await decode(last)
    if len(values) == 1:
        try:
            return await decode(last)
        except InvalidAnswerError:
            pass
    return call.events.joined([*map(call.events.reader(route.task.event), values)])


def _raise_error_in(values: Sequence[bytes], route: Route, *, beside_answer: bool) -> None:
    for value in values:
        if hidden_error(value, beside_answer=beside_answer) is not None:
            raise error_in_answer(value, 200, safe_url(route.url))


def _says_nothing(decoded: Any) -> bool:
    choices = getattr(decoded, "choices", None)
    if choices is not None:
        return not any(choice.message.content or choice.message.tool_calls for choice in choices)
    return any(getattr(decoded, name, None) == "" for name in _TEXTS)
