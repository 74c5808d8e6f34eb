"""The local engine's tasks on sounds, pictures and tables, called by huggingface_hub's clients and our own."""

import asyncio
from collections.abc import Callable
from typing import Any

import huggingface_hub
import numpy as np
import pytest
from PIL import Image, ImageDraw
from sklearn.datasets import load_diabetes, load_iris

from inference_core.client import AsyncInferenceClient
from inference_core.media.sounds import decode_sound
from tasks.samples import sample
from tests.inference_core.engine.test_interoperability import REPORT, Case, ask_hub, ask_hub_async, ask_own
from tests.support.media import picture_file, sound_file, spoken, tone
from tests.support.processes import Server

# huggingface_hub passes bytes in a way that its HTTP library no longer likes.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")


def receipt() -> bytes:
    drawn = Image.new("RGB", (520, 340), "white")
    pen = ImageDraw.Draw(drawn)
    for row, line in enumerate(("Mill Street Bakery", "Date: 9 May 2026", "Rye bread   $4.20", "Total   $4.20")):
        pen.text((40, 30 + 70 * row), line, "black", font_size=32)
    return picture_file(drawn)


def letter() -> bytes:
    drawn = Image.new("RGB", (850, 1100), "white")
    pen = ImageDraw.Draw(drawn)
    words = REPORT.split()
    for row in range(28):
        pen.text((90, 90 + 32 * row), " ".join(words[row : row + 5 + row % 6]), "black", font_size=18)
    return picture_file(drawn)


def two_halves() -> bytes:
    drawn = Image.new("RGB", (300, 200), "navy")
    drawn.paste("gold", (0, 100, 300, 200))
    return picture_file(drawn)


def is_box_of_text(found: Any) -> bool:
    box = found[0].box
    return found[0].label == "text" and 0 <= box.xmin < box.xmax <= 520 and 0 <= box.ymin < box.ymax <= 340


def is_two_masks(found: Any) -> bool:
    areas = [np.asarray(one.mask.convert("L")) > 127 for one in found[:2]]
    return {one.mask.size for one in found} == {(300, 200)} and not (areas[0] & areas[1]).any()


def is_grey(picture: Any) -> bool:
    red, green, blue = (np.asarray(picture.convert("RGB"))[..., channel] for channel in range(3))
    return picture.size == (300, 200) and (red == green).all() and (green == blue).all()


LION = sample("lion.jpg").read_bytes()
IRISES = load_iris()
IRIS_TABLE = {name: IRISES.data[:3, column].tolist() for column, name in enumerate(IRISES.feature_names)}

CASES = [
    Case("audio_classification", (sound_file(tone(1)),), lambda found: found[0].label == "tone"),
    Case("audio_classification", (sound_file(tone(1)),), lambda found: len(found) == 2, {"top_k": 2}),
    Case("automatic_speech_recognition", (spoken("good morning my friend"),), lambda heard: heard.text),
    Case("automatic_speech_recognition", (spoken("good morning my friend"),),
         lambda heard: heard.chunks[0].timestamp[0] >= 0, {"extra_body": {"return_timestamps": True}}),
    Case("text_to_speech", ("One, two, three.",), lambda sound: decode_sound(sound).seconds > 0.5),
    Case("image_classification", (LION,), lambda found: found[0].label == "lion"),
    Case("image_classification", (LION,), lambda found: len(found) == 1, {"top_k": 1}),
    Case("image_segmentation", (two_halves(),), is_two_masks),
    Case("image_to_image", (two_halves(), "make it black and white"), is_grey),
    Case("image_to_text", (receipt(),), lambda found: "Mill Street Bakery" in found.generated_text),
    Case("object_detection", (receipt(),), is_box_of_text),
    Case("object_detection", (receipt(),), is_box_of_text, {"threshold": 0.1}),
    Case("text_to_image", ("a night sky with stars",), lambda picture: picture.size == (320, 200),
         {"width": 320, "height": 200, "seed": 1}),
    Case("zero_shot_image_classification", (letter(), ["a photo", "a document"]),
         lambda found: found[0].label == "a document"),
    Case("document_question_answering", (receipt(), "What is the total?"), lambda found: found[0].answer == "$4.20"),
    Case("document_question_answering", (receipt(), "What is the total?"), lambda found: len(found) <= 2, {"top_k": 2}),
    Case("visual_question_answering", (two_halves(), "Is it a portrait or a landscape?"),
         lambda found: "landscape" in found[0].answer),
    Case("tabular_classification", (IRIS_TABLE,), lambda found: found == ["setosa"] * 3),
]  # fmt: skip


@pytest.mark.parametrize("ask", [ask_hub, ask_hub_async, ask_own])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.task)
def test_a_client_gets_an_answer_that_makes_sense(
    engine: Server, ask: Callable[[Server, Case], Any], case: Case
) -> None:
    answer = ask(engine, case)
    assert case.holds(answer), answer


DIABETES = load_diabetes(scaled=False)
PATIENTS = {name: DIABETES.data[:5, column].tolist() for column, name in enumerate(DIABETES.feature_names)}


def test_our_client_predicts_numbers(engine: Server) -> None:
    predicted = ask_own(engine, Case("tabular_regression", (PATIENTS,), lambda found: True))
    assert len(predicted) == 5 and all(25 < one < 350 for one in predicted)


def test_huggingface_hub_cannot_send_tabular_regression_yet(engine: Server) -> None:
    # When this fails, it can: move the case of our client above into CASES.
    client = huggingface_hub.InferenceClient(model=f"{engine.url}/models/builtin/known-tables-regression")
    with pytest.raises(ValueError, match="tabular-regression"):
        client.tabular_regression(PATIENTS)


def test_a_refusal_reaches_huggingface_hubs_clients_with_its_words(engine: Server) -> None:
    client = huggingface_hub.InferenceClient(model=f"{engine.url}/models/builtin/picture-kinds")
    with pytest.raises(huggingface_hub.errors.HfHubHTTPError, match="not a picture that can be read"):
        client.image_classification(b"a text")


def test_our_client_sends_the_same_open_file_twice(engine: Server, tmp_path: Any) -> None:
    path = tmp_path / "receipt.png"
    path.write_bytes(receipt())

    async def ask() -> list[str]:
        async with AsyncInferenceClient(endpoint=engine.url) as client:
            with path.open("rb") as file:
                texts = [(await client.image_to_text(file)).generated_text for _ in range(2)]
                assert not file.closed
                return texts

    first, second = asyncio.run(ask())
    assert first == second
