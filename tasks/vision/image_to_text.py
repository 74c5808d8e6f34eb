"""Image to text: describe a picture or read it."""

from pathlib import Path
from typing import Annotated

from inference_core import AsyncInferenceClient
from tasks.acceptable import Example, Says
from tasks.fields import Picture
from tasks.registry import Domain, task
from tasks.samples import sample
from tasks.views import PlainText


@task(
    title="Image-to-Text",
    verb="Describe or read a picture",
    search_words="ocr, captions, image captions, describe an image, text recognition, handwriting, extract text, "
    "image description, alt text, read text, scan text, caption generator, scanned text",
    domain=Domain.VISION,
    examples=[
        [sample("letter.png")],
        [sample("invoice.png")],
        Example([sample("lion.jpg")], Says(["lion"])),
    ],
)
async def image_to_text(
    client: AsyncInferenceClient, image: Annotated[Path, Picture("Picture", pages=True)]
) -> PlainText:
    """Describe a picture, or read what is written in it."""
    described = await client.image_to_text(image)
    return PlainText(described.generated_text)
