"""Image to image: change a picture as a prompt says."""

from pathlib import Path
from typing import Annotated

from inference_core import AsyncInferenceClient
from tasks.fields import Number, Picture, Text
from tasks.registry import Domain, task
from tasks.samples import sample
from tasks.views import BeforeAfter


@task(
    title="Image-to-Image",
    verb="Edit a picture by words",
    search_words="image editing, edit a photo, photo editor, filters, style transfer, retouch, restyle, img2img, "
    "picture editing, photoshop, sketch, black and white, image editor, change a photo, cartoon",
    domain=Domain.VISION,
    examples=[
        [sample("tower.jpg"), "a pencil drawing, please"],
        [sample("china.jpg"), "make it look like an old photo"],
        [sample("flower.jpg"), "black and white with more contrast"],
    ],
)
async def image_to_image(
    client: AsyncInferenceClient,
    image: Annotated[Path, Picture("Picture")],
    prompt: Annotated[str, Text("Prompt", placeholder="What to make of it")],
    *,
    negative_prompt: Annotated[str | None, Text("negative_prompt", placeholder="What it should not have")] = None,
    num_inference_steps: Annotated[int | None, Number("How many steps the model takes", 1, 200)] = None,
    guidance_scale: Annotated[float | None, Number("How closely to follow the prompt", 0, 50, 0.5)] = None,
) -> BeforeAfter:
    """Change a picture as the prompt says, and compare it with what it was."""
    changed = await client.image_to_image(
        image,
        prompt,
        negative_prompt=negative_prompt,
        num_inference_steps=num_inference_steps,
        guidance_scale=guidance_scale,
    )
    return BeforeAfter(image, changed)
