"""Vectors: a strip of colours, length and nearness of each, whatever numbers a model sends."""

import base64
import io
import re
from html import unescape

import numpy as np
import pytest
from PIL import Image

from tasks.gallery.outputs import note_of
from tasks.gallery.results.vectors import heat_strips
from tasks.views import Vectors


def shown(*vectors: list[float], texts: list[str] | None = None) -> str:
    return heat_strips(Vectors(texts or [f"text {at}" for at in range(len(vectors))], np.array(vectors, np.float32)))


def strips(html: str) -> list[list[tuple[int, ...]]]:
    """The colours of each strip, from its first number to its last."""
    found = re.findall(r'src="data:image/png;base64,(.*?)"', html)
    pictures = [Image.open(io.BytesIO(base64.b64decode(one))).convert("RGB") for one in found]
    assert all(picture.height == 1 for picture in pictures)
    return [[picture.getpixel((x, 0)) for x in range(picture.width)] for picture in pictures]


def cosines(html: str) -> list[str]:
    return re.findall(r"<td[^>]*>([^<]+)</td>", html)


def test_each_number_has_a_colour_by_its_sign_and_strength() -> None:
    ((below, zero, half, above),) = strips(shown([-1, 0, 0.5, 1]))
    assert below == (217, 119, 6) and above == (79, 70, 229) and zero == (248, 250, 252)
    assert all(min(a, z) < h < max(a, z) for a, z, h in zip(above, zero, half, strict=True))


def test_size_length_and_first_numbers_are_said() -> None:
    html = shown([3, -4, 0, 0, 0])
    assert "5 numbers, length 5.0000, first 3.0000, −4.0000, 0.0000, 0.0000" in html
    assert 'alt="5 numbers from −4 to 3"' in html


def test_nearness_is_the_cosine() -> None:
    first_row = cosines(shown([1, 0], [2, 0], [0, 3], [-1, 0]))[:4]
    assert first_row == ["1.00", "1.00", "0.00", "−1.00"]
    assert 'class="below"' in shown([1, 0], [-1, 0]) and 'class="below"' not in shown([1, 0], [2, 0])


def test_a_single_vector_is_compared_with_nothing() -> None:
    assert "<table" not in shown([1, 0])


def test_a_vector_of_zeros_has_no_direction() -> None:
    html = shown([0, 0], [1, 0])
    assert cosines(html) == ["–", "–", "–", "1.00"]
    assert strips(html)[0] == [(248, 250, 252)] * 2


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_what_is_not_a_number_is_grey_and_harms_no_other(odd: float) -> None:
    html = shown([odd, 1], [1, 1])
    assert strips(html)[0][0] == (148, 163, 184)
    assert strips(html)[1] == [(79, 70, 229)] * 2
    assert cosines(html)[3] == "1.00"
    assert "[null, 1.0]" in html


def test_the_largest_numbers_are_compared_too() -> None:
    assert cosines(shown([3e38, 3e38], [3e38, 0])) == ["1.00", "0.71", "0.71", "1.00"]


def test_texts_are_escaped() -> None:
    html = shown([1, 2], texts=['<img src="x">&'])
    assert '<img src="x">' not in html and '<img src="x">&' in unescape(html)


def test_the_numbers_can_be_downloaded_unless_they_are_very_many() -> None:
    assert 'data-cell="[0.5, -0.25]"' in shown([0.5, -0.25])
    assert "Vector<" not in shown([0.5] * 20_001)


def test_the_first_of_many_vectors_are_shown_and_the_first_dozen_compared() -> None:
    view = Vectors([str(number) for number in range(250)], np.ones((250, 4), np.float32))
    html = heat_strips(view)
    assert html.count("<li data-row") == 100 and len(cosines(html)) == 144
    assert "How close the first 12 of 100 are" in html
    assert note_of(view) == "The first 100 of 250 are shown."
