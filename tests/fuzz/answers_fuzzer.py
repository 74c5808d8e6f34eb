"""Coverage-guided fuzzing of the decoders of answers, on good answers with something changed; run by hand, not in CI.

    pip install atheris
    python -m tests.fuzz.answers_fuzzer corpus -max_total_time=600 -print_final_stats=1

The good answers are those of every task, stream and provider (`tests/support/good_answers.py`). If only side fields are
changed, the answer must come out the same. If anything is changed, the only exceptions are InferenceErrors. It ends
with a traceback, and the input in a file `crash-…`, at the first that is not so. Further options are libFuzzer's, and
the corpus of earlier runs is read again first.
"""

import json
import sys
from pathlib import Path
from typing import Any

import atheris  # type: ignore[import-untyped, import-not-found, unused-ignore]

with atheris.instrument_imports(include=["inference_core.answers", "inference_core.providers"]):
    from inference_core.answers.base import Output, Part
    from inference_core.errors import InferenceError
    from tests.support.deviations import GoodAnswer, deviated, places, replaced, without
    from tests.support.good_answers import GOOD_ANSWERS

_MOST_CHANGES = 6
_MOST_BYTES = 8

EXPECTED = {good.name: good.answer(good.read(good.body)) for good in GOOD_ANSWERS}


def try_one(random: bytes) -> None:
    """Change a good answer as these bytes say, and read it."""
    provider = atheris.FuzzedDataProvider(random)
    good = GOOD_ANSWERS[provider.ConsumeIntInRange(0, len(GOOD_ANSWERS) - 1)]
    count = provider.ConsumeIntInRange(1, _MOST_CHANGES)
    match provider.ConsumeIntInRange(0, 2):
        case 0:
            choices = [(_number(provider), _number(provider)) for _ in range(count)]
            body = deviated(good, choices)
            found = good.read(body)
            assert good.answer(found) == EXPECTED[good.name], f"{good.name}: {body!r} gives {found!r}"
            use(found)
        case 1:
            try_anything(good, json.dumps(_changed_anywhere(good, provider, count)).encode())
        case 2:
            try_anything(good, _with_bytes_changed(good, provider, count))


def try_anything(good: GoodAnswer, body: bytes) -> None:
    """Read a body that may no longer be an answer."""
    try:
        use(good.decode(body))
    except InferenceError as error:
        assert str(error)


def use(found: Any) -> None:
    """Look at all there is in an answer."""
    for item in found if isinstance(found, list) else [found]:
        if isinstance(item, Output):
            _ = item.raw
        if isinstance(item, Part):
            assert repr(item).encode()
            use(list(item.values()))


def _number(provider: Any) -> int:
    number: int = provider.ConsumeIntInRange(0, 255)
    return number


def _changed_anywhere(good: GoodAnswer, provider: Any, count: int) -> Any:
    """The good answer's body with values, also those that are the answer, exchanged for others or cut out."""
    body = good.body
    for _ in range(count):
        found = places(body)[1:]
        if not found:
            return body
        place = found[_number(provider) % len(found)]
        body = without(body, place) if provider.ConsumeBool() else replaced(body, place, _value(provider))
    return body


def _value(provider: Any) -> Any:
    match provider.ConsumeIntInRange(0, 6):
        case 0:
            return provider.ConsumeUnicode(_MOST_BYTES)
        case 1:
            return provider.ConsumeInt(_MOST_BYTES)
        case 2:
            return provider.ConsumeFloat()
        case 3:
            return provider.ConsumeBool()
        case 4:
            return [_value(provider)] if provider.ConsumeBool() else []
        case 5:
            return {provider.ConsumeUnicode(_MOST_BYTES): _value(provider)} if provider.ConsumeBool() else {}
    return None


def _with_bytes_changed(good: GoodAnswer, provider: Any, count: int) -> bytes:
    """The good answer's JSON with pieces of it overwritten."""
    body = json.dumps(good.body).encode()
    for _ in range(count):
        start = round(provider.ConsumeProbability() * len(body))
        length = provider.ConsumeIntInRange(0, _MOST_BYTES)
        body = body[:start] + provider.ConsumeBytes(provider.ConsumeIntInRange(0, _MOST_BYTES)) + body[start + length :]
    return body


def main() -> None:
    """Fuzz until libFuzzer's limits are reached or an answer is read wrong."""
    for folder in (argument for argument in sys.argv[1:] if not argument.startswith("-")):
        Path(folder).mkdir(parents=True, exist_ok=True)
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
