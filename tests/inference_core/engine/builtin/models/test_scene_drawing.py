import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from inference_core.engine.builtin.models.scene_drawing import MODEL
from inference_core.engine.contract import CannotAnswer, Engine, File


@pytest.fixture(scope="module")
def engine() -> Engine:
    return MODEL.load()


def draw(engine: Engine, prompt: str, **parameters: Any) -> bytes:
    parameters = {"width": 160, "height": 128, **parameters}
    answer = engine.answer(msgspec.convert({"inputs": prompt, "parameters": parameters}, MODEL.tasks[0].body))
    assert isinstance(answer, File) and answer.mime_type == "image/png"
    return answer.content


def pixels(content: bytes) -> NDArray[np.int32]:
    return np.asarray(Image.open(io.BytesIO(content)), np.int32)


def test_the_usual_size_is_512(engine: Engine) -> None:
    answer = engine.answer(msgspec.convert({"inputs": "rolling hills"}, MODEL.tasks[0].body))
    assert Image.open(io.BytesIO(answer.content)).size == (512, 512)


def test_the_same_prompt_and_seed_draw_the_same_and_another_seed_another(engine: Engine) -> None:
    prompt = "fishing boats in a quiet bay"
    assert draw(engine, prompt) == draw(engine, prompt)
    assert draw(engine, prompt, seed=4) == draw(engine, prompt, seed=4)
    assert len({draw(engine, prompt), draw(engine, prompt, seed=4), draw(engine, prompt, seed=5)}) == 3


def test_night_is_darker_than_day_and_dusk_is_redder_than_noon(engine: Engine) -> None:
    night, day, dusk = (pixels(draw(engine, f"hills at {time}")) for time in ("night", "noon", "dusk"))
    assert night.mean() < 0.5 * day.mean()
    sky = slice(0, 60)
    assert (dusk[sky, :, 0] - dusk[sky, :, 2]).mean() > 40 > (day[sky, :, 0] - day[sky, :, 2]).mean()


def test_a_colour_belongs_to_the_element_that_follows_it(engine: Engine) -> None:
    both = pixels(draw(engine, "a green sky above a red sea"))
    above, below = both[:40].mean(axis=(0, 1)), both[-20:].mean(axis=(0, 1))
    assert above.argmax() == 1 and below.argmax() == 0


def test_the_sea_mirrors_what_stands_above_it(engine: Engine) -> None:
    city, empty = (pixels(draw(engine, prompt, seed=2)) for prompt in ("a town by a lake", "a lake"))
    changed = np.abs(city - empty).mean(axis=(1, 2))
    horizon = round(128 * 0.56)
    assert changed[horizon - 12 : horizon - 2].mean() > 10 and changed[horizon + 2 : horizon + 12].mean() > 3


def test_a_negative_prompt_leaves_elements_out_and_the_rest_in_place(engine: Engine) -> None:
    prompt = "two balloons over a meadow with poppies"
    full, bare = (pixels(draw(engine, prompt, **more)) for more in ({}, {"negative_prompt": "balloon, people"}))
    changed = np.abs(full - bare).sum(axis=2) > 0
    assert changed[:70].any() and not changed[-30:].any()
    assert draw(engine, "a hill with no birds", seed=1) != draw(engine, "a hill with birds", seed=1)


@pytest.mark.parametrize(
    "prompt",
    [
        "a portrait of my grandfather",
        "three kittens in a basket",
        "a blue lorry on a mountain road",
        "an old woman in the forest",
        "the violin player by the sea",
        "a wooden stool",
        "xqzt",
        "purple",
        "!!",
    ],
)
def test_what_it_cannot_draw_is_refused_with_what_it_can(engine: Engine, prompt: str) -> None:
    with pytest.raises(CannotAnswer, match="describe a landscape with mountains"):
        draw(engine, prompt)


def test_a_prompt_whose_elements_are_all_left_out_is_refused(engine: Engine) -> None:
    with pytest.raises(CannotAnswer, match="Nothing in the prompt"):
        draw(engine, "mountains", negative_prompt="mountains")


def test_a_very_long_prompt_is_refused(engine: Engine) -> None:
    with pytest.raises(CannotAnswer, match="fewer words"):
        draw(engine, "mountains and rivers, " * 80)


@pytest.mark.parametrize("size", [(64, 64), (64, 400), (400, 64), (131, 257)])
@pytest.mark.parametrize(
    "prompt",
    [
        "snowy alps, fog, a river and a castle with a windmill",
        "a lighthouse, a bridge, yachts, an island and gulls in a thunderstorm with lightning",
        "cacti in dunes under the milky way and a crescent moon",
        "cottages, pines, palms, oaks and cherry trees on a lawn in a blizzard, rainbow, aurora",
        "saturn with moons, nebula, galaxy",
        "autumn woods by a road, rainy skyline",
        "an astronaut riding a horse on the moon",
        "nine horses galloping by the sea, two astronauts",
    ],
)
def test_every_size_can_be_drawn(engine: Engine, prompt: str, size: tuple[int, int]) -> None:
    drawn = pixels(draw(engine, prompt, width=size[0], height=size[1]))
    assert drawn.shape == (size[1], size[0], 3) and drawn.std() > 5


