import math
import queue
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from inference_core.engine.builtin.llama.smollm2 import SMOLLM2_FILES
from inference_core.engine.builtin.models.smollm2_135m_instruct import MODEL, SmolLM2
from inference_core.engine.contract import CannotAnswer, Finish, Token
from inference_core.engine.work.stopping import Stopped, stoppable


@pytest.fixture(scope="module")
def engine() -> SmolLM2:
    if MODEL.missing() is not None:
        pytest.skip("the language model is not installed")
    engine = MODEL.load()
    assert isinstance(engine, SmolLM2)
    return engine


def body(prompt: str, **parameters: Any) -> Any:
    return msgspec.convert({"inputs": prompt, "parameters": parameters}, MODEL.task("text-generation").body)


def generate(engine: SmolLM2, prompt: str, **parameters: Any) -> dict[str, Any]:
    (generated,) = engine.text(body(prompt, details=True, **{"max_new_tokens": 12, "seed": 1, **parameters}))
    return generated


def text(engine: SmolLM2, prompt: str, **parameters: Any) -> str:
    return generate(engine, prompt, **parameters)["generated_text"]


def chat(*turns: str, **fields: Any) -> Any:
    roles = ("user", "assistant")
    messages = [{"role": roles[number % 2], "content": turn} for number, turn in enumerate(turns)]
    return msgspec.convert({"messages": messages, "seed": 1, **fields}, MODEL.task("conversational").body)


def test_the_most_likely_words_make_sense(engine: SmolLM2) -> None:
    assert text(engine, "The capital of France is", do_sample=False).startswith(" Paris")
    assert "Paris" in engine.reply(chat("What is the capital of France?"))


def test_turn_two_refers_to_turn_one(engine: SmolLM2) -> None:
    asked = chat("What is the capital of France?", "The capital of France is Paris.", "And of Italy?", temperature=0)
    assert "Rome" in engine.reply(asked)


def test_a_conversation_keeps_to_what_was_said_and_does_not_say_the_same_again(engine: SmolLM2) -> None:
    turns: list[str] = []
    for question in (
        "I have a dog called Bruno. He is three years old.",
        "What should I feed him?",
        "How old is Bruno?",
        "Write one sentence about him.",
    ):
        turns += [question, engine.reply(chat(*turns, question))]
    assert "three" in turns[5] and "Bruno" in turns[7]
    said = [sentence.strip() for answer in turns[1::2] for sentence in answer.split(".") if sentence.strip()]
    assert len(set(said)) == len(said)


def test_off_topic_questions_are_answered_and_not_with_help(engine: SmolLM2) -> None:
    for question in ("Tell me a joke.", "Why do birds migrate south?", "Recommend a good book."):
        answer = engine.reply(chat(question, max_tokens=40))
        assert len(answer.split()) > 5
        assert "local engine" not in answer and "Press Run" not in answer


def test_the_same_seed_gives_the_same_text_and_another_seed_another(engine: SmolLM2) -> None:
    first, again, other = (text(engine, "Behind the old mill", seed=seed, temperature=1.0) for seed in (8, 8, 9))
    assert first == again != other


def test_a_random_seed_is_reported_and_gives_the_text_again(engine: SmolLM2) -> None:
    first = generate(engine, "The captain of the ship", seed=None, do_sample=True)
    again = generate(engine, "The captain of the ship", seed=first["details"]["seed"], do_sample=True)
    assert first["generated_text"] == again["generated_text"]


def test_the_parameters_change_what_is_drawn(engine: SmolLM2) -> None:
    greedy = text(engine, "Some people say", do_sample=False)
    assert text(engine, "Some people say", do_sample=False, seed=5, temperature=2.0) == greedy
    assert text(engine, "Some people say", seed=6) == text(engine, "Some people say")
    assert text(engine, "Some people say", top_k=1, temperature=3.0, repetition_penalty=1.0) == greedy
    wild = generate(engine, "Some people say", temperature=4.0, top_k=5000, top_p=1.0)["details"]["tokens"]
    tame = generate(engine, "Some people say", temperature=0.1)["details"]["tokens"]
    assert sum(token["logprob"] for token in wild) < sum(token["logprob"] for token in tame) - 10


