import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from inference_core.engine.builtin.encoder.files import MINILM_FILES
from inference_core.engine.builtin.encoder.shared import Encoder, MiniLM, WordHashing, shared_encoder


@pytest.fixture(scope="module")
def minilm() -> Encoder:
    encoder = shared_encoder()
    if not isinstance(encoder, MiniLM):
        pytest.skip("the encoder's files are not on this machine")
    return encoder


@pytest.fixture(params=["minilm", "hashing"])
def encoder(request: pytest.FixtureRequest) -> Encoder:
    if request.param == "hashing":
        return WordHashing()
    found: Encoder = request.getfixturevalue("minilm")
    return found


def test_the_hosted_models_recorded_similarities_come_out(minilm: Encoder) -> None:
    source, *others = minilm.encode(
        [
            "Machine learning is so easy.",
            "Deep learning is so straightforward.",
            "This is so difficult, like rocket science.",
            "I can't believe how much I struggled with this.",
        ]
    )
    assert [float(source @ other) for other in others] == pytest.approx([0.7785726, 0.4587626, 0.2906221], abs=1e-5)


def test_rows_have_length_one_and_384_float32(encoder: Encoder) -> None:
    rows = encoder.encode(["A short text.", "Ein Satz auf Deutsch", "日本語", "word " * 2000])
    assert rows.shape == (4, 384) and rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(4), abs=1e-5)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_a_text_has_the_same_row_alone_and_among_others(encoder: Encoder) -> None:
    texts = ["The kettle whistles.", "x", "A much longer sentence about the history of lighthouses. " * 20]
    together = encoder.encode(texts * 4)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert together[:3] == pytest.approx(alone, abs=1e-5)


def test_only_the_window_of_a_long_text_counts(minilm: Encoder) -> None:
    words = "lamp chair desk sofa " * 100
    assert minilm.count_tokens(words) == 402
    as_is, with_more = minilm.encode([words, words + "completely unrelated volcano"])
    assert as_is == pytest.approx(with_more, abs=1e-6)


def test_truncating_on_the_left_keeps_the_end(minilm: Encoder) -> None:
    end = "lamp chair desk sofa " * 63 + "lamp chair"
    assert minilm.count_tokens(end) == minilm.window
    kept = minilm.pool(["volcano " * 50 + end], truncate="left")
    assert kept == pytest.approx(minilm.pool([end]), abs=1e-5)


def test_threads_share_one_encoder_and_get_the_right_rows(minilm: Encoder) -> None:
    texts = [f"Train number {number} leaves at noon." for number in range(12)]
    expected = minilm.encode(texts)
    with ThreadPoolExecutor(4) as pool:
        encoders = list(pool.map(lambda _: shared_encoder(), range(8)))
        rows = list(pool.map(lambda text: minilm.encode([text])[0], texts))
    assert set(map(id, encoders)) == {id(minilm)}
    assert np.stack(rows) == pytest.approx(expected, abs=1e-5)


def test_word_hashing_finds_texts_that_share_words_closer() -> None:
    source, near, far = WordHashing().encode(
        ["The ferry crosses the lake at dawn.", "A ferry crossing the lake", "Stocks fell after the bank's report"]
    )
    assert float(source @ near) > 0.4 > float(source @ far) + 0.2


def test_word_hashing_is_the_same_in_another_process() -> None:
    code = (
        "from inference_core.engine.builtin.encoder.shared import WordHashing;"
        "print(WordHashing().encode(['Gulls over the harbour']).tobytes().hex())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30)
    assert other.stdout.strip() == WordHashing().encode(["Gulls over the harbour"]).tobytes().hex()


def test_word_hashing_gives_a_blank_text_zeros() -> None:
    assert not WordHashing().encode([" \n"]).any()


def test_both_encoders_say_what_they_are() -> None:
    assert WordHashing().name == "word-hashing fallback (no encoder files)"
    assert MiniLM.name == "all-MiniLM-L6-v2 (numpy)"
    assert isinstance(shared_encoder(), WordHashing) == (MINILM_FILES.find() is None)
