"""Zero-shot image classification: sort a picture into classes of your own."""

from pathlib import Path
from typing import Annotated

from inference_core import AsyncInferenceClient
from tasks.acceptable import Example, Labelled
from tasks.fields import Picture, Text, Words
from tasks.registry import Domain, task
from tasks.samples import sample
from tasks.views import LabelScores


@task(
    title="Zero-Shot Image Classification",
    verb="Sort a picture by your labels",
    search_words="custom labels, own categories, categorise, categorize, classify an image, clip, tag photos, "
    "classify photos, image sorting, categories, sort photos, label images",
    domain=Domain.VISION,
    examples=[
        Example([sample("china.jpg"), ["a temple", "a ship", "a meal"]], Labelled(["a temple"])),
        Example([sample("lion.jpg"), ["a lion", "a tiger", "a bus"]], Labelled(["a lion"])),
        Example([sample("invoice.png"), ["a photo", "a document", "a chart"]], Labelled(["a document"])),
        [sample("flower.jpg"), ["red", "green", "blue"]],
    ],
)
async def zero_shot_image_classification(
    client: AsyncInferenceClient,
    image: Annotated[Path, Picture("Picture")],
    candidate_labels: Annotated[list[str], Words("Labels", placeholder="a photo, a document, a chart")],
    *,
    hypothesis_template: Annotated[
        str | None, Text("hypothesis_template", placeholder="This is a picture of {}.")
    ] = None,
) -> LabelScores:
    """Sort a picture into classes that you name, without training on them."""
    classes = await client.zero_shot_image_classification(
        image, candidate_labels, hypothesis_template=hypothesis_template
    )
    return LabelScores({one.label: one.score for one in classes})
