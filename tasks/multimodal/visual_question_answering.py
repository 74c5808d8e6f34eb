"""Visual question answering: ask a picture."""

from pathlib import Path
from typing import Annotated

from inference_core import AsyncInferenceClient
from inference_core.words import text
from tasks.acceptable import Example, Labelled
from tasks.fields import Number, Picture, Text
from tasks.registry import Domain, task
from tasks.samples import sample
from tasks.views import LabelScores


@task(
    title="Visual Question Answering",
    verb="Ask about a picture",
    search_words="vqa, question about an image, ask a photo, ask an image, chat with an image, count, photos, "
    "visual qa, picture question, explain an image, question about a photo",
    domain=Domain.MULTIMODAL,
    examples=[
        Example([sample("cheetah.jpg"), "What animal is this?"], Labelled(["cheetah"])),
        [sample("flower.jpg"), "What is the main colour?"],
        Example([sample("poster.png"), "How many faces are there?"], Labelled(["2"])),
        [sample("invoice.png"), "What kind of picture is this?"],
    ],
)
async def visual_question_answering(
    client: AsyncInferenceClient,
    image: Annotated[Path, Picture("Picture")],
    question: Annotated[str, Text("Question", placeholder="What do you want to know?")],
    *,
    top_k: Annotated[int | None, Number("How many answers to show", 1, 20)] = None,
) -> LabelScores:
    """Answer a question about a picture."""
    answers = await client.visual_question_answering(image, question, top_k=top_k)
    return LabelScores({one.answer or text("results.notes.no_answer"): one.score for one in answers})
