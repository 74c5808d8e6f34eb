"""Text generation: continue a text, token by token."""

from collections.abc import AsyncIterator
from typing import Annotated

from inference_core import AsyncInferenceClient
from tasks.fields import Number, Text, Words
from tasks.registry import Domain, task
from tasks.views import PlainText


@task(
    title="Text Generation",
    verb="Continue a text",
    search_words="generate text, write a story, autocomplete, completion, creative writing, writer, stories, llm, "
    "gpt, text generator, language model, generative ai, ai writer, next words, prompt, copywriting, write a text",
    domain=Domain.LANGUAGE,
    examples=[
        ["Once upon a time there was a dragon who"],
        ["The old captain looked at the sea and"],
        ["When I was a child we used to"],
    ],
)
async def text_generation(
    client: AsyncInferenceClient,
    prompt: Annotated[str, Text("Prompt", lines=4, placeholder="The beginning of a text")],
    *,
    max_new_tokens: Annotated[int | None, Number("Maximum new tokens", 1, 2048)] = None,
    temperature: Annotated[
        float | None, Number("Higher is more surprising, lower more predictable", 0.05, 5, 0.05)
    ] = None,
    top_k: Annotated[int | None, Number("Draw from this many of the likeliest tokens", 1)] = None,
    top_p: Annotated[float | None, Number("Draw from the likeliest tokens up to this share", 0.01, 1, 0.01)] = None,
    repetition_penalty: Annotated[float | None, Number("Above 1 makes repetition less likely", 0.05, 5, 0.05)] = None,
    seed: Annotated[int | None, Number("The same seed gives the same text", 0)] = None,
    stop: Annotated[list[str] | None, Words("stop", info="Texts that end the generation, with commas between")] = None,
) -> AsyncIterator[PlainText]:
    """Continue a text. The words appear as the model writes them; Stop ends it at the source."""
    text = prompt
    tokens = await client.text_generation(
        prompt,
        stream=True,
        max_new_tokens=max_new_tokens,
        temperature=temperature,
        top_k=top_k,
        top_p=top_p,
        repetition_penalty=repetition_penalty,
        seed=seed,
        stop=stop,
    )
    async for token in tokens:
        text += token
        yield PlainText(text)
