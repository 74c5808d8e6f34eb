"""Objects in pictures by a detector of one's own: the library's boxes, within the picture as people see it."""

from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from PIL import Image

from inference_core import AsyncInferenceClient
from tests.support.pretrained import near, odd_pictures, picture, png, refusal
from tests.support.processes import Running

MODELS = ["tiny/boxes", "tiny/detr"]


@pytest.fixture(scope="module", params=MODELS)
def pipeline(request: pytest.FixtureRequest, models: Path) -> Any:
    import transformers

    folder = models.parent / request.param.removeprefix("tiny/")
    made = transformers.pipeline("object-detection", model=str(folder), device="cpu")
    return request.param, made


def within(found: list[dict[str, Any]], shown: Image.Image) -> list[dict[str, Any]]:
    """The library's objects, the best first, with what is outside of the picture cut off."""
    most = {"xmin": shown.width, "xmax": shown.width, "ymin": shown.height, "ymax": shown.height}
    return sorted(
        ({**one, "box": {side: min(max(0, at), most[side]) for side, at in one["box"].items()}} for one in found),
        key=lambda one: -one["score"],
    )


@pytest.mark.parametrize("asked", [{}, {"threshold": 0}, {"threshold": 0.3}, {"threshold": 1}])
async def test_it_answers_as_the_library_does(engine: Running, pipeline: Any, asked: dict[str, Any]) -> None:
    model, library = pipeline
    theirs = huggingface_hub.InferenceClient(f"{engine.url}/models/{model}").object_detection(png(picture()), **asked)
    async with AsyncInferenceClient(model, endpoint=engine.url) as client:
        ours = await client.object_detection(png(picture()), **asked)
    expected = within(library(picture(), **asked), picture())
    assert len(ours) == len(theirs) == len(expected)
    for one, other, third in zip(ours, theirs, expected, strict=True):
        assert one.box is not None
        assert (one.label, one.score) == (other.label, other.score)
        assert (one.label, vars_of(one.box)) == (third["label"], third["box"])
        assert vars_of(one.box) == vars_of(other.box)
        assert near(one.score or 0, third["score"])


def vars_of(box: Any) -> dict[str, int]:
    return {side: getattr(box, side) for side in ("xmin", "ymin", "xmax", "ymax")}


async def test_boxes_are_those_of_the_upright_picture(engine: Running) -> None:
    sent, shown = odd_pictures()["turned"]
    for model in MODELS:
        async with AsyncInferenceClient(model, endpoint=engine.url) as client:
            turned = await client.object_detection(sent, threshold=0)
            upright = await client.object_detection(png(shown), threshold=0)
        assert [vars_of(one.box) for one in turned] == [vars_of(one.box) for one in upright]
        assert all(one.box and one.box.xmax <= shown.width and one.box.ymax <= shown.height for one in turned)


async def test_what_is_too_narrow_is_refused(engine: Running) -> None:
    async with AsyncInferenceClient("tiny/boxes", endpoint=engine.url) as client:
        for size in ((1, 500), (3, 80)):
            with pytest.raises(Exception, match=f"{size[0]} by {size[1]} pixels"):
                await client.object_detection(png(picture(*size)))
    assert "threshold" in await refusal(engine, "tiny/boxes", "AAAA", 422, threshold=2)
    assert "size" in await refusal(engine, "tiny/boxes", "AAAA", 400, size=2)
