from typing import Any

import msgspec
import pytest

from inference_core import words
from inference_core.engine.builtin.encoder.shared import MiniLM
from inference_core.engine.builtin.models.gallery_help import MODEL, HelpBot
from inference_core.engine.builtin.text.help import help_sections
from inference_core.engine.contract import CannotAnswer, Finish, Token


@pytest.fixture(scope="module")
def bot() -> HelpBot:
    bot = MODEL.load()
    assert isinstance(bot, HelpBot)
    if MiniLM.name not in bot.name:
        pytest.skip("the encoder's files are not on this machine")
    return bot


def body(*turns: Any, **fields: Any) -> Any:
    roles = ("user", "assistant")
    messages = [{"role": roles[number % 2], "content": turn} for number, turn in enumerate(turns)]
    return msgspec.convert({"messages": messages, **fields}, MODEL.tasks[0].body)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Does anybody read or record my messages?", "does not log"),
        ("my laptop has no wifi, will this still run?", "local"),
        ("I pressed Run by mistake, how do I abort it?", "Press Stop"),
        ("how can I send a friend the link to a tab?", "?task="),
        ("what exactly does fill-mask do", "[MASK]"),
        ("Can I use my iPad?", "narrow screen"),
    ],
)
def test_a_question_about_the_gallery_gets_its_section(bot: HelpBot, question: str, said: str) -> None:
    assert said in bot.answer(body(question))


@pytest.mark.parametrize(
    "question",
    ["How old is the Eiffel Tower?", "Recommend a good red wine", "Why do birds migrate south?", "Kde je nádraží?"],
)
def test_another_topic_is_refused_with_questions_to_ask(bot: HelpBot, question: str) -> None:
    answer = bot.answer(body(question))
    assert answer.startswith("I only know this gallery")
    assert sum(section.question in answer for section in help_sections()) == 3


def test_a_greeting_gets_an_introduction(bot: HelpBot) -> None:
    assert "help of this gallery" in bot.answer(body("Hey, good day to you!"))


def test_a_short_question_inherits_no_topic_from_the_one_before(bot: HelpBot) -> None:
    alone = bot.answer(body("And by keys?"))
    assert bot.answer(body("How do I run it?", "Press Run.", "And by keys?")) == alone


def test_every_model_of_the_local_engine_can_be_asked_about() -> None:
    answers = " ".join(section.answer for section in help_sections())
    assert all(
        name in answers for name in (words.text(MODEL.can), "Fill mask in the local engine", "Translation in the local")
    )


def test_every_section_has_an_answer_and_no_wording_twice() -> None:
    sections = help_sections()
    wordings = [wording.lower() for one in sections for wording in (one.question, *one.wordings)]
    assert all(section.answer for section in sections)
    assert len(wordings) == len(set(wordings))


def test_the_answer_comes_word_by_word_and_ends_with_a_finish(bot: HelpBot) -> None:
    *tokens, finish = bot.tokens(body("Is there an HTTP interface?"))
    assert len(tokens) > 10 and all(isinstance(token, Token) for token in tokens)
    assert finish == Finish("eos_token", prompt_tokens=5)
    assert "".join(token.text for token in tokens if isinstance(token, Token)) == bot.answer(
        body("Is there an HTTP interface?")
    )


def test_the_limit_of_tokens_cuts_the_answer(bot: HelpBot) -> None:
    *tokens, finish = bot.tokens(body("What are parameters?", max_tokens=4))
    assert len(tokens) == 4 and isinstance(finish, Finish) and finish.reason == "length"


def test_a_stop_sequence_is_no_longer_part_of_the_answer(bot: HelpBot) -> None:
    whole = bot.answer(body("What are parameters?"))
    stop = whole[20:26]
    *_, finish = bot.tokens(body("What are parameters?", stop=[stop]))
    assert bot.answer(body("What are parameters?", stop=stop)) == whole[: whole.index(stop)].rstrip()
    assert isinstance(finish, Finish) and finish.reason == "stop_sequence"


def test_content_in_parts_is_read_as_one_text(bot: HelpBot) -> None:
    parts = [{"type": "text", "text": "How do I "}, {"type": "text", "text": "clear a tab?"}]
    assert bot.answer(body(parts)) == bot.answer(body("How do I clear a tab?"))


def test_sampling_parameters_change_nothing(bot: HelpBot) -> None:
    plain = bot.answer(body("What is this?"))
    assert bot.answer(body("What is this?", temperature=1.9, top_p=0.1, seed=3, presence_penalty=1)) == plain


@pytest.mark.parametrize("fields", [{"n": 2}, {"tools": []}, {"response_format": {"type": "json_object"}}])
def test_what_a_lookup_cannot_do_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError, match=next(iter(fields))):
        body("Hello", **fields)


def test_a_picture_in_a_message_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        body([{"type": "image_url", "image_url": {"url": "data:,"}}])


@pytest.mark.parametrize(
    "request_body",
    [
        {"messages": [{"role": "system", "content": "Be kind."}]},
        {"messages": [{"role": "user", "content": " \n"}]},
    ],
)
def test_a_request_without_a_readable_question_is_refused(bot: HelpBot, request_body: dict[str, Any]) -> None:
    with pytest.raises(CannotAnswer):
        bot.tokens(msgspec.convert(request_body, MODEL.tasks[0].body))
