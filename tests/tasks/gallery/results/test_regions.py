"""Boxes and masks: in their place, labelled with their score, in the colour of their label."""

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageColor

from inference_core.media.errors import Unreadable
from tasks.gallery.cache import shown_copy
from tasks.gallery.results.regions import left_out, regions_value
from tasks.views import Box, Region, Regions

WHOLE = (0, 0, 100, 100)


def saved(folder: Path, picture: Image.Image, **options: object) -> Path:
    path = folder / "picture.png"
    picture.save(path, **options)
    return path


def overlay(shown: dict[str, Any], index: int = 0) -> NDArray[np.uint8]:
    return np.asarray(Image.open(shown["regions"][index]["mask"]["path"]))


def strength(shown: dict[str, Any], index: int = 0) -> NDArray[np.uint8]:
    return overlay(shown, index)[:, :, 3]


def size_of(shown: dict[str, Any]) -> tuple[int, int]:
    with Image.open(shown["picture"]["path"]) as picture:
        return picture.size


def box_of(path: Path, box: Box) -> tuple[float, ...] | None:
    """The shown box in percent of the picture: left, top, width, height."""
    return regions_value(Regions(path, [Region("cup", box, 0.9)]))["regions"][0]["box"]


def test_a_box_is_shown_where_it_was_found(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.new("RGB", (200, 100)))
    shown = regions_value(Regions(path, [Region("cup", Box(20, 10, 60, 50), 0.987)]))
    assert shown["regions"] == [
        {
            "label": "cup",
            "score": 0.987,
            "number": "98.7%",
            "colour": "#4f46e5",
            "box": (10, 10, 20, 40),
            "edges": ["20", "10", "60", "50"],
        }
    ]


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf, 1e308, -1e308, 2**63])
@pytest.mark.parametrize("axis", range(4))
def test_a_box_with_an_odd_edge_leaves_the_others_alone(axis: int, odd: float, tmp_path: Path) -> None:
    path = saved(tmp_path, Image.new("RGB", (20, 10)))
    edges: list[float] = [2, 2, 8, 8]
    edges[axis] = odd
    shown = regions_value(Regions(path, [Region("odd", Box(*edges), 0.9), Region("cup", Box(2, 2, 8, 8), 0.9)]))
    assert shown["regions"][1]["box"] == (10, 20, 30, 60)
    assert (shown["regions"][0]["box"] is None) == math.isnan(odd)
    assert "NaN" not in json.dumps(shown) and "Infinity" not in json.dumps(shown)


def test_a_picture_is_shrunk_to_the_screen_and_its_boxes_with_it(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.new("RGB", (3200, 800)))
    assert size_of(regions_value(Regions(path, []))) == (1600, 400)
    assert box_of(path, Box(1600, 0, 3200, 800)) == (50, 0, 50, 100)


def test_a_photo_is_turned_upright_as_the_model_saw_it(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = saved(tmp_path, Image.new("RGB", (200, 100)), exif=exif)
    assert size_of(regions_value(Regions(path, []))) == (100, 200)


def test_a_mask_covers_its_part_in_its_colour_with_a_clear_edge(tmp_path: Path) -> None:
    mask = Image.new("L", (100, 100))
    mask.paste(255, (0, 0, 100, 50))
    shown = regions_value(Regions(saved(tmp_path, Image.new("RGB", (100, 100))), [Region("sky", mask, 0.5)]))
    covered = strength(shown)
    assert (covered[:48] > 0).all() and not covered[53:].any()
    assert covered[48:51].max() == 255 > covered[25, 50]
    assert tuple(overlay(shown)[25, 50, :3]) == ImageColor.getrgb(shown["regions"][0]["colour"])


def test_a_mask_of_another_size_is_fitted(tmp_path: Path) -> None:
    mask = Image.new("L", (10, 10), 255)
    shown = regions_value(Regions(saved(tmp_path, Image.new("RGB", (60, 40))), [Region("all", mask)]))
    assert strength(shown).shape == (40, 60)


@pytest.mark.parametrize("unknown", [None, math.nan])
def test_an_unknown_score_is_not_shown(tmp_path: Path, unknown: float | None) -> None:
    path = saved(tmp_path, Image.new("RGB", (9, 9)))
    (shown,) = regions_value(Regions(path, [Region("cup", Box(0, 0, 1, 1), unknown)]))["regions"]
    assert (shown["score"], shown["number"]) == (None, "")


def test_parts_with_the_same_label_have_the_same_colour(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.new("RGB", (9, 9)))
    regions = [Region(label, Box(0, 0, 1, 1)) for label in ("cup", "spoon", "cup")]
    cup, spoon, other_cup = [one["colour"] for one in regions_value(Regions(path, regions))["regions"]]
    assert cup == other_cup != spoon


@pytest.mark.parametrize(
    ("box", "shown"),
    [
        (Box(-50, -50, 500, 500), WHOLE),
        (Box(5, 5, 5, 5), (50, 50, 0, 0)),
        (Box(8, 8, 2, 2), (80, 80, 0, 0)),
        (Box(0.4, 0.6, 3.2, 3.9), (4, 6, 28, 33)),
        (Box(-1e300, 0, 1e300, 9), (0, 0, 100, 90)),
        (Box(20, 20, 30, 30), (100, 100, 0, 0)),
    ],
)
def test_a_box_that_a_server_got_wrong_is_shown_as_far_as_it_goes(
    tmp_path: Path, box: Box, shown: tuple[float, ...]
) -> None:
    path = saved(tmp_path, Image.new("RGB", (10, 10)))
    assert box_of(path, box) == pytest.approx(shown)


def test_a_file_that_is_not_a_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "picture.png").write_text("not a picture")
    with pytest.raises(Unreadable, match="not a picture"):
        regions_value(Regions(tmp_path / "picture.png", []))


def test_only_the_first_of_very_many_regions_are_shown_and_the_note_says_so(tmp_path: Path) -> None:
    view = Regions(saved(tmp_path, Image.new("RGB", (9, 9))), [Region("x", Box(0, 0, 1, 1))] * 250)
    assert len(regions_value(view)["regions"]) == 100
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
