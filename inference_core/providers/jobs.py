"""Jobs that a provider takes on and finishes later: how to ask for them, and how long to wait in between."""

from collections.abc import Awaitable, Callable, Iterator

from yarl import URL

from inference_core.errors import InferenceConnectionError, InferenceHTTPError, InvalidAnswerError
from inference_core.http.error_body import server_words
from inference_core.providers.contract import Followup

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 5.0
_GROWTH = 1.25
_MOST_FAILURES = 3  # in a row


async def ended(
    answer: bytes, waits: Callable[[bytes], bool], look: Callable[[], Awaitable[bytes]], followup: Followup
) -> bytes:
    """The first answer about a job, `answer` or what `look` gets, that says it no longer `waits`."""
    pauses = _pauses()
    failures = 0
    while waits(answer):
        await followup.pause(next(pauses))
        try:
            answer = await look()
        except (InferenceHTTPError, InferenceConnectionError) as error:
            failures += 1  # a job that runs is not given up for one look that failed
            if failures >= _MOST_FAILURES or (isinstance(error, InferenceHTTPError) and error.status < 500):
                raise
        else:
            failures = 0
    return answer


def failed(provider: str, reason: bytes, answer: bytes) -> InvalidAnswerError:
    """The error for a job that ended without a result; `reason` is the JSON in which the provider says why."""
    return InvalidAnswerError("job_unfinished", answer, server=provider, words=server_words(reason))


def path_of(url: str) -> str:
    """Path and query of a URL in an answer. The rest is left out: a token must not follow it to another host.

    Raises:
        InvalidAnswerError: it is no http(s) URL.
    """
    try:
        parsed = URL(url)
        if parsed.scheme in ("http", "https") and parsed.host:
            return parsed.raw_path_qs
    except ValueError:
        pass
    raise InvalidAnswerError("result_not_a_url", url.encode())


def _pauses() -> Iterator[float]:
    """Seconds between two looks: few at first, since most jobs are short."""
    seconds = FIRST_PAUSE
    while True:
        yield seconds
        seconds = min(seconds * _GROWTH, LONGEST_PAUSE)
