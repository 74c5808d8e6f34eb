"""Object detection: find objects in a picture."""

from pathlib import Path
from typing import Annotated

from inference_core import AsyncInferenceClient
from inference_core.words import text
from tasks.acceptable import Example, Labelled
from tasks.fields import Number, Picture
from tasks.registry import Domain, task
from tasks.samples import sample
from tasks.views import Box, Region, Regions


@task(
    title="Object Detection",
    verb="Find things in a picture",
    search_words="detect objects, detect faces, face detection, people, bounding box, count objects, qr code, "
    "barcode, object detector, find objects, locate, count people, face recognition",
    domain=Domain.VISION,
    examples=[Example([sample("poster.png")], Labelled(["face", "person"])), [sample("invoice.png")]],
)
async def object_detection(
    client: AsyncInferenceClient,
    image: Annotated[Path, Picture("Picture")],
    *,
    threshold: Annotated[float | None, Number("The least score of an object", 0, 1, 0.05)] = None,
) -> Regions:
    """Find objects in a picture and draw a box around each."""
    found = await client.object_detection(image, threshold=threshold)
    boxes = [Region(one.label, Box(**one.box), one.score) for one in found if one.box is not None]
    unplaced = ", ".join(one.label for one in found if one.box is None)
    note = text("results.notes.unplaced", labels=unplaced) if unplaced else ""
    return Regions(image, boxes, note if found else text("results.notes.no_object"))
