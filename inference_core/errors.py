"""Everything that can go wrong, as one tree.

InferenceError
├── InvalidInputError (also ValueError)         the call itself cannot be sent
├── InferenceTimeoutError (also TimeoutError)   the time given to the client ran out
├── InferenceConnectionError (also ConnectionError)
│   └── AddressRefusedError                     the egress guard would not let the address be reached
├── InferenceHTTPError                          the server answered with a status of 300 and above
├── InvalidAnswerError                          the answer is not what the task's wire format promises
└── TextGenerationError                         an error in the middle of a stream, with the kinds TGI names:
    ├── GenerationError, IncompleteGenerationError, OverloadedError, ValidationError, UnknownError

Every message is a sentence fit for a person and holds no secret: URLs come without user info and query values.
"""

from collections.abc import Mapping

_LONGEST_QUOTE = 2_000


class InferenceError(Exception):
    """Base of every error this package raises on its own account."""


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

    def __init__(self, message: str, body: bytes = b"") -> None:
        super().__init__(message)
        self.body = body[:_LONGEST_QUOTE]


class InferenceHTTPError(InferenceError):
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
    ) -> None:
        super().__init__(f"{status} from {url}: {server_message}")
        self.status = status
        self.server_message = server_message
        self.url = url
        self.retry_after = retry_after
        self.request_id = request_id
        self.body = body


class TextGenerationError(InferenceError):
    """The server reported an error while it was generating; the text so far was already delivered."""


class GenerationError(TextGenerationError):
    """The model failed."""


class IncompleteGenerationError(TextGenerationError):
    """The server stopped before the text was complete."""


class OverloadedError(TextGenerationError):
    """The server has too much to do."""


class ValidationError(TextGenerationError):
    """The server does not accept the inputs or parameters."""


class UnknownError(TextGenerationError):
    """The server gave no known `error_type`."""


GENERATION_ERRORS: Mapping[str, type[TextGenerationError]] = {
    "generation": GenerationError,
    "incomplete_generation": IncompleteGenerationError,
    "overloaded": OverloadedError,
    "validation": ValidationError,
}
