"""Conversation: answer in turns, word by word."""

from collections.abc import AsyncIterator
from typing import Annotated

from inference_core import AsyncInferenceClient
from tasks.fields import Number, Previous, Text, Words
from tasks.registry import Domain, task
from tasks.views import Messages


@task(
    title="Conversational",
    verb="Chat with a model",
    featured=3,
    domain=Domain.LANGUAGE,
    examples=[
        ["Why is exercise good for me?"],
        ["Give me three ideas for a rainy afternoon."],
        ["Explain gravity to a child."],
    ],
)
async def conversational(
    client: AsyncInferenceClient,
    message: Annotated[str, Text("Message", lines=2, placeholder="Say something; Ctrl+Enter sends it")],
    conversation: Annotated[list[dict[str, str]], Previous()],
    *,
    max_tokens: Annotated[int | None, Number("Maximum new tokens", 1, 4096)] = None,
    temperature: Annotated[float | None, Number("Higher is more surprising", 0, 2, 0.05)] = None,
    top_p: Annotated[float | None, Number("Draw from the likeliest tokens up to this share", 0.01, 1, 0.01)] = None,
    seed: Annotated[int | None, Number("The same seed gives the same answer", 0)] = None,
    stop: Annotated[list[str] | None, Words("stop", info="Texts that end the answer, with commas between")] = None,
) -> AsyncIterator[Messages]:
    """Talk with a model in turns; each message is sent with all before it, until you clear them."""
    # A message that got no answer, because something went wrong, is not asked again.
    answered = conversation[:-1] if conversation and conversation[-1]["role"] == "user" else conversation
    turns = [*answered, {"role": "user", "content": message}]
    yield Messages(turns)
    answer = ""
    chunks = await client.chat_completion(
        turns, stream=True, max_tokens=max_tokens, temperature=temperature, top_p=top_p, seed=seed, stop=stop
    )
    async for chunk in chunks:
        answer += (chunk.choices[0].delta.content or "") if chunk.choices else ""
        yield Messages([*turns, {"role": "assistant", "content": answer}])
