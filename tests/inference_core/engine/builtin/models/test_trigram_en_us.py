import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest

from inference_core.engine.builtin.models.trigram_en_us import MODEL, TrigramGenerator
from inference_core.engine.builtin.trigram.model import shared_trigram_model
from inference_core.engine.builtin.trigram.words import printable_words
from inference_core.engine.contract import CannotAnswer, Finish, Token


@pytest.fixture(scope="module")
def engine() -> TrigramGenerator:
    engine = MODEL.load()
    assert isinstance(engine, TrigramGenerator)
    return engine


def body(prompt: str, **parameters: Any) -> Any:
    return msgspec.convert({"inputs": prompt, "parameters": parameters}, MODEL.tasks[0].body)


def generate(engine: TrigramGenerator, prompt: str, **parameters: Any) -> dict[str, Any]:
    (generated,) = engine.answer(body(prompt, details=True, **parameters))
    return generated


@pytest.mark.parametrize("prompt", ["Yesterday the orchestra", "My neighbour told me that", "Nobody in the village"])
def test_a_prompt_is_continued_with_words_of_the_vocabulary(engine: TrigramGenerator, prompt: str) -> None:
    generated = generate(engine, prompt, seed=5, max_new_tokens=40)
    text, tokens = generated["generated_text"], generated["details"]["tokens"]
    assert text == "".join(token["text"] for token in tokens)
    assert text.startswith((" ", ".")) and "  " not in text and " ." not in text
    words = shared_trigram_model().words
    spelled = [token for token in tokens if token["text"] != "."]
    assert all(words[token["id"]] == token["text"].strip().lower() for token in spelled)


def test_the_same_seed_gives_the_same_text_and_another_seed_another(engine: TrigramGenerator) -> None:
    first, again, other = (generate(engine, "Behind the old mill", seed=seed) for seed in (8, 8, 9))
    assert first == again
    assert first["generated_text"] != other["generated_text"]


def test_a_random_seed_is_reported_and_gives_the_text_again(engine: TrigramGenerator) -> None:
    first = generate(engine, "The captain of the ship")
    again = generate(engine, "The captain of the ship", seed=first["details"]["seed"])
    assert first["generated_text"] == again["generated_text"]


def test_without_sampling_the_seed_does_not_matter(engine: TrigramGenerator) -> None:
    texts = {generate(engine, "We walked", do_sample=False, seed=s)["generated_text"] for s in range(3)}
    assert len(texts) == 1


def test_the_best_single_word_is_what_greedy_search_takes(engine: TrigramGenerator) -> None:
    generated = generate(engine, "in front", do_sample=False, max_new_tokens=1, repetition_penalty=1.0)
    assert generated["generated_text"] == " of"
    (token,) = generated["details"]["tokens"]
    model = shared_trigram_model()
    exact = model.next_word(model.ids["in"], model.ids["front"])[model.ids["of"]]
    assert token["logprob"] == pytest.approx(exact)


def test_top_k_one_is_greedy_at_any_temperature(engine: TrigramGenerator) -> None:
    greedy = generate(engine, "Some people", do_sample=False)
    assert generate(engine, "Some people", top_k=1, temperature=3.0)["generated_text"] == greedy["generated_text"]


def test_a_higher_temperature_draws_less_likely_words(engine: TrigramGenerator) -> None:
    def mean_logprob(**parameters: Any) -> float:
        tokens = generate(engine, "A long time", seed=1, max_new_tokens=200, **parameters)["details"]["tokens"]
        return sum(token["logprob"] for token in tokens) / len(tokens)

    assert mean_logprob(temperature=2.5, top_k=5000, top_p=1.0) < mean_logprob(temperature=0.5) - 2
    assert mean_logprob(typical_p=0.2) != mean_logprob()


def test_the_text_has_at_most_the_tokens_asked_for(engine: TrigramGenerator) -> None:
    generated = generate(engine, "Once again the", max_new_tokens=7, seed=2)
    assert generated["details"]["generated_tokens"] == len(generated["details"]["tokens"]) <= 7


