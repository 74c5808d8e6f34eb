"""Image classification: what a picture shows."""

from pathlib import Path
from typing import Annotated, Literal

from inference_core import AsyncInferenceClient
from tasks.acceptable import Example, Labelled
from tasks.fields import Choice, Number, Picture
from tasks.registry import Domain, task
from tasks.samples import sample
from tasks.views import LabelScores


@task(
    title="Image Classification",
    verb="Say what a photo shows",
    search_words="image recognition, identify, recognise, recognize, classify an image, what animal, tag photos, "
    "image classifier, photo recognition, object recognition, what is this, name an animal",
    featured=2,
    domain=Domain.VISION,
    examples=[
        Example([sample("lion.jpg")], Labelled(["lion"])),
        Example([sample("cheetah.jpg")], Labelled(["cheetah"])),
    ],
)
async def image_classification(
    client: AsyncInferenceClient,
    image: Annotated[Path, Picture("Picture")],
    *,
    top_k: Annotated[int | None, Number("How many classes to show", 1, 100)] = None,
    function_to_apply: Annotated[
        Literal["sigmoid", "softmax", "none"] | None, Choice("What turns raw scores into those shown")
    ] = None,
) -> LabelScores:
    """Sort a picture into the model's classes."""
    classes = await client.image_classification(image, top_k=top_k, function_to_apply=function_to_apply)
    return LabelScores({one.label: one.score for one in classes})
