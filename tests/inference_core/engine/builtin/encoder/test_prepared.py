import numpy as np

from inference_core.engine.builtin.encoder.prepared import encode_prepared
from inference_core.engine.builtin.encoder.shared import shared_minilm
from inference_core.engine.builtin.encoder.word_hashing import WordHashing
from inference_core.engine.builtin.text.help import help_sections
from tests.support.vectors import encoded_by_loading

QUESTIONS = [section.question for section in help_sections()]


def test_no_model_encodes_a_text_of_its_own_while_it_is_loaded() -> None:
    assert encoded_by_loading() == []


def test_the_shipped_vectors_are_those_of_the_encoder() -> None:
    shipped, made = encode_prepared(shared_minilm(), QUESTIONS), shared_minilm().encode(QUESTIONS)
    assert shipped.shape == made.shape
    assert 0 < np.abs(shipped - made).max() < 0.002
    assert np.abs(shipped @ made.T - made @ made.T).max() < 0.003


def test_with_a_text_that_is_not_there_or_another_encoder_all_are_encoded() -> None:
    texts = [*QUESTIONS[:3], "What nobody has prepared?"]
    assert np.array_equal(encode_prepared(shared_minilm(), texts), shared_minilm().encode(texts))
    words = WordHashing()
    assert np.array_equal(encode_prepared(words, QUESTIONS), words.encode(QUESTIONS))