def silhouette(engine: Engine, prompt: str, without: str, **parameters: Any) -> NDArray[np.bool_]:
    """Where the figures of a prompt are: the pixels that change when a negative prompt leaves them out."""
    full, bare = (
        pixels(draw(engine, prompt, **{"width": 256, "height": 256, **parameters}, negative_prompt=unwanted))
        for unwanted in ("", without)
    )
    return np.abs(full - bare).sum(axis=2) > 60


def spans(mask: NDArray[np.bool_]) -> int:
    """How many separate runs of columns the mask has."""
    columns = mask.sum(axis=0) > 2
    return int((np.diff(columns.astype(int), prepend=0) == 1).sum())


RIDE = "An astronaut riding a horse on the moon"


def test_an_astronaut_rides_a_horse_on_the_moon(engine: Engine) -> None:
    both = silhouette(engine, RIDE, "astronaut, horse")
    rows, columns = np.nonzero(both)
    assert np.ptp(rows) > 120 and np.ptp(columns) > 120 and 100 < columns.mean() < 156
    drawn = pixels(draw(engine, RIDE, width=256, height=256, seed=3))
    suit = (drawn.min(axis=2) > 190)[40:160]
    assert suit.sum() > 1200
    warm = (drawn[..., 0] - drawn[..., 2] > 40) & both
    assert warm.sum() > 1500 and np.nonzero(warm)[0].mean() > np.nonzero(suit)[0].mean() + 40


def test_the_moon_has_a_black_sky_grey_craters_and_the_earth(engine: Engine) -> None:
    drawn = pixels(draw(engine, "the surface of the moon", width=256, height=256))
    above, below = drawn[:120], drawn[190:]
    assert np.median(above) < 16
    assert ((above[..., 2] - above[..., 0]) > 60).sum() > 150
    assert np.ptp(below, axis=2).max() < 30 and below.std() > 12


def test_a_horse_stands_with_legs_apart_on_the_ground(engine: Engine) -> None:
    mask = silhouette(engine, "a brown horse on a meadow", "horse")
    rows, columns = np.nonzero(mask)
    top, bottom = rows.min(), rows.max()
    tall = bottom - top
    assert bottom > 0.8 * 256 and tall > 0.35 * 256
    body, legs = mask[bottom - tall // 2], mask[bottom - tall // 5]
    assert body.sum() > 0.45 * np.ptp(columns) > legs.sum()
    assert int((np.diff(legs.astype(int), prepend=0) == 1).sum()) >= 2


@pytest.mark.parametrize(
    ("prompt", "count"),
    [
        ("an astronaut", 1),
        ("two astronauts", 2),
        ("three astronauts", 3),
        ("a horse", 1),
        ("two horses", 2),
        ("three horses", 3),
        ("two astronauts riding two horses", 2),
    ],
)
def test_as_many_figures_as_were_asked_for(engine: Engine, prompt: str, count: int) -> None:
    assert spans(silhouette(engine, f"{prompt} in the snow", "astronaut, horse", width=400)[:200]) == count


def test_a_galloping_horse_is_longer_than_a_standing_one(engine: Engine) -> None:
    standing, running = (
        silhouette(engine, f"a {pose} horse on the beach", "horse", seed=1) for pose in ("standing", "galloping")
    )
    assert np.ptp(np.nonzero(running)[1]) > 1.15 * np.ptp(np.nonzero(standing)[1])


def test_figures_take_colours_and_the_light_of_the_scene(engine: Engine) -> None:
    mask = silhouette(engine, "an astronaut in a red suit on a meadow", "astronaut")
    drawn = pixels(draw(engine, "an astronaut in a red suit on a meadow", width=256, height=256))
    assert (drawn[mask][:, 0] - drawn[mask][:, 2]).mean() > 60
    night, day = (
        pixels(draw(engine, prompt, width=256, height=256))[silhouette(engine, prompt, "horse")].mean()
        for prompt in ("a white horse on a hill at night", "a white horse on a hill at noon")
    )
    assert night < 0.75 * day


def test_only_another_seed_draws_a_rider_differently(engine: Engine) -> None:
    assert draw(engine, RIDE, seed=1) == draw(engine, RIDE, seed=1) != draw(engine, RIDE, seed=2)


@pytest.mark.parametrize("place", ["by a lake", "in the desert at night", "in a city", "in space", "near a castle"])
@pytest.mark.parametrize("figure", ["a horse", "an astronaut", "an astronaut riding a horse"])
def test_figures_are_seen_in_every_kind_of_scene(engine: Engine, figure: str, place: str) -> None:
    mask = silhouette(engine, f"{figure} {place}", "horse, astronaut", width=128, height=128)
    assert 0.02 < mask.mean() < 0.5


@pytest.mark.parametrize("kind", ["gradient", "wavy lines", "stripes", "polka dots", "a mosaic", "something abstract"])
def test_patterns_take_the_colours_named(engine: Engine, kind: str) -> None:
    drawn = pixels(draw(engine, f"{kind} in blue and navy"))
    assert drawn.mean(axis=(0, 1)).argmax() == 2 and drawn.std() > 8


@pytest.mark.parametrize("unknown", [{"guidance_scale": 7.5}, {"num_inference_steps": 20}, {"width": 63}, {"seed": -1}])
def test_parameters_that_cannot_be_honoured_are_refused(engine: Engine, unknown: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError, match=next(iter(unknown))):
        draw(engine, "a lake", **unknown)


def test_many_callers_at_once_get_the_same(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: draw(engine, "a fir forest at dawn"), range(16)))) == 1
