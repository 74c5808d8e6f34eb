"""The tokens in chunks of llama.cpp."""

from collections.abc import Generator, Iterable, Sequence
from typing import Any

from inference_core.engine.builtin.lexical.stop import StopSequences
from inference_core.engine.builtin.llama.server import Chunk
from inference_core.engine.contract import Finish, Token


def tokens_of(
    chunks: Iterable[Chunk], seed: int, *, alternatives: int = 0, stop: Sequence[str] = ()
) -> Generator[Token | Finish]:
    """The tokens of a completion or a chat, as they arrive, then how it ended.

    Each token comes with its `alternatives` most likely tokens, itself perhaps among them. A character of several
    tokens belongs to the last of them. The text ends with the first of the sequences in `stop`.
    """
    finish = Finish("eos_token", 0, seed)
    stops = StopSequences(stop)
    for chunk in chunks:
        if timings := chunk.get("timings"):
            finish.prompt_tokens = timings["cache_n"] + timings["prompt_n"]
        for choice in chunk["choices"]:
            if choice["finish_reason"] == "length":
                finish.reason = "length"
            for token in _tokens(choice, alternatives):
                token.text = stops.until_stop(token.text)
                yield token
                if stops.reached:
                    finish.reason = "stop_sequence"
                    yield finish
                    return
    yield finish


def _tokens(choice: dict[str, Any], alternatives: int) -> list[Token]:
    text = choice.get("text") or choice.get("delta", {}).get("content") or ""
    found = [_token(one, alternatives) for one in (choice.get("logprobs") or {}).get("content", ())]
    for token in found:
        token.text = ""
    if found:
        found[-1].text = text
    return found


def _token(sent: dict[str, Any], alternatives: int) -> Token:
    top = [_token(one, 0) for one in sent["top_logprobs"][:alternatives]] if alternatives else None
    return Token(sent["id"], sent["token"], sent["logprob"], top=top)
