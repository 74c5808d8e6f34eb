"""What an English word may be the plural of."""

from collections.abc import Iterator


def singulars(word: str) -> Iterator[str]:
    """The word itself, then what it is the plural of by its ending, if it is one: look them up in this order.

    Words with a plural of their own, such as "women", are not known here.
    """
    yield word
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith("es"):
        yield word[:-2]
    if word.endswith("s"):
        yield word[:-1]
