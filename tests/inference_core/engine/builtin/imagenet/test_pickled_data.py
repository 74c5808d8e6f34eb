import io
import pickle
from collections import OrderedDict
from typing import Any

import pytest

from inference_core.engine.builtin.imagenet.pickled_data import read_pickled


def read(pickled: bytes) -> Any:
    return read_pickled(io.BytesIO(pickled), {"collections OrderedDict": dict}, lambda *sent: sent)


@pytest.mark.parametrize(
    "data",
    [
        {"numbers": [1, 300, 70_000, -5, 2**70], "constants": (None, True, False), "texts": ["", "é"]},
        [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], {}],
        OrderedDict(a=1, b=OrderedDict()),
    ],
)
def test_plain_data_are_read_as_python_reads_them(data: Any) -> None:
    assert read(pickle.dumps(data, 2)) == data


def test_what_is_there_twice_is_the_same() -> None:
    shared = [1]
    found = read(pickle.dumps([shared, shared], 2))
    assert found == [[1], [1]] and found[0] is found[1]


def test_the_stream_stands_behind_the_pickle() -> None:
    stream = io.BytesIO(pickle.dumps([1], 2) + pickle.dumps([2], 2) + b"rest")
    assert [read_pickled(stream, {}, tuple) for _ in range(2)] == [[1], [2]]
    assert stream.read() == b"rest"


@pytest.mark.parametrize(
    ("pickled", "why"),
    [
        (pickle.dumps(print, 2), "names '__builtin__ print'"),
        (pickle.dumps(3.5, 2), "has a step BINFLOAT"),
        (b"\x8c\x08builtins\x8c\x04eval\x93.", "has a step SHORT_BINUNICODE"),
        (b"(ios\nsystem\n.", "has a step INST"),
        (b"}X\x01\x00\x00\x00a\x85R.", "calls something without a name here"),
        (b"]q\x00", "exhausted"),
        (b"\xff", "at position 0"),
    ],
)
def test_anything_else_is_refused(pickled: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read(pickled)


@pytest.mark.parametrize("pickled", [b".", b"0.", b"R.", b"q\x00.", b"t."])
def test_a_pickle_that_takes_what_is_not_there_is_refused(pickled: bytes) -> None:
    with pytest.raises((ValueError, IndexError)):
        read(pickled)
