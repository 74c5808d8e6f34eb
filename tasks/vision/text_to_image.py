"""Text to image: draw what a prompt says."""

from typing import Annotated

from inference_core import AsyncInferenceClient
from tasks.fields import Number, Text
from tasks.registry import Domain, task
from tasks.views import GeneratedPicture


@task(
    title="Text-to-Image",
    verb="Paint a picture",
    search_words="image generation, image generator, generate an image, create a picture, drawings, illustration, "
    "art, ai art, draw, dall e, stable diffusion, generative ai, logo, picture generator, design",
    domain=Domain.VISION,
    examples=[
        ["An astronaut riding a horse on the moon."],
        ["a mountain lake at sunset with pine trees"],
        ["hot air balloons over green hills"],
        ["northern lights over a frozen lake"],
    ],
)
async def text_to_image(
    client: AsyncInferenceClient,
    prompt: Annotated[str, Text("Prompt", lines=2, placeholder="What to draw")],
    *,
    negative_prompt: Annotated[str | None, Text("negative_prompt", placeholder="What it should not have")] = None,
    width: Annotated[int | None, Number("Pixels", 64, 2048)] = None,
    height: Annotated[int | None, Number("Pixels", 64, 2048)] = None,
    seed: Annotated[int | None, Number("The same seed gives the same picture", 0)] = None,
    num_inference_steps: Annotated[int | None, Number("How many steps the model takes", 1, 200)] = None,
    guidance_scale: Annotated[float | None, Number("How closely to follow the prompt", 0, 50, 0.5)] = None,
) -> GeneratedPicture:
    """Draw a picture of what the prompt says."""
    drawn = await client.text_to_image(
        prompt,
        negative_prompt=negative_prompt,
        width=width,
        height=height,
        seed=seed,
        num_inference_steps=num_inference_steps,
        guidance_scale=guidance_scale,
    )
    return GeneratedPicture(drawn)