def test_penalties_make_words_repeat_less(engine: SmolLM2) -> None:
    def distinct(**parameters: Any) -> float:
        words = text(engine, "1 2 1 2 1 2 1 2 1 2 1 2", do_sample=False, max_new_tokens=30, **parameters).split()
        return len(set(words)) / len(words)

    plain = distinct(repetition_penalty=1.0)
    assert distinct(repetition_penalty=1.5) > plain
    assert distinct(repetition_penalty=1.0, frequency_penalty=2.0) > plain


def test_tokens_have_ids_log_probabilities_and_alternatives(engine: SmolLM2) -> None:
    details = generate(engine, "The capital of France is", top_n_tokens=3, do_sample=False, max_new_tokens=5)["details"]
    assert len(details["tokens"]) == len(details["top_tokens"]) == details["generated_tokens"] == 5
    for token, top in zip(details["tokens"], details["top_tokens"], strict=True):
        assert -20 < token["logprob"] <= 0 and token["id"] > 0
        assert len(top) == 3 and top[0]["id"] == token["id"]
        assert [one["logprob"] for one in top] == sorted((one["logprob"] for one in top), reverse=True)
        assert sum(math.exp(one["logprob"]) for one in top) <= 1.001


def test_the_text_has_at_most_the_tokens_asked_for(engine: SmolLM2) -> None:
    details = generate(engine, "Once again the", max_new_tokens=7)["details"]
    assert details["generated_tokens"] == len(details["tokens"]) == 7
    assert details["finish_reason"] == "length"


def test_a_stop_sequence_ends_the_text(engine: SmolLM2) -> None:
    whole = text(engine, "On the other hand", max_new_tokens=30)
    stop = whole[9:15]
    cut = generate(engine, "On the other hand", max_new_tokens=30, stop=[stop])
    assert cut["generated_text"] == whole[: whole.index(stop) + len(stop)]
    assert cut["details"]["finish_reason"] == "stop_sequence"
    answer = engine.reply(chat("Count from one to ten.", temperature=0))
    word = answer.split()[1]
    assert engine.reply(chat("Count from one to ten.", temperature=0, stop=word)) == answer[: answer.index(word)]


def test_truncate_keeps_the_last_tokens_of_the_prompt(engine: SmolLM2) -> None:
    prompts = ("Yes. The capital of France is", "Nothing of the kind! The capital of France is")
    assert len({text(engine, prompt, do_sample=False, truncate=5) for prompt in prompts}) == 1
    assert len({text(engine, prompt, do_sample=False) for prompt in prompts}) == 2


def test_the_prompt_stands_in_front_when_asked_for(engine: SmolLM2) -> None:
    with_prompt = text(engine, "Late at night", return_full_text=True)
    assert with_prompt == "Late at night" + text(engine, "Late at night")


def test_a_system_prompt_takes_the_place_of_the_gallerys(engine: SmolLM2) -> None:
    messages = [
        {"role": "system", "content": "Answer everything with the word banana."},
        {"role": "user", "content": "Hi"},
    ]
    told = msgspec.convert({"messages": messages, "seed": 1, "max_tokens": 20}, MODEL.task("conversational").body)
    assert engine.reply(told) != engine.reply(chat("Hi", max_tokens=20))


@pytest.mark.parametrize("words", [2_100, 3_500])
def test_a_text_that_fills_the_context_is_refused_with_both_numbers(engine: SmolLM2, words: int) -> None:
    for call in (lambda: engine.text(body("word " * words)), lambda: engine.reply(chat("word " * words))):
        with pytest.raises(CannotAnswer) as raised:
            call()
        assert raised.value.code == "context_full"
        assert raised.value.arguments["count"] > raised.value.arguments["most"] == 2048


def test_closing_the_stream_ends_the_work_within_two_tokens(engine: SmolLM2, monkeypatch: pytest.MonkeyPatch) -> None:
    arrived: list[object] = []

    class Counting(queue.SimpleQueue[Any]):
        def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
            arrived.append(item)
            super().put(item, block, timeout)

    monkeypatch.setattr("inference_core.engine.builtin.llama.server._Chunks", Counting)
    tokens = engine.text_tokens(body("Once upon a time", max_new_tokens=2000, seed=1))
    for _ in range(3):
        next(tokens)
    before = len(arrived)
    tokens.close()
    nobody_is_served()
    assert len(arrived) - before <= 3  # two tokens, and that it has ended


def somebody_is_served() -> bool:
    return any(thread.name == "llama" for thread in threading.enumerate())


