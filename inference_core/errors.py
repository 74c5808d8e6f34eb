"""Everything that can go wrong, as one tree.

CodedError                                      a code and arguments; every sentence is rendered from them
├── InferenceError
│   ├── InvalidInputError (also ValueError)         the call itself cannot be sent
│   │   └── MissingFileError (also FileNotFoundError)   there is no file at the given path
│   ├── InferenceTimeoutError (also TimeoutError)   the client's time-out passed
│   ├── InferenceConnectionError (also ConnectionError)
│   │   └── AddressRefusedError                     the SSRF guard refused the address
│   ├── InferenceHTTPError                          the server answered with a status of 300 or above
│   │   ├── ErrorInAnswer (also InvalidAnswerError)     the status was good, but the answer was an error
│   │   └── GenerationHTTPError ... UnknownHTTPError    an error with TGI's `error_type`; also a TextGenerationError
│   ├── InvalidAnswerError                          the answer is not what the task's wire format promises
│   └── TextGenerationError                         an error in the middle of a stream; the kinds are TGI's:
│       ├── GenerationError, IncompleteGenerationError, OverloadedError, ValidationError, UnknownError
└── (defined elsewhere: an unreadable file, a refusal by the engine)

The sentences are in `inference_core/words/errors.toml`, under the error's code. They are written for people and contain
no secrets: URLs are shown without user info and query values.
"""

from collections.abc import Mapping
from typing import Any

from inference_core import words
from inference_core.words.sentences import capitalized, joined, sentence

_MAX_QUOTE = 2_000

NOT_RECORDED = "not_recorded"
"""The code with which a replay says that nobody asked this while it was recorded."""


class CodedError(Exception):
    """An error with a stable code and sentences rendered from it.

    Args:
        code: a key of the error catalogue, such as "not_a_url".
        arguments: values for the placeholders in the sentences; they must be JSON-serialisable.

    `cause` says what was wrong and `cure` what to do. `str(error)` is for programmers and may name addresses and Python
    arguments.
    """

    def __init__(self, code: str, /, **arguments: Any) -> None:
        super().__init__(code)
        self.code = code
        self.arguments: dict[str, Any] = arguments

    @property
    def cause(self) -> str:
        """What was wrong, as a sentence."""
        return sentence(self._text("cause") or self.code)

    @property
    def cure(self) -> str:
        """What to do about it, as a sentence; "" if the cause already says it."""
        return capitalized(self._text("cure"))

    @property
    def is_for_programmers(self) -> bool:
        """Whether only the calling program can have caused this, so that its users cannot do anything about it."""
        return words.flag(f"errors.{self.code}.only_programmers")

    def explain(self, language: str | None = None) -> str:
        """Cause and cure in one sentence for people who do not know this program: no address, no Python argument.

        `language` is a code such as "de"; without it, it is the language of who is being answered, else English.
        """
        if self.is_for_programmers:
            return CodedError("app_failed").explain(language)
        return joined(self._text("cause", language) or self.code, self._text("cure", language))

    def __str__(self) -> str:
        with words.in_language(words.ENGLISH):
            return sentence(self._text("programmer")) or joined(self._text("cause") or self.code, self._text("cure"))

    def _text(self, part: str, language: str | None = None) -> str:
        # The text for programmers may need an address that is not known; then cause and cure are used instead.
        missing = None if part == "programmer" else "…"
        code = language or words.language()
        unsaid = {name: words.template(f"arguments.errors.{name}", code) for name in words.names("arguments.errors")}
        given = {name: value for name, value in self.arguments.items() if value is not None}
        return words.find(f"errors.{self.code}.{part}", {**unsaid, **given}, code, missing=missing)


class InferenceError(CodedError):
    """Base of all errors raised by the client.

    Attributes:
        server_message: what the server said; None if it said nothing.
        status: the HTTP status; None if no answer came.
        request_id: the server's name for the request; None if it gave none.
    """

    server_message: str | None = None
    status: int | None = None
    request_id: str | None = None


class InvalidInputError(InferenceError, ValueError):
    """The arguments do not make a valid request; nothing was sent."""


class MissingFileError(InvalidInputError, FileNotFoundError):
    """There is no file at the path that was given."""


class InferenceTimeoutError(InferenceError, TimeoutError):
    """The model was not available, or its answer not complete, within the client's `timeout`."""


class InferenceConnectionError(InferenceError, ConnectionError):
    """The server could not be reached, or the connection broke before the answer was complete."""


class AddressRefusedError(InferenceConnectionError):
    """A URL from an untrusted source leads to an address that is not public."""


class InvalidAnswerError(InferenceError):
    """The server answered 200 with a body that is not valid for the task; `body` has its first 2,000 bytes."""

    def __init__(self, code: str, /, body: bytes = b"", **arguments: Any) -> None:
        super().__init__(code, **arguments)
        self.body = body[:_MAX_QUOTE]


