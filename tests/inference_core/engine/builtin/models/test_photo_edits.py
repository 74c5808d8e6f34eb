import base64
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from inference_core.engine.builtin.models.photo_edits import MODEL
from inference_core.engine.contract import CannotAnswer, Engine, File
from inference_core.engine.limits import Limits
from inference_core.engine.server.bodies.parsing import parse_task_body
from inference_core.engine.server.request_body import BadRequest
from tests.support.media import picture_file

WIDTH, HEIGHT = 96, 64


@pytest.fixture(scope="module")
def engine() -> Engine:
    engine = MODEL.load()
    if "MiniLM" not in engine.name:
        pytest.skip("the encoder's files are not on this machine")
    return engine


@pytest.fixture(scope="module")
def scene() -> Image.Image:
    """Red on the left, blue on the right, a green square, brighter towards the bottom."""
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    pixels[:, : WIDTH // 2, 0] = 190
    pixels[:, WIDTH // 2 :, 2] = 170
    pixels[20:40, 30:60] = (40, 160, 60)
    return Image.fromarray((pixels * np.linspace(0.5, 1, HEIGHT)[:, None, None]).astype(np.uint8))


def edit(engine: Engine, picture: Image.Image, prompt: str | None, **parameters: Any) -> NDArray[np.int32]:
    if prompt is not None:
        parameters["prompt"] = prompt
    sent = {"inputs": base64.b64encode(picture_file(picture)).decode(), "parameters": parameters}
    answer = engine.answer(parse_task_body(msgspec.json.encode(sent), MODEL.tasks[0], Limits()))
    assert isinstance(answer, File) and answer.mime_type == "image/png"
    edited = Image.open(io.BytesIO(answer.content))
    assert edited.format == "PNG" and edited.mode == "RGB"
    return np.asarray(edited, np.int32)


def is_grey(pixels: NDArray[np.int32]) -> bool:
    return bool((np.ptp(pixels, axis=2) <= 2).all())


def test_turns_move_every_pixel_and_change_none(engine: Engine, scene: Image.Image) -> None:
    before = np.asarray(scene, np.int32)
    assert (edit(engine, scene, "mirror it") == before[:, ::-1]).all()
    assert (edit(engine, scene, "turn it upside down") == before[::-1, ::-1]).all()
    assert (edit(engine, scene, "rotate it to the left, please") == np.rot90(before)).all()
    assert (edit(engine, scene, "rotate clockwise") == np.rot90(before, -1)).all()


def test_colours_go_or_turn_as_the_prompt_says(engine: Engine, scene: Image.Image) -> None:
    before = np.asarray(scene, np.int32)
    assert is_grey(edit(engine, scene, "make it black and white"))
    assert (edit(engine, scene, "as a photographic negative") == 255 - before).all()
    warm = edit(engine, scene, "warmer")
    assert warm[..., 0].mean() > before[..., 0].mean() and warm[..., 2].mean() < before[..., 2].mean()


def test_light_changes_more_or_less_by_the_words_for_how_much(engine: Engine, scene: Image.Image) -> None:
    wishes = ("much darker", "darker", "slightly darker", "slightly brighter", "brighter", "very much brighter")
    means = [edit(engine, scene, wish).mean() for wish in wishes]
    assert means == sorted(means) and means[2] < np.asarray(scene).mean() < means[3]


def test_blur_softens_edges_and_sharpening_steepens_them(engine: Engine, scene: Image.Image) -> None:
    def steepest(pixels: NDArray[np.int32]) -> int:
        return int(np.abs(np.diff(pixels[32, :, 1])).max())

    before = steepest(np.asarray(scene, np.int32))
    assert steepest(edit(engine, scene, "out of focus")) < before / 2
    assert steepest(edit(engine, scene, "sharper")) > before


def test_several_edits_are_made_in_their_order(engine: Engine, scene: Image.Image) -> None:
    both = edit(engine, scene, "black and white and blurred")
    assert is_grey(both) and np.abs(np.diff(both[10, :, 0])).max() < 15
    assert (edit(engine, scene, "rotate left, then mirror") == np.rot90(np.asarray(scene, np.int32))[:, ::-1]).all()


def test_words_that_are_no_names_are_taken_by_their_meaning(engine: Engine, scene: Image.Image) -> None:
    assert is_grey(edit(engine, scene, "a hand-sketched version"))
    assert edit(engine, scene, "gloom and shadow mood").mean() < np.asarray(scene).mean()


@pytest.mark.parametrize(
    "prompt",
    [
        "add a parrot",
        "turn the woman into a statue",
        "remove the bicycle",
        "replace the wall with a window",
        "make his jacket purple",
        "blur the number plate",
        "rotate by 33 degrees",
        "rotate left twice",
        "don't make it darker",
        "black and white and put a cat on the roof",
        "what is the capital of France?",
        "please",
        "?!",
    ],
)
def test_what_needs_to_know_the_picture_is_refused(engine: Engine, scene: Image.Image, prompt: str) -> None:
    with pytest.raises(CannotAnswer, match=r"edits of the whole picture|what the picture should become"):
        edit(engine, scene, prompt)


@pytest.mark.parametrize("prompt", [None, "", "  "])
def test_without_a_prompt_the_answer_says_what_can_be_asked(
    engine: Engine, scene: Image.Image, prompt: str | None
) -> None:
    with pytest.raises(CannotAnswer, match=r"`prompt` that says how to edit .*pencil sketch"):
        edit(engine, scene, prompt)


def test_a_picture_without_a_prompt_is_refused_with_the_reason(engine: Engine, scene: Image.Image) -> None:
    with pytest.raises(CannotAnswer, match="`prompt` that says how"):
        engine.answer(parse_task_body(picture_file(scene), MODEL.tasks[0], Limits()))


def test_the_answer_has_the_size_that_was_asked_for(engine: Engine, scene: Image.Image) -> None:
    assert edit(engine, scene, "sepia", target_size={"width": 50, "height": 70}).shape == (70, 50, 3)
    assert edit(engine, scene, "sepia").shape == (HEIGHT, WIDTH, 3)


@pytest.mark.parametrize(
    "parameters", [{"target_size": {"width": 0, "height": 9}}, {"target_size": {"width": 9}}, {"guidance_scale": 3}]
)
def test_parameters_that_cannot_be_honoured_are_refused(
    engine: Engine, scene: Image.Image, parameters: dict[str, Any]
) -> None:
    with pytest.raises(BadRequest, match=r"target_size|guidance_scale"):
        edit(engine, scene, "sepia", **parameters)


def test_a_large_picture_is_scaled_down(engine: Engine) -> None:
    edited = edit(engine, Image.new("RGB", (4000, 1600), "teal"), "brighter")
    assert 3.5e6 < edited.shape[0] * edited.shape[1] <= 2048**2 and edited.shape[1] / edited.shape[0] == pytest.approx(
        2.5, 0.01
    )


def test_a_turned_photograph_is_edited_upright(engine: Engine) -> None:
    picture = Image.new("RGB", (40, 20), "white")
    exif = picture.getexif()
    exif[0x0112] = 6
    sent = {
        "inputs": base64.b64encode(picture_file(picture, "JPEG", exif=exif)).decode(),
        "parameters": {"prompt": "sepia"},
    }
    answer = engine.answer(parse_task_body(msgspec.json.encode(sent), MODEL.tasks[0], Limits()))
    assert Image.open(io.BytesIO(answer.content)).size == (20, 40)


def test_many_callers_at_once_get_the_same(engine: Engine, scene: Image.Image) -> None:
    with ThreadPoolExecutor(8) as pool:
        edited = list(pool.map(lambda _: edit(engine, scene, "watercolour"), range(16)))
    assert all((other == edited[0]).all() for other in edited)
