"""The blocking client: the methods of the asynchronous client, run in a background thread.

The methods are not written twice: the class is built from `AsyncInferenceClient` on import. `blocking.pyi`, which is
generated from the same source, describes it to editors and type checkers.
"""

import copy
import inspect
from collections.abc import AsyncGenerator, Callable, Generator
from functools import partial, reduce, update_wrapper
from operator import or_
from types import GenericAlias, MethodType, TracebackType, UnionType
from typing import Any, Self, Union, get_args, get_origin

from inference_core._loop import wait_for
from inference_core.client import AsyncInferenceClient

_REPLACED_WORDS = (
    ("an asynchronous iterator", "an iterator"),
    ("`aclose()`", "`close()`"),
    ("the session of the running loop", "the session"),
)


class InferenceClient:
    """Calls inference models over HTTP and waits for the answer: AsyncInferenceClient without `await`.

    It can be used from several threads, and while an event loop is running. All blocking clients of a process share one
    thread that sends and receives. Callbacks such as `on_wait` run in that thread, so they must not call blocking
    clients. A stream is a generator; its connection is closed when the generator is closed or garbage collected. Close
    the client with `with` or `close()`; otherwise it is closed when the program ends. Every method raises the errors of
    `inference_core.errors`.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        self._asynchronous = AsyncInferenceClient(*args, **options)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        wait_for(self._asynchronous.close)

    def __repr__(self) -> str:
        return repr(self._asynchronous).replace("AsyncInferenceClient", type(self).__name__, 1)

    def _converted(self, value: Any) -> Any:
        """A value returned by the asynchronous client, with this client in its place."""
        match value:
            case AsyncInferenceClient():
                derived = copy.copy(self)
                derived._asynchronous = value
                return derived
            case MethodType():
                return getattr(self, value.__name__)
            case tuple():  # a named tuple, such as `chat` and its `completions`
                return type(value)(*map(self._converted, value))
        return value


def _wrapped(member: Any) -> Any:
    """The blocking version of a public member of the asynchronous client."""
    if isinstance(member, property):
        return property(lambda self: self._converted(member.__get__(self._asynchronous)), doc=member.__doc__)

    def call(self: InferenceClient, *args: Any, **options: Any) -> Any:
        asked = partial(member, self._asynchronous, *args, **options)
        return wait_for(asked) if inspect.iscoroutinefunction(member) else self._converted(asked())

    return _described(call, member)


def _described(function: Callable[..., Any], original: Callable[..., Any]) -> Callable[..., Any]:
    """Give `function` the name, the signature and the documentation of the asynchronous original."""
    signature = inspect.signature(original)
    returned = _returned(signature.return_annotation)
    described: Any = update_wrapper(function, original)
    del described.__wrapped__  # the original is a coroutine function, and this one is not
    described.__signature__ = signature.replace(return_annotation=returned)
    described.__annotations__ = {**original.__annotations__, "return": returned}
    described.__module__, described.__qualname__ = __name__, f"{InferenceClient.__name__}.{original.__name__}"
    described.__doc__ = _documentation(original) or None
    return function


def _returned(annotation: Any) -> Any:
    """The return type, given that of the original: generators in place of asynchronous generators."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return reduce(or_, map(_returned, arguments))
    if origin is AsyncGenerator:
        return GenericAlias(Generator, arguments)
    return annotation


def _documentation(documented: object) -> str:
    text = inspect.cleandoc(documented.__doc__ or "")
    return reduce(lambda text, words: text.replace(*words), _REPLACED_WORDS, text)


def _arguments(documentation: str) -> str:
    return "".join(documentation.partition("Args:")[1:])


InferenceClient.__doc__ = "\n\n".join(
    [inspect.cleandoc(InferenceClient.__doc__ or ""), _arguments(_documentation(AsyncInferenceClient))]
)
_described(InferenceClient.__init__, AsyncInferenceClient.__init__)
for _name in dir(AsyncInferenceClient):
    if not _name.startswith("_"):
        setattr(InferenceClient, _name, _wrapped(inspect.getattr_static(AsyncInferenceClient, _name)))