class _SaidByServer(InferenceError):
    """An error in a server's own words, `server_message`.

    This project's engine also sends a code and arguments. If the catalogue renders exactly the server's words from
    them, cause and cure come from the catalogue. Otherwise the cause is what the server said, and the cure is the one
    for `kind`. It is shown to people even if only a program can have caused it, because they chose the server.
    """

    server_message: str

    def __init__(
        self, kind: str, server_message: str, code: str | None, arguments: Mapping[str, Any], **own: Any
    ) -> None:
        is_ours = (
            code is not None
            and words.is_known(f"errors.{code}")
            and str(CodedError(code, **arguments)) == server_message
        )
        super().__init__(code if code is not None and is_ours else kind, **{**own, **(arguments if is_ours else {})})
        self.server_message = server_message
        self._kind = kind

    @property
    def is_for_programmers(self) -> bool:
        return False

    def _text(self, part: str, language: str | None = None) -> str:
        if own := super()._text(part, language):
            return own
        if part == "cause":
            return sentence(self.server_message)
        if not super().is_for_programmers:
            return ""
        return words.find(f"errors.{self._kind}.{part}", self.arguments, language or words.language())


class InferenceHTTPError(_SaidByServer):
    """The server answered with an error status, or with an error where an answer should be.

    `status` is the HTTP status, `server_message` the server's own words, `url` the address without secrets,
    `retry_after` the seconds the server asks to wait (None if it does not say), `request_id` the server's
    `x-request-id`.
    """

    status: int

    def __init__(
        self,
        status: int,
        server_message: str,
        url: str,
        *,
        retry_after: float | None = None,
        request_id: str | None = None,
        body: bytes = b"",
        code: str | None = None,
        arguments: Mapping[str, Any] | None = None,
    ) -> None:
        kind = _kind(status, retry_after)
        wait = None if retry_after is None else round(retry_after, 1)
        _SaidByServer.__init__(self, kind, server_message, code, arguments or {}, retry_after=wait)
        self.args = (status, server_message, url)
        self.status = status
        self.url = url
        self.retry_after = retry_after
        self.request_id = request_id
        self.body = body

    def __str__(self) -> str:
        return f"{self.status} from {self.url}: {self.server_message}"


def _kind(status: int, retry_after: float | None) -> str:
    """The code whose cure fits an error status."""
    kind = f"http_{status}_wait" if retry_after else f"http_{status}"
    return kind if words.is_known(f"errors.{kind}") else "http_other"


class ErrorInAnswer(InferenceHTTPError, InvalidAnswerError):
    """The server answered with a good status, but the body is an error."""


class TextGenerationError(_SaidByServer):
    """The server reported an error while generating; the text before it was already delivered."""

    kind = "stream_failed"

    def __init__(
        self, server_message: str, code: str | None = None, arguments: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(self.kind, server_message, code, arguments or {})
        self.args = (server_message,)

    def __str__(self) -> str:
        return self.server_message


class GenerationError(TextGenerationError):
    """The model failed."""


class IncompleteGenerationError(TextGenerationError):
    """The server stopped before the text was complete."""


class OverloadedError(TextGenerationError):
    """The server is overloaded."""

    kind = "stream_overloaded"


class ValidationError(TextGenerationError):
    """The server does not accept the inputs or parameters."""

    kind = "stream_refused"


class UnknownError(TextGenerationError):
    """The server sent no `error_type` that is known."""


class GenerationHTTPError(InferenceHTTPError, GenerationError):
    """A GenerationError instead of an answer."""


class IncompleteGenerationHTTPError(InferenceHTTPError, IncompleteGenerationError):
    """An IncompleteGenerationError instead of an answer."""


class OverloadedHTTPError(InferenceHTTPError, OverloadedError):
    """An OverloadedError instead of an answer."""


class ValidationHTTPError(InferenceHTTPError, ValidationError):
    """A ValidationError instead of an answer."""


class UnknownHTTPError(InferenceHTTPError, UnknownError):
    """An UnknownError instead of an answer."""


GENERATION_ERRORS: Mapping[str, type[TextGenerationError]] = {
    "generation": GenerationError,
    "incomplete_generation": IncompleteGenerationError,
    "overloaded": OverloadedError,
    "validation": ValidationError,
}
"""The errors of a stream by TGI's `error_type`."""

GENERATION_HTTP_ERRORS: Mapping[str, type[InferenceHTTPError]] = {
    "generation": GenerationHTTPError,
    "incomplete_generation": IncompleteGenerationHTTPError,
    "overloaded": OverloadedHTTPError,
    "validation": ValidationHTTPError,
}
"""The errors instead of an answer by TGI's `error_type`."""
