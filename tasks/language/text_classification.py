"""Text classification: sort a text into classes."""

from typing import Annotated, Literal

from inference_core import AsyncInferenceClient
from tasks.acceptable import Example, Labelled
from tasks.fields import Choice, Number, Text
from tasks.registry import Domain, task
from tasks.views import LabelScores


@task(
    title="Text Classification",
    verb="Tell the mood of a text",
    search_words="sentiment analysis, emotions, feelings, opinions, positive or negative, spam, classify a text, "
    "tone, customer feedback, reviews, sentiment classifier, opinion mining, satisfaction",
    domain=Domain.LANGUAGE,
    examples=[
        Example(["I love how quickly the support team solved my problem!"], Labelled(["positive"])),
        Example(["The room was dirty and nobody answered the phone."], Labelled(["negative"])),
        ["The train leaves from platform four."],
    ],
)
async def text_classification(
    client: AsyncInferenceClient,
    text: Annotated[str, Text("Text", lines=4, placeholder="A text to classify")],
    *,
    top_k: Annotated[int | None, Number("How many classes to show", 1)] = None,
    function_to_apply: Annotated[
        Literal["sigmoid", "softmax", "none"] | None, Choice("What makes scores of the raw output")
    ] = None,
) -> LabelScores:
    """Sort a text into the model's classes, such as positive and negative."""
    classes = await client.text_classification(text, top_k=top_k, function_to_apply=function_to_apply)
    return LabelScores({one.label: one.score for one in classes})
