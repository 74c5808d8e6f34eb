import pytest

from inference_core.engine.builtin.printable import is_printable, printable
from inference_core.engine.contract import Finish, Token

END = Finish("eos_token", 1)


def shown(*pieces: str) -> list[str]:
    tokens = [Token(number, piece, -1.0) for number, piece in enumerate(pieces)]
    *items, end = printable([*tokens, END])
    assert end is END and [item.id for item in items if isinstance(item, Token)] == list(range(len(pieces)))
    return [item.text for item in items if isinstance(item, Token)]


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        ((" Oh", " shit", "!"), " Oh …!"),
        ((" bull", "sh", "it", "ting", " me"), " … me"),
        ((" SH", "IT"), " …"),
        ((" class", "es", " as", "sume"), " classes assume"),
        (("Ass", "ess", " the", " cock", "pit"), "Assess the cockpit"),
        ((" a", " jerk", "-", "off", "."), " a …."),
        ((" c", "’", "est", " dé", "jà"), " c’est déjà"),
        (("", "", " 犬", "。"), " 犬。"),
    ],
)
def test_a_word_is_left_out_however_its_letters_are_spread_over_tokens(pieces: tuple[str, ...], text: str) -> None:
    assert "".join(shown(*pieces)) == text


def test_all_other_tokens_stay_as_they_are() -> None:
    pieces = (" The", " sea", " is", " blue", ",", " isn", "'t", " it", "?")
    assert shown(*pieces) == list(pieces)


def test_a_token_comes_when_the_next_word_begins() -> None:
    taken = []

    def tokens():
        for piece in (" one", " two", " three"):
            taken.append(piece)
            yield Token(0, piece, None)

    items = printable(tokens())
    first = next(items)
    assert isinstance(first, Token) and first.text == " one"
    assert taken == [" one", " two"]


@pytest.mark.parametrize("piece", ["犬", "-", "a", ""])
def test_what_goes_on_without_an_end_arrives_meanwhile(piece: str) -> None:
    taken = []

    def tokens():
        for number in range(1000):
            taken.append(number)
            yield Token(number, piece, None)

    next(printable(tokens()))
    assert len(taken) < 50


def test_alternatives_that_are_not_printable_are_left_out() -> None:
    top = [Token(1, " hell", -1.0), Token(2, " fuck", -2.0)]
    first, _ = printable([Token(1, " hell", -1.0, top=top), END])
    assert isinstance(first, Token) and first.top == [top[0]]


@pytest.mark.parametrize("word", ["shit", "Shit", "bullshit", "fucking", "ass"])
def test_a_word_is_not_printable_in_whatever_case(word: str) -> None:
    assert not is_printable(word)


@pytest.mark.parametrize("word", ["class", "assume", "cockpit", "Scunthorpe", "grape", "therapist", "raccoon"])
def test_a_word_that_only_holds_such_a_word_is_printable(word: str) -> None:
    assert is_printable(word)
