"""Bytes that a server may send where JSON is expected: odd, broken, hostile, or an answer with something changed."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

# What JSON parsers are known to differ in: invalid or very large numbers, half characters, bad escapes, not UTF-8.
_ODD_NUMBERS = ["NaN", "Infinity", "-Infinity", "-0", "1e999", "-1e999", "1e-999", "01", "1.", "+1", "0x1", "9" * 400]
_HUGE_NUMBERS = ["9" * 5_000, "-" + "9" * 5_000, "0." + "1" * 5_000, "1e" + "9" * 400, str(2**63), str(2**64)]
_ODD_TEXTS = [rb'"\ud800"', rb'"\udc00\ud800"', rb'"\u0000"', rb'"\x"', rb'"\u12"', b'"\xff"', b'"\xed\xa0\x80"']
_ODD_TEXTS += [b"'a'", b'"\0"', '"\u2028"'.encode(), b'"nan"', b'"1.5"', b'"true"', b'""', b'"' + b"a" * 5_000 + b'"']
_ODD_WORDS = [b"null", b"true", b"false", b"undefined", b"nul", b"", b"[", b"]", b"{", b"}", b",", b":", b"[]", b"{}"]
_ODD_BYTES = [b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b"//", b"/**/", b"#", b"<html>", b"\x0b", b"\xc2\xa0"]

_ODD = [number.encode() for number in _ODD_NUMBERS + _HUGE_NUMBERS] + _ODD_TEXTS + _ODD_WORDS
_OTHER_SHAPES = [b"[]", b"{}", b"[[]]", b"[[1]]", b"[{}]", b'""', b'"!"', b"0", b"-1", b"0.5", b"null", b"true"]
# By their numbers: hypothesis prints what it chooses from, and these are long.
_odd = st.integers(0, len(_ODD) - 1).map(_ODD.__getitem__)
_plain_json = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
_scalars = _plain_json.map(lambda value: json.dumps(value).encode()) | _odd


def any_json(names: list[str]) -> st.SearchStrategy[bytes]:
    """Texts that look like JSON, with objects whose fields have these names, some of them twice."""
    keys = st.sampled_from(names).map(lambda name: json.dumps(name).encode()) | _odd

    def containers(inner: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
        pairs = st.tuples(keys, inner).map(b":".join)
        return st.lists(inner, max_size=4).map(_list) | st.lists(pairs, max_size=6).map(_object)

    return st.recursive(_scalars, containers, max_leaves=12)


def deep_json(names: list[str]) -> st.SearchStrategy[bytes]:
    """Lists and objects in each other, up to some thousands deep, closed again or not."""
    openings = st.sampled_from([(b"[", b"]"), *((b'{"%b":' % name.encode(), b"}") for name in names)])
    depths = st.sampled_from([1, 2, 3, 100, 900, 1_000, 1_100, 5_000])
    return st.builds(_nested, st.lists(openings, min_size=1, max_size=3), depths, _scalars, st.booleans())


def changed(answers: list[bytes]) -> st.SearchStrategy[bytes]:
    """One of the answers with up to three places overwritten, doubled, or cut out."""
    places = st.tuples(st.floats(0, 1), st.integers(0, 8), _odd | st.sampled_from(_ODD_BYTES) | st.binary(max_size=3))
    numbers = st.integers(0, len(answers) - 1)
    return st.builds(lambda number, at: _changed(answers[number], at), numbers, st.lists(places, max_size=3))


def with_a_value_changed(answers: list[Any]) -> st.SearchStrategy[bytes]:
    """One of the answers with one value in it, whole or part, exchanged for another; still JSON if that is."""
    numbers = st.integers(0, len(answers) - 1)
    values = _scalars | st.sampled_from(_OTHER_SHAPES)
    return st.builds(
        lambda number, place, value: _exchanged(answers[number], place, value), numbers, st.integers(0, 200), values
    )


def with_any_value_changed(answers: list[Any]) -> Iterator[bytes]:
    """The answers with each of their values in turn exchanged for others.

    Each value is exchanged for something of every type. The odd values that are short take turns: each value gets a
    fifth of them, and a large answer gets them all.
    """
    odd = [value for value in _ODD if len(value) < 500]
    for answer in answers:
        for number, place in enumerate(_places(answer)):
            for value in _OTHER_SHAPES + odd[number % 5 :: 5]:
                yield _written(answer, place, value)


def _list(items: list[bytes]) -> bytes:
    return b"[" + b",".join(items) + b"]"


def _object(pairs: list[bytes]) -> bytes:
    return b"{" + b",".join(pairs) + b"}"


def _nested(layers: list[tuple[bytes, bytes]], times: int, core: bytes, closed: bool) -> bytes:
    opening = b"".join(start for start, _ in layers)
    closing = b"".join(end for _, end in reversed(layers))
    return opening * times + core + (closing * times if closed else b"")


def _changed(answer: bytes, places: list[tuple[float, int, bytes]]) -> bytes:
    for where, length, instead in places:
        start = round(where * len(answer))
        answer = answer[:start] + instead + answer[start + length :]
    return answer


def _exchanged(answer: Any, number: int, instead: bytes) -> bytes:
    """The answer as JSON; its value of that number, counted in the order of the text, is `instead`."""
    places = _places(answer)
    return _written(answer, places[number % len(places)], instead)


def _places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(found for key, item in inner for found in _places(item, (*place, key)))]


def _written(value: Any, chosen: tuple[Any, ...] | None, instead: bytes) -> bytes:
    if chosen == ():
        return instead

    def inside(key: Any, item: Any) -> bytes:
        return _written(item, chosen[1:] if chosen and chosen[0] == key else None, instead)

    if isinstance(value, dict):
        return _object([json.dumps(key).encode() + b":" + inside(key, item) for key, item in value.items()])
    if isinstance(value, list):
        return _list([inside(index, item) for index, item in enumerate(value)])
    return json.dumps(value).encode()
