"""Everything that can go wrong, as one tree.

CodedError                                      a code and arguments, from which every sentence is rendered
├── InferenceError
│   ├── InvalidInputError (also ValueError)         the call itself cannot be sent
│   ├── InferenceTimeoutError (also TimeoutError)   the time given to the client ran out
│   ├── InferenceConnectionError (also ConnectionError)
│   │   └── AddressRefusedError                     the SSRF guard would not let the address be reached
│   ├── InferenceHTTPError                          the server answered with a status of 300 and above
│   ├── InvalidAnswerError                          the answer is not what the task's wire format promises
│   └── TextGenerationError                         an error in the middle of a stream, with the kinds TGI names:
│       ├── GenerationError, IncompleteGenerationError, OverloadedError, ValidationError, UnknownError
└── (the rooms' own: an unreadable file, an engine's refusal)

What an error says stands in `inference_core/words/errors.toml` under its code. Every text is fit for a person and holds
no secret: URLs come without user info and query values.
"""

from collections.abc import Mapping
from typing import Any

from inference_core import words
from inference_core.words.sentences import joined, on_its_own, sentence

_LONGEST_QUOTE = 2_000


class CodedError(Exception):
    """An error with a stable code, and sentences that are rendered from it.

    Args:
        code: a key of the catalogue of errors, such as "not_a_url".
        arguments: what the sentences name; values that have a form in JSON.

    `cause` says what was wrong, `cure` what to do; `str(error)` is what a programmer reads, which may name addresses
    and arguments of Python.
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
        """What to do about it, as a sentence; "" where the cause says it already."""
        return on_its_own(self._text("cure"))

    @property
    def is_for_programmers(self) -> bool:
        """Whether only the calling program can have done this wrong, so that its words mean nothing to its users."""
        return words.flag(f"errors.{self.code}.only_programmers")

    def explain(self, language: str = "en") -> str:
        """Cause and cure in one sentence for somebody who knows nothing of this program: no address, no argument."""
        if self.is_for_programmers:
            return CodedError("app_failed").explain(language)
        return joined(self._text("cause", language) or self.code, self._text("cure", language))

    def __str__(self) -> str:
        return sentence(self._text("programmer")) or joined(self._text("cause") or self.code, self._text("cure"))

    def _text(self, part: str, language: str = "en") -> str:
        # What a programmer reads may need an address that is not known; then cause and cure are enough.
        missing = None if part == "programmer" else "…"
        return words.find(f"errors.{self.code}.{part}", self.arguments, language, missing=missing)


class InferenceError(CodedError):
    """Base of every error the client raises on its own account."""


class InvalidInputError(InferenceError, ValueError):
    """The arguments cannot be turned into a request; nothing was sent."""


class InferenceTimeoutError(InferenceError, TimeoutError):
    """The model was not available, or the answer did not end, within the client's `timeout`."""


class InferenceConnectionError(InferenceError, ConnectionError):
    """The server could not be reached, or the connection broke before the answer was complete."""


class AddressRefusedError(InferenceConnectionError):
    """A URL from an untrusted source leads to an address that is not on the public internet."""


class InvalidAnswerError(InferenceError):
    """The server answered 200 with a body the task cannot have; `body` holds its first bytes."""

    def __init__(self, code: str, /, body: bytes = b"", **arguments: Any) -> None:
        super().__init__(code, **arguments)
        self.body = body[:_LONGEST_QUOTE]


class _SaidByServer(InferenceError):
    """An error in a server's own words, `server_message`.

    Where the server says a code and arguments from which the catalogue makes the very same words, as this project's
    engine does, cause and cure come from the catalogue; else the cause is what the server said, and the cure what helps
    with `kind`. It is for people even where it tells what only a program can do wrong: they chose the server.
    """

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

    def _text(self, part: str, language: str = "en") -> str:
        if own := super()._text(part, language):
            return own
        if part == "cause":
            return sentence(self.server_message)
        return words.find(f"errors.{self._kind}.{part}", self.arguments, language) if super().is_for_programmers else ""


class InferenceHTTPError(_SaidByServer):
    """The server refused.

    `status` is the HTTP status, `server_message` the server's own words, `url` the address without secrets,
    `retry_after` the seconds the server asks to wait (None when it does not say), `request_id` its reference.
    """

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
        super().__init__(kind, server_message, code, arguments or {}, retry_after=wait)
        self.args = (status, server_message, url)
        self.status = status
        self.url = url
        self.retry_after = retry_after
        self.request_id = request_id
        self.body = body

    def __str__(self) -> str:
        return f"{self.status} from {self.url}: {self.server_message}"


def _kind(status: int, retry_after: float | None) -> str:
    """The code of a refusal in a server's own words: it says what helps."""
    kind = f"http_{status}_wait" if retry_after else f"http_{status}"
    return kind if words.is_known(f"errors.{kind}") else "http_other"


class TextGenerationError(_SaidByServer):
    """The server reported an error while it was generating; the text so far was already delivered."""

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
    """The server has too much to do."""

    kind = "stream_overloaded"


class ValidationError(TextGenerationError):
    """The server does not accept the inputs or parameters."""

    kind = "stream_refused"


class UnknownError(TextGenerationError):
    """The server gave no known `error_type`."""


GENERATION_ERRORS: Mapping[str, type[TextGenerationError]] = {
    "generation": GenerationError,
    "incomplete_generation": IncompleteGenerationError,
    "overloaded": OverloadedError,
    "validation": ValidationError,
}
