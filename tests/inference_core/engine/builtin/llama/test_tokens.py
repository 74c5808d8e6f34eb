"""Chunks in llama.cpp's format, as xllamacpp hands them over."""

from typing import Any

from inference_core.engine.builtin.llama.tokens import tokens_of
from inference_core.engine.contract import Finish, Token


def logprob(id: int, token: str, *others: tuple[int, str]) -> dict[str, Any]:
    top = [{"id": other, "token": text, "logprob": -2.0} for other, text in others]
    return {"id": id, "token": token, "bytes": list(token.encode()), "logprob": -1.0, "top_logprobs": top}


def chunk(text: str, *logprobs: dict[str, Any], reason: str | None = None, chat: bool = False) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": reason, "logprobs": {"content": list(logprobs)} if logprobs else None}
    return {"choices": [choice | ({"delta": {"content": text}} if chat else {"text": text})]}


def test_a_completion_and_a_chat_give_the_same_tokens() -> None:
    for chat in (False, True):
        one, two, end = tokens_of(
            [
                chunk(" a", logprob(5, " a"), chat=chat),
                chunk(" b", logprob(6, " b"), chat=chat) | {"timings": {"cache_n": 3, "prompt_n": 4}},
                chunk("", reason="stop", chat=chat),
            ],
            seed=9,
        )
        assert (one, two) == (Token(5, " a", -1.0), Token(6, " b", -1.0))
        assert end == Finish("eos_token", 7, 9)


def test_each_token_has_as_many_alternatives_as_were_asked_for() -> None:
    token, _ = tokens_of([chunk(" a", logprob(5, " a", (5, " a"), (7, " c")))], seed=1, alternatives=1)
    assert isinstance(token, Token) and token.top == [Token(5, " a", -2.0)]


def test_a_character_of_several_tokens_belongs_to_the_last() -> None:
    first, second, _ = tokens_of([chunk("", logprob(1, "\xc3")), chunk("é", logprob(2, "\xa9"))], seed=1)
    assert isinstance(first, Token) and isinstance(second, Token)
    assert (first.text, second.text) == ("", "é")


def test_tokens_in_one_chunk_share_its_text() -> None:
    *tokens, _ = tokens_of([chunk(" ab", logprob(1, " a"), logprob(2, "b"))], seed=1)
    assert [token.text for token in tokens if isinstance(token, Token)] == ["", " ab"]


def test_the_text_ends_with_a_stop_sequence_spread_over_tokens() -> None:
    chunks = (chunk(text, logprob(1, text)) for text in (" one", ",", " two", " three"))
    *tokens, end = tokens_of(chunks, seed=1, stop=["e, t"])
    assert "".join(token.text for token in tokens if isinstance(token, Token)) == " one, t"
    assert end == Finish("stop_sequence", 0, 1)
    assert next(chunks)["choices"][0]["text"] == " three"


def test_a_full_context_ends_for_length() -> None:
    *_, end = tokens_of([chunk(" a", logprob(1, " a")), chunk("", reason="length")], seed=1)
    assert end == Finish("length", 0, 1)
