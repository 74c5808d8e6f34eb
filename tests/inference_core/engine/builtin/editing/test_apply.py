import numpy as np
import pytest
from PIL import Image

from inference_core.engine.builtin.editing.apply import EDITS, edited
from inference_core.engine.builtin.editing.prompts import Edit, EditVocabulary
from inference_core.engine.builtin.encoder.shared import WordHashing


def test_every_edit_that_has_words_can_be_made_and_the_other_way_round() -> None:
    assert set(EditVocabulary(WordHashing()).names) == set(EDITS)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (3, 2)])
@pytest.mark.parametrize("colour", ["white", "black", "#a05010"])
def test_the_smallest_pictures_can_be_edited(size: tuple[int, int], colour: str) -> None:
    for name in EDITS:
        for strength in (0.5, 1.0, 1.7):
            result = edited(Image.new("RGB", size, colour), [Edit(name, strength)], None)
            assert sorted(result.size) == sorted(size), name


@pytest.mark.parametrize("name", ["pencil_sketch", "line_art"])
def test_drawings_of_nothing_are_white_paper(name: str) -> None:
    assert np.asarray(edited(Image.new("RGB", (60, 50), "#406080"), [Edit(name)], None)).min() > 240


@pytest.mark.parametrize("name", ["oil_painting", "watercolour", "blur", "denoise", "pixelate"])
def test_what_smooths_leaves_less_difference_between_neighbours(name: str) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (160, 180, 3), np.uint8)
    calm = np.asarray(edited(Image.fromarray(noise), [Edit(name)], None), int)
    assert np.abs(np.diff(calm, axis=1)).mean() < 0.7 * np.abs(np.diff(noise.astype(int), axis=1)).mean()


def test_an_edit_leaves_the_original_alone() -> None:
    picture = Image.new("RGB", (30, 20), "#a05010")
    for name in EDITS:
        edited(picture, [Edit(name)], None)
    assert picture.getcolors() == [(600, (0xA0, 0x50, 0x10))]


def test_the_fallback_encoder_still_reads_names_and_refuses_the_rest() -> None:
    vocabulary = EditVocabulary(WordHashing())
    assert vocabulary.read("a very bright pencil sketch") == [Edit("brighten", 1.7), Edit("pencil_sketch", 1.7)]
