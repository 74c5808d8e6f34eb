"""Looking for keys in megabytes keeps no other thread waiting, and finds them wherever they are."""

import base64
import os
import sys
import threading
import time

import pytest

from inference_core.recording.secrets import Hiding
from inference_core.secrets_in_text import pieces

KEY = "k9/+Zt5rW8xKv3-of-mine"
LIKE_A_KEY = b"hf_" + b"aBcDeFgHiJ" * 3
SIZE = 300_000
EDGES = sorted({edge for place in pieces(SIZE) for edge in place})[1:-1]


def computed_without_a_turn_for_others(text: bytes) -> float:
    """The most seconds that the search computes while another thread waits, not counting those of other programs."""
    waited: list[float] = []
    is_done = threading.Event()

    def look(clock: int) -> None:
        before = time.clock_gettime(clock)
        while not is_done.is_set():
            time.sleep(0.001)
            now = time.clock_gettime(clock)
            waited.append(now - before)
            before = now

    clock = time.pthread_getcpuclockid(threading.get_ident())
    other = threading.Thread(target=look, args=[clock])
    other.start()
    Hiding({KEY, *(f"another-key-{number}" for number in range(12))}).content(text, is_text=True)
    is_done.set()
    other.join()
    return max(waited)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no clock for one thread")
@pytest.mark.parametrize(
    "text", [base64.b64encode(os.urandom(6_000_000)), b"The quick brown fox. " * 400_000], ids=["base64", "words"]
)
def test_other_threads_have_their_turns(text: bytes) -> None:
    assert computed_without_a_turn_for_others(text) < 0.05


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("key", [KEY.encode(), b"".join(b"\\u%04x" % one for one in KEY.encode()), LIKE_A_KEY])
def test_a_key_across_the_edge_of_a_piece_is_found(key: bytes, edge: int) -> None:
    for before in range(1, len(key), 7):
        text = bytearray(b"word " * (SIZE // 5))
        text[edge - before - 1 : edge - before + len(key) + 1] = b" " + key + b" "
        found = Hiding({KEY}).content(bytes(text), is_text=True)
        assert found == text.replace(key, b"x" * len(key))


def test_a_longer_key_and_the_shorter_one_in_it_are_hidden_at_every_edge() -> None:
    longer = f"{KEY}:{KEY[::-1]}"
    for edge in EDGES:
        for before in range(1, len(longer), 5):
            text = b" " * (edge - before) + longer.encode()
            text += b" " * (SIZE - len(text))
            assert Hiding({KEY, longer}).content(text, is_text=False).count(b"x") == len(longer)


@pytest.mark.parametrize("edge", EDGES)
def test_the_middle_of_a_word_is_no_key_where_a_piece_begins(edge: int) -> None:
    word = b"task-abc1234567890123456789012345"
    text = b" " * (edge - 2) + word + b" " * 100_000
    assert Hiding(()).content(text, is_text=True) == text


def test_a_signature_of_megabytes_is_hidden_to_its_end() -> None:
    text = b"https://a.example/?sig=" + b"0a" * 500_000 + b" and more"
    assert Hiding(()).content(text, is_text=True) == b"https://a.example/?sig=" + b"x" * 1_000_000 + b" and more"
