"""Conversation: answer in turns, word by word."""

from collections.abc import AsyncIterator
from typing import Annotated

from inference_core import AsyncInferenceClient
from tasks.fields import Number, Previous, Text, Words
from tasks.registry import Domain, task
from tasks.views import Messages

_BEGINS, _ENDS = "<think>", "</think>"


@task(
    title="Conversational",
    verb="Chat with a model",
    search_words="chatbots, assistant, ask anything, dialogue, llm, gpt, instruct, help me write, language model, "
    "question and answer, virtual assistant, chatgpt, ai chat, dialog, talk to ai, generative ai, copilot",
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
    message: Annotated[str, Text("Message", lines=2, placeholder="Write a message")],
    conversation: Annotated[list[dict[str, str]], Previous()],
    *,
    system: Annotated[str | None, Text("System prompt", lines=3, placeholder="Such as: You answer in rhymes.")] = None,
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
    written, thought = "", ""
    chunks = await client.chat_completion(
        _led_by(system, turns),
        stream=True,
        max_tokens=max_tokens,
        temperature=temperature,
        top_p=top_p,
        seed=seed,
        stop=stop,
    )
    async for chunk in chunks:
        if chunk.choices:
            delta = chunk.choices[0].delta
            written += delta.content or ""
            thought += delta.reasoning or delta.reasoning_content or ""
        yield Messages([*turns, _answer(written, thought)])


def _led_by(system: str | None, turns: list[dict[str, str]]) -> list[dict[str, str]]:
    """The turns after this system prompt; it takes the place of one that is among them."""
    if system is None:
        return turns
    return [{"role": "system", "content": system}, *(turn for turn in turns if turn["role"] != "system")]


def _answer(written: str, thought: str) -> dict[str, str]:
    """The message of an answer; what the model thought is apart from it, even if it was written into the answer."""
    start = written.lstrip()
    if start.startswith(_BEGINS):
        inside, _, written = start.removeprefix(_BEGINS).partition(_ENDS)
        thought, written = thought + inside, written.lstrip()
    answer = {"role": "assistant", "content": written}
    return answer | {"reasoning": thought.strip()} if thought.strip() else answer