def test_a_text_ends_with_a_sentence_or_at_its_length(engine: TrigramGenerator) -> None:
    for seed in range(20):
        details = generate(engine, "The letter", seed=seed)["details"]
        ended = details["tokens"][-1]["text"] == "."
        assert details["finish_reason"] == ("eos_token" if ended else "length")
        assert ended or details["generated_tokens"] == 60


def test_a_stop_sequence_across_words_ends_the_text(engine: TrigramGenerator) -> None:
    whole = generate(engine, "On the other", seed=4)["generated_text"]
    stop = whole[9:14]
    assert " " in stop
    cut = generate(engine, "On the other", seed=4, stop=[stop, "never said"])
    assert cut["generated_text"] == whole[: whole.index(stop) + len(stop)]
    assert cut["details"]["finish_reason"] == "stop_sequence"


def test_penalties_make_words_repeat_less(engine: TrigramGenerator) -> None:
    def distinct(**parameters: Any) -> int:
        generated = generate(engine, "I think that", do_sample=False, max_new_tokens=80, **parameters)
        return len(set(generated["generated_text"].split()))

    plain = distinct(repetition_penalty=1.0)
    assert distinct(repetition_penalty=1.0, frequency_penalty=1.5) > plain
    assert distinct(repetition_penalty=2.0) > plain


def test_only_the_last_words_count_when_the_prompt_is_truncated(engine: TrigramGenerator) -> None:
    same = {
        generate(engine, f"{first} united", truncate=1, seed=3)["generated_text"] for first in ("the", "manchester")
    }
    assert len(same) == 1


def test_the_prompt_stands_in_front_when_asked_for(engine: TrigramGenerator) -> None:
    with_prompt = generate(engine, "Late at night", seed=6, return_full_text=True)["generated_text"]
    assert with_prompt == "Late at night" + generate(engine, "Late at night", seed=6)["generated_text"]


def test_new_sentences_begin_with_a_capital(engine: TrigramGenerator) -> None:
    text = generate(engine, "It is over.", seed=1, max_new_tokens=300)["generated_text"]
    sentences = text.strip().rstrip(".").split(". ")
    assert len(sentences) > 5 and all(sentence[0].isupper() or sentence[0] == "'" for sentence in sentences)


def test_details_come_only_when_asked_for(engine: TrigramGenerator) -> None:
    (generated,) = engine.answer(body("A word", max_new_tokens=3))
    assert set(generated) == {"generated_text"}


def test_offensive_words_are_never_drawn(engine: TrigramGenerator) -> None:
    model = shared_trigram_model()
    printable = printable_words(model)
    assert not printable[[model.ids["shit"], model.start, model.end]].any()
    assert printable[[model.ids["class"], model.ids["assume"], model.ids["cockpit"]]].all()
    tokens = generate(engine, "What the", seed=1, temperature=3.0, top_k=70000, top_p=1.0, max_new_tokens=300)
    drawn = {token["id"] for token in tokens["details"]["tokens"]} - {model.end}
    assert printable[list(drawn)].all()


def test_tokens_come_one_by_one_and_end_with_a_finish(engine: TrigramGenerator) -> None:
    *tokens, finish = engine.tokens(body("Seven geese", max_new_tokens=5, seed=0))
    assert all(isinstance(token, Token) and math.isfinite(token.logprob or 0) for token in tokens)
    assert isinstance(finish, Finish) and finish.seed == 0 and finish.prompt_tokens == 3


def test_two_texts_at_once_do_not_mix(engine: TrigramGenerator) -> None:
    alone = [generate(engine, "The garden", seed=seed) for seed in range(6)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda seed: generate(engine, "The garden", seed=seed), range(6)))
    assert together == alone


@pytest.mark.parametrize("prompt", ["犬が走る", "%&/()=", "Xqzzt vrrbl", "..."])
def test_a_prompt_without_a_known_word_is_refused(engine: TrigramGenerator, prompt: str) -> None:
    with pytest.raises(CannotAnswer, match="English"):
        engine.tokens(body(prompt))


@pytest.mark.parametrize("wrong", [{"temperature": 0}, {"top_p": 1.5}, {"max_new_tokens": 0}, {"watermark": True}])
def test_a_wrong_or_unknown_parameter_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        body("Hello there", **wrong)
