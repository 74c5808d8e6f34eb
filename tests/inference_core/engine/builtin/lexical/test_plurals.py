import pytest

from inference_core.engine.builtin.lexical.plurals import singulars


@pytest.mark.parametrize(
    ("plural", "singular"),
    [("dogs", "dog"), ("ladies", "lady"), ("buses", "bus"), ("horses", "horse"), ("moves", "move"), ("jeans", "jeans")],
)
def test_the_singular_of_a_plural_is_among_its_possible_ones(plural: str, singular: str) -> None:
    assert singular in singulars(plural)


def test_the_word_itself_comes_first() -> None:
    assert list(singulars("lion")) == ["lion"] and next(singulars("glasses")) == "glasses"
