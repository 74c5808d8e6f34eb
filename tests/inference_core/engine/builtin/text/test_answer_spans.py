import pytest

from inference_core.engine.builtin.text.answer_spans import answer_spans


def best(question: str, sentence: str) -> str | None:
    spans = answer_spans(question, sentence)
    return sentence[spans[0].start : spans[0].end] if spans else None


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("When does the bakery open?", "The bakery opens at 6:30 on Sundays.", "6:30 on Sundays"),
        ("When was the dam built?", "The dam was built on 4 June 1961 near Orsa.", "4 June 1961"),
        ("Where was Ada born?", "Ada was born in Leeds in 1990.", "Leeds"),
        ("Where did they sleep?", "They slept under the old bridge.", "the old bridge"),
        ("Who painted the ceiling?", "In 1512 Lucia Berti painted the ceiling.", "Lucia Berti"),
        ("Who painted the ceiling?", "The ceiling was painted by a Sicilian monk.", "a Sicilian monk"),
        ("Who designed the bridge?", "The bridge at Tolna was designed by the architect Ivo Brandt.", "Ivo Brandt"),
        ("Why do the fish jump?", "The fish jump to see where the flies are.", "see where the flies are"),
        ("Who found the wallet?", "On the stairs a young waiter found the wallet.", "a young waiter"),
        ("Why is the road shut?", "The road is shut because of a landslide.", "a landslide"),
        ("How many pages are missing?", "Of the 200 sheets, twelve pages are missing.", "twelve"),
        ("How much did the boat cost?", "In 2020 the boat cost $4,500 at auction.", "$4,500"),
        ("How deep is the lake?", "The lake is 2 km long and 90 metres deep.", "90 metres deep"),
        ("What is the inn called?", "The inn is called the Blue Heron.", "Blue Heron"),
        ("Which gate is locked?", "The north gate is locked at night.", "north gate"),
        ("What does the factory make?", "The factory makes rubber boots.", "rubber boots"),
    ],
)
def test_the_question_word_decides_what_is_picked(question: str, sentence: str, answer: str) -> None:
    assert best(question, sentence) == answer


@pytest.mark.parametrize(
    ("question", "sentence", "answer"),
    [
        ("How many people live there?", "The town has 10 000 people.", "10 000"),
        ("How many people live there?", "The town has 1'234'567 people.", "1'234'567"),
        ("How many people live there?", "About 1,23,456 people live in it.", "1,23,456"),
        ("How much did it cost?", "It cost $1.2 million in 1999.", "$1.2 million"),
        ("How much did it cost?", "The repair cost €1.234,50 last year.", "€1.234,50"),
        ("How much did it cost?", "The repair cost 12\u00a0000 euros.", "12\u00a0000 euros"),
        ("How tall is it?", "It is 1\u202f234,5 metres tall.", "1\u202f234,5 metres tall"),
        ("Who painted the wall?", "The wall was painted by Émile Zola.", "Émile Zola"),
        ("Who painted the wall?", "The wall was painted by Ørsted Ågård.", "Ørsted Ågård"),
        ("Where is the tower?", "The tower is in Évian.", "Évian"),
    ],
)
def test_a_number_or_name_is_picked_whole(question: str, sentence: str, answer: str) -> None:
    assert best(question, sentence) == answer


@pytest.mark.parametrize("question", ["When was it built?", "How long did it take?", "Why was it built?"])
def test_a_sentence_without_the_kind_of_answer_has_no_span(question: str) -> None:
    assert answer_spans(question, "It was built slowly by three masons.") == []


def test_words_of_the_question_are_not_an_answer() -> None:
    assert best("Who met Vera Lund?", "Vera Lund met Jonas Falk.") == "Jonas Falk"


def test_spans_lie_inside_the_sentence_and_are_trimmed() -> None:
    sentence = "In March, and again in June, the Council of Arden met at the Swan."
    for question in ("When did it meet?", "Where did it meet?", "Who met?"):
        spans = answer_spans(question, sentence)
        assert spans and all(0 <= span.start < span.end <= len(sentence) for span in spans)
        assert all(sentence[span.start : span.end].strip(" ,.") == sentence[span.start : span.end] for span in spans)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("How much is the VAT?", "Payment to IBAN DK50 0040 is due."),
        ("When does it open?", "Room 12345 am Main is open."),
    ],
)
def test_a_shape_inside_a_word_is_not_an_answer(question: str, sentence: str) -> None:
    assert best(question, sentence) in (None, "0040")
