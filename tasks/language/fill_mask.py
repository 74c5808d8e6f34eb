"""Fill-mask: guess a hidden word."""

from typing import Annotated

from inference_core import AsyncInferenceClient
from tasks.acceptable import Example, Labelled
from tasks.fields import Number, Text, Words
from tasks.registry import Domain, task
from tasks.views import LabelScores


@task(
    title="Fill-Mask",
    verb="Guess the missing word",
    search_words="fill in the blank, gap, cloze, masked language model, complete a sentence, bert, predict a word, "
    "gap text, cloze test, word prediction, autofill, missing words",
    domain=Domain.LANGUAGE,
    examples=[
        Example(["I would like a cup of [MASK]."], Labelled(["tea", "coffee", "water"])),
        ["The capital is a big [MASK]."],
        ["She plays the [MASK] very well."],
    ],
)
async def fill_mask(
    client: AsyncInferenceClient,
    text: Annotated[str, Text("Text with [MASK]", lines=3, placeholder="Write [MASK] or <mask> for the word to guess")],
    *,
    top_k: Annotated[int | None, Number("How many guesses", 1, 100)] = None,
    targets: Annotated[list[str] | None, Words("targets", info="Choose among these words, with commas between")] = None,
) -> LabelScores:
    """Guess the word behind the mask from the words around it."""
    guesses = await client.fill_mask(text, top_k=top_k, targets=targets)
    single = [("", guess) for guess in guesses if not isinstance(guess, list)]
    several = [(f"{n}: ", one) for n, guess in enumerate(guesses, 1) if isinstance(guess, list) for one in guess]
    guessed = [(number + (one.token_str or one.sequence or "").strip(), one.score) for number, one in single or several]
    return LabelScores(dict(guessed))
