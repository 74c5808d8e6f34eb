"""Polling jobs that a provider finishes later."""

from collections.abc import Awaitable, Callable, Iterator

from inference_core.errors import InferenceConnectionError, InferenceHTTPError, InvalidAnswerError, InvalidInputError
from inference_core.http.error_body import error_message
from inference_core.providers.contract import Followup
from inference_core.urls import checked_url, target_of, without_dots

FIRST_PAUSE = 0.5
MAX_PAUSE = 5.0
_GROWTH = 1.25
_MAX_FAILURES = 3  # in a row


async def poll(
    answer: bytes, is_pending: Callable[[bytes], bool], ask_again: Callable[[], Awaitable[bytes]], followup: Followup
) -> bytes:
    """Poll a job with `ask_again`, beginning with `answer`, and return the first answer that is not pending."""
    pauses = _pauses()
    failures = 0
    while is_pending(answer):
        await followup.pause(next(pauses))
        try:
            answer = await ask_again()
        except (InferenceHTTPError, InferenceConnectionError) as error:
            failures += 1  # one failed request does not mean that the job has failed
            if failures >= _MAX_FAILURES or (isinstance(error, InferenceHTTPError) and error.status < 500):
                raise
        else:
            failures = 0
    return answer


def job_error(provider: str, reason: bytes, answer: bytes) -> InvalidAnswerError:
    """The error for a job that ended without a result; `reason` is the provider's JSON that says why."""
    return InvalidAnswerError("job_unfinished", answer, server=provider, words=error_message(reason))


def path_of(url: str) -> str:
    """Path and query of a URL in an answer. The host is dropped, because the token must not go to another host, and
    dots in the path are resolved, because it must not leave the provider's part of the router.

    Raises:
        InvalidAnswerError: it is not an http(s) URL.
    """
    try:
        path, mark, query = target_of(checked_url(url)).partition("?")
        return without_dots(path.replace("\\", "%5C")) + mark + query
    except InvalidInputError:
        raise InvalidAnswerError("result_not_a_url", url.encode()) from None


def _pauses() -> Iterator[float]:
    """Seconds between two polls: short at first, because most jobs are short."""
    seconds = FIRST_PAUSE
    while True:
        yield seconds
        seconds = min(seconds * _GROWTH, MAX_PAUSE)
