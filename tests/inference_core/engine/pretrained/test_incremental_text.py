"""Texts that come token by token are the texts of all tokens at once."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from inference_core.engine.pretrained.incremental_text import IncrementalText

TEXTS = ["naïve café 🙂🙂 日本語のテキスト", "👩‍👩‍👧 \ufffd ok", "a" * 50 + "é" * 90, "the weather today"]
WORDS = ["▁Hello", "▁", "lo", "s"]


def byte_level() -> Any:
    from tests.support.tiny.tokenizers import byte_pairs

    return byte_pairs(["<|end|>"], 512, eos_token="<|end|>")


def byte_fallback() -> Any:
    """As Llama's and Gemma's: a space is a sign of its own, and what is no word is bytes."""
    from tokenizers import Tokenizer, decoders, models
    from transformers import PreTrainedTokenizerFast

    known = ["<unk>", *(f"<0x{byte:02X}>" for byte in range(256)), *WORDS]
    vocabulary = {word: at for at, word in enumerate(known)}
    made = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>", byte_fallback=True))
    made.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    return PreTrainedTokenizerFast(tokenizer_object=made, unk_token="<unk>")


def pieces(tokenizer: Any, ids: list[int]) -> list[str]:
    text = IncrementalText(tokenizer)
    return [*(text.after(id) for id in ids), text.rest()]


def at_once(tokenizer: Any, ids: list[int]) -> str:
    return str(tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False))


def any_tokens(chance: random.Random) -> list[int]:
    return [chance.randrange(400) for _ in range(chance.randrange(1, 300))]


def no_characters(chance: random.Random) -> list[int]:
    """Bytes that make no characters, more than wait for their end."""
    return [chance.randrange(200, 230) for _ in range(chance.randrange(1, 300))]


@pytest.mark.parametrize("draw", [any_tokens, no_characters])
def test_any_tokens_at_all(draw: Callable[[random.Random], list[int]]) -> None:
    tokenizer, chance = byte_level(), random.Random(1)
    for _ in range(300):
        ids = [id % len(tokenizer) for id in draw(chance)]
        assert "".join(pieces(tokenizer, ids)) == at_once(tokenizer, ids)


@pytest.mark.parametrize("text", TEXTS)
def test_a_character_of_several_tokens_stays_together(text: str) -> None:
    tokenizer = byte_level()
    found = pieces(tokenizer, tokenizer(text).input_ids)
    assert "".join(found) == text
    assert all(piece in text for piece in found)


def test_words_with_a_sign_for_a_space_and_bytes_between_them() -> None:
    tokenizer, chance = byte_fallback(), random.Random(2)
    for _ in range(300):
        ids: list[int] = []
        for _ in range(chance.randrange(1, 40)):
            character = [byte + 1 for byte in chance.choice("é日🙂z").encode()]
            ids += chance.choice([character, [tokenizer.convert_tokens_to_ids(chance.choice(WORDS))]])
        assert "".join(pieces(tokenizer, ids)) == at_once(tokenizer, ids)


def test_a_word_after_a_text_keeps_its_space() -> None:
    tokenizer = byte_fallback()
    hello = tokenizer.convert_tokens_to_ids("▁Hello")
    assert IncrementalText(tokenizer).after(hello) == "Hello"
    assert IncrementalText(tokenizer, [hello]).after(hello) == " Hello"


def test_a_text_cut_within_a_character_says_so() -> None:
    tokenizer = byte_level()
    ids = tokenizer("a 🙂").input_ids[:-1]
    assert "".join(pieces(tokenizer, ids)) == at_once(tokenizer, ids) == "a \ufffd"


def test_a_step_decodes_no_more_the_longer_the_text_is() -> None:
    class Counting:
        def __init__(self, tokenizer: Any) -> None:
            self.all_special_ids = tokenizer.all_special_ids
            self.most = 0
            self._tokenizer = tokenizer

        def decode(self, ids: list[int], **options: Any) -> str:
            self.most = max(self.most, len(ids))
            return str(self._tokenizer.decode(ids, **options))

    counting, chance = Counting(byte_level()), random.Random(3)
    for draw in (any_tokens, no_characters):
        pieces(counting, [id for _ in range(20) for id in draw(chance)])
    assert counting.most < 200