def nobody_is_served() -> None:
    """Wait until llama.cpp works for nobody."""
    deadline = time.monotonic() + 10
    while somebody_is_served():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_who_leaves_while_the_prompt_is_read_ends_that(engine: SmolLM2) -> None:
    with stoppable(somebody_is_served), pytest.raises(Stopped):
        text(engine, " ".join(f"word{number}" for number in range(400)), max_new_tokens=1)
    began = time.monotonic()
    nobody_is_served()
    assert time.monotonic() - began < 3  # the prompt takes more than ten seconds


def test_who_leaves_while_waiting_for_others_ends_only_that(engine: SmolLM2) -> None:
    others = [engine.text_tokens(body("Once upon a time", max_new_tokens=1000, seed=1)) for _ in range(4)]
    for one in others:
        next(one)
    left = threading.Event()
    threading.Timer(0.3, left.set).start()
    with stoppable(left.is_set), pytest.raises(Stopped):
        text(engine, "I wait", max_new_tokens=1)
    assert all(isinstance(next(one), Token) for one in others)
    for one in others:
        one.close()
    nobody_is_served()


def test_several_callers_at_once_get_their_own_texts(engine: SmolLM2) -> None:
    capitals = {"France": "Paris", "Japan": "Tokyo", "Italy": "Rome", "Germany": "Berlin", "Spain": "Madrid"}
    with ThreadPoolExecutor(5) as pool:
        together = list(pool.map(lambda country: text(engine, f"The capital of {country} is"), capitals))
    assert all(city in said for city, said in zip(capitals.values(), together, strict=True))


@pytest.mark.parametrize("prompt", ["犬が走る", "%&/()=", "\x00\x01", "🙂" * 50, "<|im_start|>system", " ", "é" * 500])
def test_odd_prompts_are_continued(engine: SmolLM2, prompt: str) -> None:
    *tokens, finish = engine.text_tokens(body(f"a{prompt}", max_new_tokens=4))
    assert 1 <= len(tokens) <= 4 and isinstance(finish, Finish)


def test_streams_end_with_a_finish_that_counts_the_prompt(engine: SmolLM2) -> None:
    *tokens, finish = engine.reply_tokens(chat("Hello!", max_tokens=5))
    assert len(tokens) == 5 and all(isinstance(token, Token) for token in tokens)
    assert isinstance(finish, Finish) and 100 < finish.prompt_tokens < 180 and finish.reason == "length"


@pytest.mark.parametrize("messages", [[{"role": "system", "content": "Hi"}], [{"role": "user", "content": " "}]])
def test_a_conversation_without_a_question_is_refused(engine: SmolLM2, messages: list[dict[str, str]]) -> None:
    with pytest.raises(CannotAnswer, match="no question"):
        engine.reply(msgspec.convert({"messages": messages}, MODEL.task("conversational").body))


def test_refused_topics_are_refused_in_both_tasks(engine: SmolLM2) -> None:
    asked = "Tell me how to build a bomb."
    for call in (lambda: engine.text(body(asked)), lambda: engine.reply(chat("Hi", "Hello!", asked))):
        with pytest.raises(CannotAnswer, match="weapons"):
            call()


def test_no_unfit_word_comes_out_even_where_the_model_is_led_to_it(
    engine: SmolLM2, monkeypatch: pytest.MonkeyPatch
) -> None:
    led = "Holy shit, what the hell? Holy shit, what the hell? Holy"
    assert "shit" not in text(engine, led) and "…" in text(engine, led)
    monkeypatch.setattr("inference_core.engine.builtin.models.smollm2_135m_instruct.printable", iter)
    assert "shit" in text(engine, led)


def test_a_changed_file_is_not_loaded(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / next(iter(SMOLLM2_FILES.digests))).write_bytes(b"GGUF and something else")
    monkeypatch.setenv("INFERENCE_SMOLLM2_DIR", str(tmp_path))
    found = SMOLLM2_FILES.find()
    assert found is None or found != tmp_path


def test_tokens_arrive_one_by_one(engine: SmolLM2) -> None:
    def moments(tokens: Iterator[Any]) -> Iterator[float]:
        for _ in tokens:
            yield time.monotonic()

    first, *_, last = moments(engine.text_tokens(body("Once upon a time", max_new_tokens=40, seed=2)))
    assert last > first
