"""Image segmentation: divide a picture into parts."""

from pathlib import Path
from typing import Annotated, Literal

from inference_core import AsyncInferenceClient
from inference_core.words import text
from tasks.fields import Choice, Number, Picture
from tasks.registry import Domain, task
from tasks.samples import sample
from tasks.views import Region, Regions


@task(
    title="Image Segmentation",
    verb="Divide a picture into parts",
    search_words="mask, cut out, background, remove background, outline, regions, pixels, cutout, crop an object, "
    "silhouette, background removal, foreground",
    domain=Domain.VISION,
    examples=[[sample("flower.jpg")], [sample("china.jpg")], [sample("lion.jpg")]],
)
async def image_segmentation(
    client: AsyncInferenceClient,
    image: Annotated[Path, Picture("Picture")],
    *,
    threshold: Annotated[float | None, Number("The least score of a part", 0, 1, 0.05)] = None,
    mask_threshold: Annotated[float | None, Number("Where the model's masks are cut", 0, 1, 0.05)] = None,
    overlap_mask_area_threshold: Annotated[
        float | None, Number("Overlap from which small parts are left out", 0, 1, 0.05)
    ] = None,
    subtask: Annotated[Literal["instance", "panoptic", "semantic"] | None, Choice("What kind of parts")] = None,
) -> Regions:
    """Divide a picture into parts and name them."""
    found = await client.image_segmentation(
        image,
        threshold=threshold,
        mask_threshold=mask_threshold,
        overlap_mask_area_threshold=overlap_mask_area_threshold,
        subtask=subtask,
    )
    parts = [Region(one.label, one.mask, one.score) for one in found]
    return Regions(image, parts, "" if parts else text("results.notes.no_part"))
