"""Boxes and masks as overlays: drawn in their place, labelled with their score, filtered by it."""

import math
from pathlib import Path

import numpy as np
import pytest
from gradio.components.annotated_image import AnnotatedImageData
from numpy.typing import NDArray
from PIL import Image

from inference_core.media.errors import Unreadable
from tasks.gallery.cache import shown_copy
from tasks.gallery.overlays import annotated, at_least, left_out
from tasks.views import Box, Region, Regions


def saved(folder: Path, picture: Image.Image, **options: object) -> Path:
    path = folder / "picture.png"
    picture.save(path, **options)
    return path


def strength(shown: AnnotatedImageData, index: int = 0) -> NDArray[np.uint8]:
    return np.asarray(Image.open(shown.annotations[index].image.path))[:, :, 3]


def size_of(shown: AnnotatedImageData) -> tuple[int, int]:
    with Image.open(shown.image.path) as picture:
        return picture.size


def test_a_box_is_drawn_where_it_was_found(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.new("RGB", (200, 100)))
    inside = strength(annotated(Regions(path, [Region("cup", Box(20, 10, 60, 50), 0.9)]))) > 0
    assert inside.shape == (100, 200)
    assert inside[10:51, 20:61].all() and inside.sum() == 41 * 41


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf, 1e308, -1e308, 2**63])
@pytest.mark.parametrize("axis", range(4))
def test_a_box_with_an_odd_edge_leaves_the_others_alone(axis: int, odd: float, tmp_path: Path) -> None:
    path = saved(tmp_path, Image.new("RGB", (20, 10)))
    edges: list[float] = [2, 2, 8, 8]
    edges[axis] = odd
    shown = annotated(Regions(path, [Region("odd", Box(*edges), 0.9), Region("cup", Box(2, 2, 8, 8), 0.9)]))
    assert strength(shown, 1).any()
    assert not (math.isnan(odd) and strength(shown).any())


def test_a_picture_is_shrunk_to_the_screen_and_its_boxes_with_it(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.new("RGB", (3200, 800)))
    shown = annotated(Regions(path, [Region("cup", Box(1600, 0, 3200, 800), 0.9)]))
    assert size_of(shown) == (1600, 400)
    assert (strength(shown)[:, 801:1599] > 0).all() and not strength(shown)[:, :799].any()


def test_a_photo_is_turned_upright_as_the_model_saw_it(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = saved(tmp_path, Image.new("RGB", (200, 100)), exif=exif)
    assert size_of(annotated(Regions(path, []))) == (100, 200)


def test_a_mask_covers_its_part_with_a_clear_edge(tmp_path: Path) -> None:
    mask = Image.new("L", (100, 100))
    mask.paste(255, (0, 0, 100, 50))
    shown = annotated(Regions(saved(tmp_path, Image.new("RGB", (100, 100))), [Region("sky", mask, 0.5)]))
    covered = strength(shown)
    assert (covered[:48] > 0).all() and not covered[53:].any()
    assert covered[48:51].max() == 255 > covered[25, 50]


def test_a_mask_of_another_size_is_fitted(tmp_path: Path) -> None:
    mask = Image.new("L", (10, 10), 255)
    shown = annotated(Regions(saved(tmp_path, Image.new("RGB", (60, 40))), [Region("all", mask)]))
    assert strength(shown).shape == (40, 60)


def test_labels_show_the_score_if_there_is_one(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.new("RGB", (9, 9)))
    regions = [Region("cup", Box(0, 0, 1, 1), 0.987), Region("cup", Box(0, 0, 1, 1))]
    assert [one.label for one in annotated(Regions(path, regions)).annotations] == ["cup 99%", "cup"]


@pytest.mark.parametrize(
    "box",
    [Box(-50, -50, 500, 500), Box(5, 5, 5, 5), Box(8, 8, 2, 2), Box(0.4, 0.6, 3.2, 3.9), Box(-1e300, 0, 1e300, 9)],
)
def test_a_box_that_a_server_got_wrong_is_drawn_as_far_as_it_goes(tmp_path: Path, box: Box) -> None:
    path = saved(tmp_path, Image.new("RGB", (10, 10)))
    assert strength(annotated(Regions(path, [Region("x", box)]))).shape == (10, 10)


def test_a_file_that_is_not_a_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_text("not a picture")
    with pytest.raises(Unreadable, match="not a picture"):
        annotated(Regions(tmp_path / "picture.png", []))


def test_weak_regions_are_hidden_by_the_score_that_is_shown() -> None:
    shown = ("p.png", [("a.png", "cup 49%"), ("b.png", "cup 50%"), ("c.png", "cup"), ("d.png", "5% off 12%")])
    kept = at_least(50, shown)
    assert kept is not None and [one.image.path for one in kept.annotations] == ["b.png", "c.png"]
    everything = at_least(0, shown)
    assert everything is not None and len(everything.annotations) == 4


def test_before_a_run_there_is_nothing_to_hide() -> None:
    assert at_least(50, None) is None


def test_only_the_first_of_very_many_regions_are_drawn_and_the_note_says_so(tmp_path: Path) -> None:
    view = Regions(saved(tmp_path, Image.new("RGB", (9, 9))), [Region("x", Box(0, 0, 1, 1))] * 250)
    assert len(annotated(view).annotations) == 100
    assert left_out(view) == "The first 100 of 250 are shown."
    assert left_out(Regions(view.picture, view.regions[:100])) == ""


@pytest.mark.parametrize(
    ("kind", "mode"),
    [
        *(("PNG", mode) for mode in ("1", "LA", "P", "RGBA", "I;16")),
        ("JPEG", "CMYK"),
        ("JPEG", "RGB"),
        ("TIFF", "RGBA"),
    ],
)
def test_a_large_picture_of_any_kind_is_shown_small_upright_and_with_its_colours(
    tmp_path: Path, kind: str, mode: str
) -> None:
    drawn = Image.new("RGB", (6600, 3300), "black")
    drawn.paste("white", (0, 0, 3300, 3300))
    exif = Image.Exif()
    exif[0x0112] = 6
    whole = Image.fromarray(np.asarray(drawn.convert("L"), np.uint16) * 257) if mode == "I;16" else drawn.convert(mode)
    whole.save(tmp_path / "a", kind, exif=exif)
    shown, scale = shown_copy(tmp_path / "a")
    assert (shown.size, round(scale, 3)) == ((800, 1600), round(1600 / 6600, 3))
    values = np.asarray(shown.convert("L"))
    assert values[20:780].min() > 240 and values[820:1580].max() < 15
