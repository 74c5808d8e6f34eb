import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inference_core.engine.builtin.lexical.composed import caseless, composed, fold, folded, nfc
from inference_core.engine.builtin.lexical.keywords import keywords
from inference_core.engine.builtin.lexical.sentences import split_sentences
from inference_core.engine.builtin.lexical.words import words_of
from inference_core.engine.builtin.text.tokens import words_of as tokens_of

CLUSTERS = [
    *"aZé ü.'’-_9\n",
    "e\u0301",
    "q\u0303",
    "i\u0307",
    "ﬁ",
    "ß",
    "İ",
    "ı",
    "한",
    "\u1112\u1161\u11ab",
    "कि",
    "क्ष",
    "می\u200cشود",
    "❤️",
    "👩🏽\u200d🚀",
    "🇩🇪",
    "5️⃣",
    "🏴\U000e0067\U000e0062\U000e007f",
    "\U0001f469\u200d",
]
HARDLY_SEEN = ["\u00ad", "\u200f", "\u00a0", "\r\n", "Ａ"]
texts = st.lists(st.sampled_from([*CLUSTERS, *HARDLY_SEEN]), max_size=12).map("".join) | st.text(max_size=12)
forms = st.sampled_from(["NFC", "NFD"])
few = settings(max_examples=150, deadline=None)


@few
@given(texts, forms)
def test_the_text_is_in_normal_form_c(text: str, form: str) -> None:
    found = composed(unicodedata.normalize(form, text)).text
    assert found == unicodedata.normalize("NFC", found) == nfc(text)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Zü\u00adrich", "Zürich"),
        ("\ufeffParis", "Paris"),
        ("New\u00a0York", "New York"),
        ("New\u200f \u200eYork", "New York"),
        ("\u2068Paris\u2069", "Paris"),
        ("Yo\u2060rk, Os\u200blo", "York, Oslo"),
        ("Soﬁa, Sheﬃeld", "Sofia, Sheffield"),
        ("Ｐａｒｉｓ　７５", "Paris 75"),
        ("Saint\u2011Denis", "Saint-Denis"),
        ("New\r\nYork", "New\nYork"),
        ("می\u200cشود！", "می\u200cشود！"),
        ("👩🏽\u200d🚀❤️", "👩🏽\u200d🚀❤️"),
    ],
)
def test_what_is_hardly_seen_makes_no_difference(text: str, same: str) -> None:
    own = composed(f"a {text} b")
    assert own.text == f"a {same} b" and nfc(text) == same
    start = own.text.index(same)
    first, last = own.span(start, start + len(same))
    assert f"a {text} b"[first:last] == text.strip("\ufeff\u2068\u2069")
    assert fold(text) == fold(same) and caseless(text) == caseless(same)


@few
@given(texts, st.data())
def test_a_span_is_the_same_text_in_the_callers_spelling(text: str, data: st.DataObject) -> None:
    own = composed(text)
    start = data.draw(st.integers(0, len(own.text)))
    end = data.draw(st.integers(start, len(own.text)))
    first, last = own.span(start, end)
    assert own.text[start:end] in nfc(text[first:last])
    assert (first, last) == (first, first) or not unicodedata.combining((text[last:] or "x")[0])


@few
@given(texts)
def test_every_splitter_finds_the_same_in_either_form(text: str) -> None:
    one, other = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    for split in (words_of, tokens_of, split_sentences):
        found, again = split(one), split(other)
        assert [nfc(part.text) for part in found] == [nfc(part.text) for part in again]
        for part in again:
            assert nfc(other[part.start : part.end]).replace("’", "'") == nfc(part.text).replace("’", "'")


@pytest.mark.parametrize("cluster", [cluster for cluster in CLUSTERS if len(cluster) > 1 and cluster != "می\u200cشود"])
def test_no_splitter_cuts_a_visible_character(cluster: str) -> None:
    text = f"Bb {cluster} cc. Dd{cluster}{cluster}e. {cluster}"
    edges = {
        edge
        for split in (words_of, tokens_of, split_sentences)
        for part in split(text)
        for edge in (part.start, part.end)
    }
    inside = {
        at + offset for at in range(len(text)) if text.startswith(cluster, at) for offset in range(1, len(cluster))
    }
    assert not edges & inside


@pytest.mark.parametrize(
    ("one", "other"),
    [("STRASSE", "straße"), ("İstanbul", "istanbul"), ("DIYARBAKIR", "Diyarbakır"), ("ΌΣΟΣ", "όσος"), ("É", "e\u0301")],
)
def test_capital_letters_make_no_difference(one: str, other: str) -> None:
    assert caseless(one) == caseless(other) and fold(one) == fold(other)
    assert keywords(one) == keywords(other)


@pytest.mark.parametrize("text", ["Straße", "Stra\u00dfe", "STRASSE", "Cafe\u0301 İz"])
def test_a_folded_text_knows_where_its_letters_come_from(text: str) -> None:
    own = folded(text)
    assert own.span(0, len(own.text)) == (0, len(text))
    assert fold(text[slice(*own.span(0, 4))]).startswith(own.text[:4])


def test_words_of_every_script_are_whole() -> None:
    text = "नमस्ते दुनिया and می\u200cشود, q\u0303uick"
    assert [text[word.start : word.end] for word in words_of(text)] == [
        "नमस्ते",
        "दुनिया",
        "and",
        "می\u200cشود",
        "q\u0303uick",
    ]
