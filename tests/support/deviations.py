"""Good answers with something changed that is not the answer, as servers do: the answer must come out the same."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from math import inf, nan
from typing import Any

Path = tuple[Any, ...]


@dataclass(frozen=True)
class GoodAnswer:
    """`answer` finds what was asked for in what `decode` returns; `carried_by` are its places in `body`, * for any."""

    name: str
    decode: Callable[[bytes], Any]
    body: Any
    answer: Callable[[Any], Any]
    carried_by: tuple[str, ...]

    def is_side(self, place: Path) -> bool:
        """Whether the value at that place may change without a change of the answer."""
        return not any(_meet(place, tuple(carrier.split("."))) for carrier in self.carried_by)

    def side_places(self, body: Any) -> list[Path]:
        """The places of all values that may change, and of an unknown field in every object."""
        found = places(body)
        unknown = [(*place, "unknown") for place in found if isinstance(at(body, place), dict)]
        return [place for place in [*found, *unknown] if self.is_side(place)]

    def read(self, body: Any) -> Any:
        """What is decoded from another body."""
        return self.decode(json.dumps(body).encode())


def _meet(place: Path, carrier: Path) -> bool:
    return all(wanted in ("*", str(key)) for key, wanted in zip(place, carrier, strict=False))


OTHER_VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    7,
    1.5,
    1e300,
    10**30,
    nan,
    inf,
    -inf,
    "",
    "text",
    "12",
    "1.5",
    "null",
    "\ud83d",
]
OTHER_VALUES += [
    [],
    {},
    [None],
    [[]],
    [{}],
    ["a"],
    [1],
    [1.5, "a", None],
    {"a": 1},
    {"text": "a"},
    {"type": "length"},
    [{"type": "text", "text": "a"}],
]


def deviations(good: GoodAnswer) -> Iterator[Any]:
    """The good answer's body with each side field in turn left out or exchanged, and each object with one more."""
    for place in good.side_places(good.body):
        yield without(good.body, place)
        for value in OTHER_VALUES:
            yield replaced(good.body, place, value)


def deviated(good: GoodAnswer, choices: Iterable[tuple[int, int]], *, anywhere: bool = False) -> Any:
    """The good answer's body with several side fields left out or exchanged, or several values `anywhere`.

    The choices say which and how, by any numbers.
    """
    body = good.body
    for where, how in choices:
        if not (found := places(body)[1:] if anywhere else good.side_places(body)):
            return body
        place, number = found[where % len(found)], how % (len(OTHER_VALUES) + 1)
        body = replaced(body, place, OTHER_VALUES[number - 1]) if number else without(body, place)
    return body


def places(value: Any, place: Path = ()) -> list[Path]:
    """Where there are values in a JSON, from the outermost to the innermost."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(found for key, item in inner for found in places(item, (*place, key)))]


def at(value: Any, place: Path) -> Any:
    for key in place:
        value = value[key]
    return value


def replaced(body: Any, place: Path, value: Any) -> Any:
    """A copy of the body with another value at that place."""
    copy = json.loads(json.dumps(body))
    at(copy, place[:-1])[place[-1]] = value
    return copy


def without(body: Any, place: Path) -> Any:
    """A copy of the body without the value at that place, if there is one."""
    copy = json.loads(json.dumps(body))
    if place in places(copy):
        del at(copy, place[:-1])[place[-1]]
    return copy
