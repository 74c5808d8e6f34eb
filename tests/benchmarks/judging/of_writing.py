"""Trials of tasks that write: text-generation and conversational."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from inference_core.engine.builtin.encoder.shared import shared_encoder
from tests.benchmarks.judging.asking import Answer, Engine
from tests.benchmarks.judging.item_files import items
from tests.benchmarks.judging.levels import SHARE
from tests.benchmarks.judging.measures import has_word, repeats_itself, words_of
from tests.benchmarks.judging.trials import Body, Row, Trial, asked, each

_TEXT, _CHAT = "text-generation", "conversational"
_SEED = 1
_TOKENS, _FEW_TOKENS, _REPLY = 40, 12, 120


def trials(engine: Engine) -> Iterator[Trial]:
    yield from _generation(engine)
    yield from _conversation(engine)


def _generation(engine: Engine) -> Iterator[Trial]:
    read = items("prompts")
    trial = partial(Trial, task=_TEXT, source="own beginnings of texts, seed 1")
    bodies = [_beginning(text, _TOKENS) for text in read["subjects"]]
    yield trial(
        measure="keeps to the subject",
        outcome=asked(engine, _TEXT, bodies, partial(_own_is_nearest, read["subjects"])),
        trivial=1 / len(bodies),
        rule=SHARE,
    )
    facts = read["facts"]
    yield trial(
        measure="finishes what everybody can finish",
        outcome=asked(
            engine,
            _TEXT,
            [_beginning(one["text"], _FEW_TOKENS) for one in facts],
            each([partial(_continues, one) for one in facts]),
        ),
        rule=SHARE,
    )
    yield trial(
        measure="does not go round in circles",
        outcome=asked(engine, _TEXT, bodies, each([_is_no_loop] * len(bodies))),
    )


def _beginning(text: str, tokens: int) -> Body:
    parameters = {"max_new_tokens": tokens, "seed": _SEED, "return_full_text": False}
    return {"inputs": text, "parameters": parameters}


def _own_is_nearest(prompts: Sequence[str], answers: Sequence[Answer]) -> Iterator[Row]:
    """Of all prompts, a continuation's own should be nearest to it in meaning."""
    written = [answer.content[0]["generated_text"] if answer.content else "" for answer in answers]
    encoder = shared_encoder()
    nearest = (encoder.encode(written) @ encoder.encode(list(prompts)).T).argmax(axis=1)
    yield from (
        (float(bool(text.strip()) and near == index),)
        for index, (text, near) in enumerate(zip(written, nearest, strict=True))
    )


def _continues(fact: Mapping[str, Any], answer: Sequence[Mapping[str, str]]) -> bool:
    return has_word(answer[0]["generated_text"], fact["right"])


def _is_no_loop(answer: Sequence[Mapping[str, str]]) -> bool:
    return not repeats_itself(words_of(answer[0]["generated_text"]))


def _conversation(engine: Engine) -> Iterator[Trial]:
    read = items("chats")
    trial = partial(Trial, task=_CHAT, source="own conversations, seed 1")
    yield trial(measure="simple question answered", outcome=_chats(engine, read["asks"]), rule=SHARE)
    yield trial(measure="second question refers to the first", outcome=_chats(engine, read["second_turns"]), rule=SHARE)
    yield trial(measure="question about the gallery answered", outcome=_chats(engine, read["of_the_gallery"]))


def _chats(engine: Engine, chats: Sequence[Mapping[str, Any]]) -> Any:
    def is_right(chat: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
        return has_word(answer["choices"][0]["message"]["content"], chat["right"])

    bodies = [{"messages": _messages(chat), "max_tokens": _REPLY, "seed": _SEED} for chat in chats]
    return asked(engine, _CHAT, bodies, each([partial(is_right, chat) for chat in chats]))


def _messages(chat: Mapping[str, Any]) -> list[dict[str, str]]:
    before = (("user", chat["first"]), ("assistant", chat["said"])) if "first" in chat else ()
    return [{"role": role, "content": text} for role, text in (*before, ("user", chat["text"]))]
